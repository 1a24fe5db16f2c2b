"""A message as it goes over the wire: its headers, and the bytes of each part."""

from dataclasses import dataclass
from email import message_from_bytes, policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a message and its bytes, encoded as they are sent."""

    name: str
    bytes: int


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
