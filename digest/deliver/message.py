"""The message of an issue: built once, then only each recipient's own values are spliced into the encoded bytes."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from digest.config import Settings, mailable, split_mailbox
from digest.deliver.dkim import open_signer
from digest.deliver.encoded import SOFT_BREAK, display_name, header_text, one_line, quoted_printable, quoted_value
from digest.deliver.marks import bounce_mark, message_id
from digest.deliver.pictures import related
from digest.model import FrozenIssue, Slot

_SAMPLE = "reader@example.org"
# What stands for itself wherever an address goes (RFC 5321, 4.1.2: a dot-string at a domain). All else is looked into.
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who a letter is for. `token` is the secret part of the reader's own links."""

    subscriber_id: int
    address: str
    name: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message for one recipient, and its envelope. `content` has CRLF line ends and is not dot-stuffed.

    `dotless` says that no line of it begins with a dot, and that its last line is ended: to look costs more than to
    know.
    """

    sender: str
    recipient: str
    content: bytes
    smtputf8: bool
    dotless: bool = False


class MessageTemplate:
    """A frozen issue as a message. Making it costs some milliseconds, each letter some hundredths of one.

    Raises ConfigError when `[dkim]` names a key that cannot be used.
    """

    def __init__(self, issue: FrozenIssue, settings: Settings, *, date: datetime, test: bool = False) -> None:
        self._issue_id = issue.id
        self._number = issue.number
        self._signer = open_signer(settings)
        newsletter = settings.newsletter
        self._from_name, address = split_mailbox(newsletter.from_)
        self._from = mailable(address)
        self._domain = self._from.rpartition("@")[2]
        self._reply_name, replies = split_mailbox(newsletter.reply_to or newsletter.from_)
        self._replies = mailable(replies)
        bounces = split_mailbox(settings.bounces.address)[1]
        self._bounces = mailable(bounces) if bounces else ""
        self._separator = settings.bounces.separator
        self._one_click = one_line(settings.web.unsubscribe_url)
        self._by_mail = f"mailto:{quote(self._bounces or self._replies, safe='@')}?subject=unsubscribe%20"
        self._fixed = self._headers(issue, settings, date=date, test=test)
        boundary = f"=_{_hash(issue.id, date.isoformat())[:32]}"
        self._boundary = boundary.encode()
        self._before_html, self._after_html = related(issue.rendered.pictures, boundary.replace("=_", "=_r"))
        slots = issue.rendered.slots
        self._text = _Part(issue.rendered.text, slots)
        self._html = _Part(issue.rendered.html, slots)

    def letter(self, recipient: Recipient) -> Letter:
        """The message for one recipient. The same recipient gets the same Message-ID every time.

        Raises ValueError for what is no address: it would be syntax in a header and in the dialogue with a server.
        """
        address = recipient.address if ADDRESS.fullmatch(recipient.address) else mailable(recipient.address)
        name = one_line(recipient.name)
        values = {
            Slot.NAME: name or address.partition("@")[0],
            Slot.ADDRESS: address,
            Slot.UNSUBSCRIBE_URL: self._unsubscribe_url(recipient),
        }
        headers = b"".join(
            (
                self._own_headers(recipient, name, address),
                self._fixed,
                b'Content-Type: multipart/alternative;\r\n boundary="',
                self._boundary,
                b'"\r\n',
            )
        )
        body = self._body(values)
        signature = self._signer.header(headers, body) if self._signer else b""
        sender = self._sender(recipient)
        return Letter(
            sender=sender,
            recipient=address,
            content=b"".join((signature, headers, b"\r\n", body)),
            smtputf8=not address.isascii() or not sender.isascii() or not self._from.isascii(),
            dotless=True,  # the bodies are encoded so, and a folded header goes on with a space
        )

    def _body(self, values: Mapping[Slot, str]) -> bytes:
        """Both bodies, each a part (RFC 2046, 5.1.4: the best last)."""
        in_text = {slot: quoted_value(value) for slot, value in values.items()}
        in_html = {
            slot: quoted_value(escaped) if (escaped := escape(value)) != value else in_text[slot]
            for slot, value in values.items()
        }
        mark = b"--" + self._boundary
        return b"".join(
            (
                mark,
                b"\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                *self._text.filled(in_text),
                b"\r\n",
                mark,
                b"\r\n",
                self._before_html,
                b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                *self._html.filled(in_html),
                self._after_html,
                b"\r\n",
                mark,
                b"--\r\n",
            )
        )

    def _sender(self, recipient: Recipient) -> str:
        """The envelope's sender, where reports go: with a mark of this letter in it, if there is a place for them."""
        if not self._bounces:
            return self._from
        local, _, domain = self._bounces.rpartition("@")
        mark = bounce_mark(recipient.subscriber_id, self._number, recipient.token)
        return f"{local}{self._separator}{mark}@{domain}"

    def _headers(self, issue: FrozenIssue, settings: Settings, *, date: datetime, test: bool) -> bytes:
        """The headers that are alike for all (RFC 5322, RFC 2919, RFC 3834)."""
        newsletter = settings.newsletter
        subject = f"[Test] {issue.rendered.subject}" if test else issue.rendered.subject
        lines = [
            _mailbox("From", self._from_name, self._from),
            *([_mailbox("Reply-To", self._reply_name, self._replies)] if newsletter.reply_to else []),
            header_text("Subject", subject),
            f"Date: {format_datetime(date)}",
            f"{display_name('List-Id', newsletter.name)}\r\n <{_list_label(newsletter.name)}.{self._domain}>",
            f"Feedback-ID: {_list_label(issue.id)}:{_list_label(newsletter.name)}:digest",
            "Precedence: bulk",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ]
        return ("\r\n".join(lines) + "\r\n").encode()

    def _own_headers(self, recipient: Recipient, name: str, address: str) -> bytes:
        local = message_id(self._issue_id, recipient.subscriber_id, recipient.token)
        lines = [f"Message-ID: <{local}@{self._domain}>", _mailbox("To", name, address)]
        if self._one_click:
            # Each on a line of its own, never encoded: what splits or encodes them makes them useless.
            lines += [
                f"List-Unsubscribe: <{self._web_url(recipient)}>,\r\n <{self._mail_url(recipient)}>",
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            ]
        else:
            lines.append(f"List-Unsubscribe: <{self._mail_url(recipient)}>")
        return ("\r\n".join(lines) + "\r\n").encode()

    def _unsubscribe_url(self, recipient: Recipient) -> str:
        """Where a person goes to leave: the web where there is one, else by mail."""
        return self._web_url(recipient) if self._one_click else self._mail_url(recipient)

    def _web_url(self, recipient: Recipient) -> str:
        """An address that unsubscribes at one click (RFC 8058)."""
        return self._one_click.replace("{token}", quote(recipient.token, safe=""))

    def _mail_url(self, recipient: Recipient) -> str:
        """An address that asks by mail: it works without any web server (RFC 2369)."""
        return self._by_mail + quote(recipient.token, safe="")


