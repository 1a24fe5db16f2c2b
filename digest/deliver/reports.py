"""What comes back by mail: delivery reports (RFC 3464, and what flufl.bounce knows), complaints (RFC 5965), and
requests to be taken off the list (RFC 2369). Reading one decides nothing; `digest.deliver.bounces` does.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from digest.deliver.encoded import one_line
from digest.deliver.marks import BounceMark, read_bounce_mark
from digest.deliver.reply import is_gone

# More than this of a letter is the text of ours that it quotes.
_READ_MAX = 1_000_000
_TEXT_MAX = 300
_NOBODY = "nobody@invalid"
_ENVELOPE = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Apparently-To")
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_REQUEST = re.compile(r"\s*(?:\w{2,3}:\s*)?unsubscribe(?:\s+([A-Za-z0-9]{8,64}))?\s*", re.IGNORECASE)
_TOKEN = re.compile(r"unsubscribe%20([A-Za-z0-9]{8,64})")
_MESSAGE_ID = re.compile(r"<([0-9a-f]{40})@[^<>\s]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """By what a letter shows that it is about one of ours: a mark in its own address, or our headers quoted in it."""

    marks: tuple[BounceMark, ...] = ()
    tokens: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A letter did not arrive. `gone`: there is no such mailbox; else the reason may pass. `code` is an SMTP code."""

    proof: Proof
    gone: bool
    code: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A reader called a letter spam, and the mailbox provider tells."""

    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Somebody asks to be taken off the list. Without a token nobody knows whether it is who it says."""

    token: str
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Any other letter: an answer of a reader, an absence, a report that something is only late."""

    why: str


Incoming = Bounce | Complaint | Request | Other


def read_letter(content: bytes, *, address: str, separator: str) -> Incoming:
    """What one letter is. `address` is where reports go, as in `[bounces]`. Never raises for what a letter holds."""
    try:
        return _read(message_from_bytes(content[:_READ_MAX], policy=policy.compat32), address, separator)
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        return Other(why=f"cannot be read: {type(error).__name__}")


def _read(message: Message, address: str, separator: str) -> Incoming:
    proof = _proof(message, address, separator)
    if _report_type(message) == "feedback-report":
        return Complaint(proof=proof) if "abuse" in _feedback(message) else Other(why="is a report of no complaint")
    recipients = list(_recipients(message))
    if recipients:
        return _as_bounce(recipients, proof)
    request = _REQUEST.fullmatch(_header(message, "Subject"))
    if request:
        return Request(token=request[1] or "", sender=one_line(_header(message, "From"))[:_TEXT_MAX])
    if _is_automatic(message) and not proof.marks:
        return Other(why="is an automatic answer")
    return _guessed(message, proof)


def _as_bounce(recipients: list[Message], proof: Proof) -> Incoming:
    """From a delivery report of RFC 3464: each of our letters has one recipient, so the first that failed is it."""
    failed = [one for one in recipients if _header(one, "Action").strip().lower() == "failed"]
    if not failed:
        return Other(why="is no report of a failure")
    status, said = _header(failed[0], "Status").strip(), _header(failed[0], "Diagnostic-Code")
    text = one_line(f"{status} {said.partition(';')[2].strip() or said}".strip())[:_TEXT_MAX]
    found = re.search(r"\b([45]\d\d)\b", said)
    code = int(found[1]) if found else (550 if status.startswith("5") else 450)
    return Bounce(proof=proof, gone=code >= 500 and is_gone(code, text), code=code, text=text)


def _guessed(message: Message, proof: Proof) -> Incoming:
    """From what mail servers wrote before there was a standard, and some do still."""
    from flufl.bounce import all_failures

    # It fails on a sender that is missing or spelled in bytes beyond ASCII, and prints the traceback.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    sender = _header(message, "From").encode("ascii", "replace").decode()
    del message["From"]
    message["From"] = one_line(sender) or _NOBODY
    temporary, permanent = all_failures(message)
    if not permanent:
        return Other(why="is a report that something is late" if temporary else "is no report")
    text = _text(message)
    status = _STATUS.search(text)
    return Bounce(
        proof=proof, gone=is_gone(550, text), code=None, text=f"it came back {status[0] if status else ''}".rstrip()
    )


def _proof(message: Message, address: str, separator: str) -> Proof:
    quoted = "\n".join(_quoted_headers(message))
    return Proof(
        marks=tuple(_marks(message, address, separator)),
        tokens=tuple(dict.fromkeys(_TOKEN.findall(quoted))),
        message_ids=tuple(dict.fromkeys(_MESSAGE_ID.findall(quoted))),
    )


def _marks(message: Message, address: str, separator: str) -> Iterator[BounceMark]:
    local, _, domain = address.rpartition("@")
    if not domain:
        return
    pattern = re.compile(rf"{re.escape(local + separator)}([0-9a-z-]+)@{re.escape(domain)}", re.IGNORECASE)
    for name in _ENVELOPE:
        for value in message.get_all(name, []):
            for found in pattern.findall(str(value)):
                if (mark := read_bounce_mark(found)) is not None:
                    yield mark


def _quoted_headers(message: Message) -> Iterator[str]:
    """Headers of ours that a letter brings back: as a message, as headers alone, or somewhere in its text."""
    for part in message.walk():
        if part is message:
            continue
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            part = message_from_bytes(_decoded(part), policy=policy.compat32)
        for name in ("List-Unsubscribe", "Message-ID"):
            yield from (str(value) for value in part.get_all(name, []))
    if not message.is_multipart():
        yield _text(message)


def _recipients(message: Message) -> Iterator[Message]:
    """The blocks of a delivery report that are about recipients; the first block is about the message."""
    for part in message.walk():
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (b for b in blocks if isinstance(b, Message) and "Action" in b)


def _report_type(message: Message) -> str:
    value = message.get_param("report-type")
    return value.lower() if isinstance(value, str) and message.get_content_type() == "multipart/report" else ""


def _feedback(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            fields = message_from_bytes(_decoded(part).lstrip(), policy=policy.compat32)
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else fields
            return _header(inner if isinstance(inner, Message) else fields, "Feedback-Type").lower()
    return ""


def _is_automatic(message: Message) -> bool:
    return _header(message, "Auto-Submitted").strip().lower().startswith("auto-replied")


def _header(message: Message, name: str) -> str:
    value = message.get(name)
    return "" if value is None else str(make_header(decode_header(str(value))))


def _decoded(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(message: Message) -> str:
    parts = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    return "\n".join(_decoded(part).decode("utf-8", "replace") for part in parts)
