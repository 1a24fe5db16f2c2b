"""How many bytes an e-mail has, and what they are spent on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy

GMAIL_LIMIT = 102 * 1024  # Gmail cuts off the HTML beyond it

_OUTLOOK = re.compile(r"<!--.*?-->", re.DOTALL)
_STYLE = re.compile(r"<style\b[^>]*>.*?</style>", re.DOTALL | re.IGNORECASE)
_INLINE = re.compile(r"\sstyle=(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_ADDRESS = re.compile(r"\s(?:href|src|background)=(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A share of the bytes, and what it is of."""

    name: str
    bytes: int


def html_parts(html: str) -> tuple[Part, ...]:
    """What the bytes of an HTML document are spent on, largest first. The parts sum up to the whole."""
    return tuple(sorted(_html_parts(html), key=lambda part: -part.bytes))


def _html_parts(html: str) -> Iterator[Part]:
    rest = html
    for name, pattern in (
        ("Comments that only Outlook reads", _OUTLOOK),
        ("Style sheets in the head", _STYLE),
        ("Inline styles", _INLINE),
        ("Addresses of links and images", _ADDRESS),
        ("Tags and other attributes", _TAG),
    ):
        yield Part(name=name, bytes=sum(len(piece.encode()) for piece in pattern.findall(rest)))
        rest = pattern.sub("", rest)
    yield Part(name="Text", bytes=len(rest.encode()))


def message_parts(message: bytes) -> tuple[Part, ...]:
    """The parts of a message as they go over the wire, in their order, after its headers."""
    parsed = message_from_bytes(message, policy=policy.default)
    head, _, _ = message.partition(b"\r\n\r\n")
    parts = [Part(name="Headers", bytes=len(head))]
    for part in parsed.walk():
        if not part.is_multipart():
            name = part.get_filename() or part.get_content_type()
            parts.append(Part(name=name, bytes=len(part.get_payload().encode("ascii", "surrogateescape"))))  # type: ignore[union-attr]  # a leaf's is text
    return tuple(parts)


def headers(message: bytes) -> tuple[tuple[str, str], ...]:
    """The headers of a message in their order, decoded and unfolded."""
    parsed = message_from_bytes(message, policy=policy.default)
    return tuple((name, str(value)) for name, value in parsed.items())
