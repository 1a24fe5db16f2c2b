"""The message of an issue: built once, then only each recipient's own values are spliced into the encoded bytes."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from digest.config import Settings, mailable, split_mailbox
from digest.deliver.encoded import SOFT_BREAK, display_name, header_text, one_line, quoted_printable, quoted_value
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
    """A message for one recipient, and its envelope. `content` has CRLF line ends and is not dot-stuffed."""

    sender: str
    recipient: str
    content: bytes
    smtputf8: bool


class MessageTemplate:
    """A frozen issue as a message. Making it costs some milliseconds, each letter some hundredths of one."""

    def __init__(self, issue: FrozenIssue, settings: Settings, *, date: datetime, test: bool = False) -> None:
        self._issue_id = issue.id
        newsletter = settings.newsletter
        self._from_name, address = split_mailbox(newsletter.from_)
        self._from = mailable(address)
        self._domain = self._from.rpartition("@")[2]
        self._reply_name, replies = split_mailbox(newsletter.reply_to or newsletter.from_)
        self._replies = mailable(replies)
        self._fixed = self._headers(issue, settings, date=date, test=test)
        boundary = f"=_{_hash(issue.id, date.isoformat())[:32]}"
        self._boundary = boundary.encode()
        slots = issue.rendered.slots
        self._text = _Part(issue.rendered.text, slots, _as_text)
        self._html = _Part(issue.rendered.html, slots, escape)

    def letter(self, recipient: Recipient) -> Letter:
        """The message for one recipient. The same recipient gets the same Message-ID every time.

        Raises ValueError for what is no address: it would be syntax in a header and in the dialogue with a server.
        """
        address = recipient.address if ADDRESS.fullmatch(recipient.address) else mailable(recipient.address)
        values = {
            Slot.NAME: one_line(recipient.name) or address.partition("@")[0],
            Slot.ADDRESS: address,
            Slot.UNSUBSCRIBE_URL: self._unsubscribe_url(recipient),
        }
        mark = b"--" + self._boundary
        content = b"".join(
            (
                self._own_headers(recipient, address),
                self._fixed,
                b'Content-Type: multipart/alternative;\r\n boundary="',
                self._boundary,
                b'"\r\n\r\n',
                mark,
                b"\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                self._text.filled(values),
                b"\r\n",
                mark,
                b"\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                self._html.filled(values),
                b"\r\n",
                mark,
                b"--\r\n",
            )
        )
        return Letter(
            sender=self._from,
            recipient=address,
            content=content,
            smtputf8=not address.isascii() or not self._from.isascii(),
        )

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

    def _own_headers(self, recipient: Recipient, address: str) -> bytes:
        message_id = _hash(self._issue_id, str(recipient.subscriber_id), recipient.token)[:40]
        lines = [
            f"Message-ID: <{message_id}@{self._domain}>",
            _mailbox("To", recipient.name, address),
            f"List-Unsubscribe: <{self._unsubscribe_url(recipient)}>",
        ]
        return ("\r\n".join(lines) + "\r\n").encode()

    def _unsubscribe_url(self, recipient: Recipient) -> str:
        """An address that asks by mail: it works without any web server (RFC 2369)."""
        return f"mailto:{quote(self._replies, safe='@')}?subject=unsubscribe%20{quote(recipient.token, safe='')}"


class _Part:
    """One body in quoted-printable, cut at its slots. A soft break stands either side of each value."""

    def __init__(self, body: str, slots: Mapping[Slot, str], encode: Callable[[str], str]) -> None:
        self._encode = encode
        by_token = {token: slot for slot, token in slots.items()}
        pattern = re.compile("|".join(map(re.escape, by_token)) or r"(?!)")
        self._statics = [quoted_printable(piece) for piece in pattern.split(body)]
        self._slots = [by_token[token] for token in pattern.findall(body)]
        self._used = frozenset(self._slots)

    def filled(self, values: Mapping[Slot, str]) -> bytes:
        encoded = {slot: quoted_value(self._encode(values[slot])) for slot in self._used}
        pieces = [self._statics[0]]
        for slot, static in zip(self._slots, self._statics[1:], strict=True):
            pieces += [SOFT_BREAK, encoded[slot], SOFT_BREAK, static]
        return b"".join(pieces)


def preview_message(issue: FrozenIssue, settings: Settings, *, now: datetime) -> bytes:
    """The message as a made-up subscriber would get it."""
    reader = Recipient(subscriber_id=0, address=_SAMPLE, name="Sample Reader", token="sample")  # noqa: S106
    return MessageTemplate(issue, settings, date=now).letter(reader).content


def _as_text(value: str) -> str:
    return one_line(value)


def _mailbox(header: str, name: str, address: str) -> str:
    shown = display_name(header, name)
    return f"{shown}\r\n <{address}>" if one_line(name) else f"{shown}<{address}>"


def _list_label(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", one_line(name).lower()).strip("-")[:60]
    return plain or "newsletter"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
