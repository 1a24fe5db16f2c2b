"""Encodings of mail, done by us so that no value can end the place that it is put in.

The standard library's header classes decode and re-encode what they are given; before Python 3.13 an encoded word in a
subject could so become a header of its own (CVE-2024-6923 and its kin). Here every value is text, never syntax.
"""

import binascii
import re
import unicodedata
from email.utils import quote

# Printable ASCII in which nothing looks like an encoded word, which some readers decode wherever they see it.
_PLAIN = re.compile(r"(?!.*=\?)[ -~]*\Z")
_LINE_LIMIT = 76
_WORD_LIMIT = 75  # characters in an encoded word (RFC 2047), of which its frame takes these:
_FRAME = len("=?utf-8?b??=")


def header_text(header: str, value: str) -> str:
    """A header of unstructured text, in RFC 2047 encoded words where it is not plain ASCII; folded, one value."""
    clean = one_line(value)
    line = f"{header}: {clean}"
    if _PLAIN.match(clean) and len(line) <= _LINE_LIMIT:
        return line
    return _encoded(header, clean)


def display_name(header: str, value: str) -> str:
    """A header up to the name before an address: quoted when plain, else encoded words; without a name, none."""
    clean = one_line(value)
    if _PLAIN.match(clean):
        quoted = f'"{quote(clean)}"' if clean else ""
        # Folded at spaces: a fold within quotes stands for the space alone (RFC 5322, 3.2.4).
        folded = _folded(f"{header}: {quoted}")
        if len(folded) <= _LINE_LIMIT or max(map(len, folded.split("\r\n"))) <= _LINE_LIMIT:
            return folded
    return _encoded(header, clean)


def _folded(line: str) -> str:
    lines, current = [], ""
    for word in line.split(" "):
        if current and len(current) + 1 + len(word) > _LINE_LIMIT:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return "\r\n ".join([*lines, current])


def one_line(value: str) -> str:
    """The value on one line, without control characters and halves of others; those that only shape letters stay."""
    if value.isprintable():  # the usual case, and quick
        return " ".join(value.split())
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in value)
    return " ".join(kept.split())


def _encoded(header: str, value: str) -> str:
    """A header in encoded words, cut between characters: each decodes by itself, and each line keeps to the limit."""
    room = _room(_LINE_LIMIT - len(f"{header}: "))
    words, piece = [], b""
    for character in value:
        encoded = character.encode()
        if len(piece) + len(encoded) > room:
            words.append(piece)
            piece, room = b"", _room(_WORD_LIMIT)
        piece += encoded
    words.append(piece)
    spelled = [f"=?utf-8?b?{binascii.b2a_base64(word, newline=False).decode()}?=" for word in words]
    return f"{header}: " + "\r\n ".join(spelled)


def _room(characters: int) -> int:
    """How many bytes an encoded word of so many characters holds: base64 makes four of three."""
    return (characters - _FRAME) // 4 * 3


def quoted_printable(text: str) -> bytes:
    """A piece of a body in quoted-printable, with CRLF line ends and lines of at most 76, a soft break after it too.

    A dot at the start of a line is encoded, so the result needs no dot-stuffing wherever it is put.
    """
    normal = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    encoded = binascii.b2a_qp(normal, istext=True).replace(b"\r\n", b"\n")
    return b"\r\n".join(_refit(line) for line in encoded.split(b"\n"))


def _refit(line: bytes) -> bytes:
    """An encoded line that begins with nothing of meaning, broken once more if it has no room for a soft break."""
    line = _begun(line)
    if len(line) < _LINE_LIMIT or (len(line) == _LINE_LIMIT and line.endswith(b"=")):
        return line
    cut = _whole(line, _LINE_LIMIT - 8)
    return line[:cut] + SOFT_BREAK + _begun(line[cut:])


def _begun(line: bytes) -> bytes:
    """A line whose first byte is encoded where it would mean something: a dot to SMTP, "From " to an mbox file."""
    return b"=%02X" % line[0] + line[1:] if line.startswith((b".", b"From ")) else line


def _whole(encoded: bytes, cut: int) -> int:
    """Where to cut at the latest so that no encoded byte is torn."""
    escape = encoded.rfind(b"=", cut - 2, cut)
    return cut if escape < 0 else escape


SOFT_BREAK = b"=\r\n"
_ESCAPES = {byte: f"={byte:02X}" for byte in range(256) if not 0x20 <= byte < 0x7F or byte in b"=."}
_VALUE_LIMIT = _LINE_LIMIT - len("=") - len("=46rom ") + len("From ")


def quoted_value(text: str) -> bytes:
    """A recipient's own value in quoted-printable, in pieces that fit wherever a soft line break precedes them."""
    encoded = " ".join(text.split()).encode().decode("latin-1").translate(_ESCAPES).encode("ascii")
    if len(encoded) <= _VALUE_LIMIT:
        return _begun(encoded)
    pieces = []
    while encoded:
        cut = _whole(encoded, _VALUE_LIMIT) if len(encoded) > _VALUE_LIMIT else len(encoded)
        pieces.append(_begun(encoded[:cut]))
        encoded = encoded[cut:]
    return SOFT_BREAK.join(pieces)