class _Part:
    """One body in quoted-printable, cut at its slots. A soft break stands either side of each value."""

    def __init__(self, body: str, slots: Mapping[Slot, str]) -> None:
        by_token = {token: slot for slot, token in slots.items()}
        pattern = re.compile("|".join(map(re.escape, by_token)) or r"(?!)")
        pieces = [quoted_printable(piece) for piece in pattern.split(body)]
        last = len(pieces) - 1
        self._statics = [
            (SOFT_BREAK if i else b"") + piece + (SOFT_BREAK if i < last else b"") for i, piece in enumerate(pieces)
        ]
        self._slots = [by_token[token] for token in pattern.findall(body)]

    def filled(self, values: Mapping[Slot, bytes]) -> Iterator[bytes]:
        """The body in pieces, with these encoded values in their places."""
        yield self._statics[0]
        for slot, static in zip(self._slots, self._statics[1:], strict=True):
            yield values[slot]
            yield static


def preview_message(issue: FrozenIssue, settings: Settings, *, now: datetime) -> bytes:
    """The message as a made-up subscriber would get it."""
    reader = Recipient(subscriber_id=0, address=_SAMPLE, name="Sample Reader", token="sample")  # noqa: S106
    return MessageTemplate(issue, settings, date=now).letter(reader).content


def _mailbox(header: str, name: str, address: str) -> str:
    shown = display_name(header, name)
    return f"{shown}<{address}>" if shown.endswith(" ") else f"{shown}\r\n <{address}>"


def _list_label(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", one_line(name).lower()).strip("-")[:60]
    return plain or "newsletter"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
