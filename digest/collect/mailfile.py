"""Reads one e-mail as an article: newsletters are sources too."""

import re
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr

from digest.collect.bylines import clean_author
from digest.collect.dates import parse_date
from digest.collect.draft import Draft, Rejected
from digest.collect.encoding import decode
from digest.collect.extract import extract_page
from digest.collect.language import detect_language
from digest.collect.markup import fragment_text
from digest.collect.prose import fold, one_line

_HEADER_MAX = 2000
_PARTS_MAX = 200


def parse_mail(data: bytes, *, now: datetime) -> Draft:
    """The article of one message: subject, sender, date, and its HTML part or else its text.

    Raises Rejected when it holds no text. Uses the parser's compat32 policy, as the newer one fails on unknown
    character sets and deep nesting.
    """
    try:
        message = message_from_bytes(data, policy=policy.compat32)
        html, plain = _bodies(message)
    except (MessageError, RecursionError, LookupError, ValueError) as error:
        raise Rejected(f"it cannot be read as a message: {error}") from error
    subject = _header(message, "Subject")
    draft = _from_html(html, now) if html else None
    text = draft.text if draft is not None else fold(plain)
    if not text:
        raise Rejected("the message holds no text")
    name, address = parseaddr(_header(message, "From"))
    return Draft(
        title=subject or (draft.title if draft else "") or text.split("\n", 1)[0][:100],
        text=text,
        url=draft.url if draft else None,
        author=clean_author(name) or clean_author(address.partition("@")[0]),
        published=parse_date(re.sub(r"\s*\([^()]*\)\s*$", "", _header(message, "Date")), now=now),
        language=draft.language if draft else detect_language(text),
        image=draft.image if draft else None,
        image_alt=draft.image_alt if draft else "",
        guid=_header(message, "Message-ID"),
    )


def _bodies(message: Message) -> tuple[bytes, str]:
    """The first HTML part as bytes that declare UTF-8, and the first text part."""
    html, plain = "", ""
    waiting = [message]
    for _ in range(_PARTS_MAX):
        if not waiting:
            break
        part = waiting.pop(0)
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting[:0] = [inner for inner in payload if isinstance(inner, Message)]
        elif part.get_content_disposition() != "attachment":
            kind = part.get_content_type()
            if kind == "text/html" and not html:
                html = _decoded(part)
            elif kind == "text/plain" and not plain:
                plain = _decoded(part)
    return html.encode("utf-8", "replace"), plain


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_param("charset")
    return decode(payload, charset if isinstance(charset, str) else None)


def _from_html(html: bytes, now: datetime) -> Draft | None:
    try:
        return extract_page(html, charset="utf-8", now=now)
    except Rejected:  # a letter is not built like an article: then all that it shows is its text
        text = fragment_text(html.decode("utf-8", "replace"))
        return Draft(title="", text=text, language=detect_language(text)) if text else None


def _header(message: Message, name: str) -> str:
    raw = str(message.get(name) or "")[:_HEADER_MAX]
    try:
        pieces = [_piece(value, charset) for value, charset in decode_header(raw)]
    except (HeaderParseError, ValueError):
        return one_line(raw)
    return one_line("".join(pieces))


def _piece(value: bytes | str, charset: str | None) -> str:
    if isinstance(value, str):
        return value
    try:
        return value.decode(charset or "utf-8", "replace")
    except LookupError:
        return value.decode("utf-8", "replace")
