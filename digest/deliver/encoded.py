"""Encodings of mail, done by us so that no value can end the place that it is put in.

The standard library's header classes decode and re-encode what they are given; before Python 3.13 an encoded word in a
subject could so become a header of its own (CVE-2024-6923 and its kin). Here every value is text, never syntax.
"""

import binascii
import re
import unicodedata
from email.utils import quote

_PLAIN = re.compile(r"[ !-<>-~]*\Z")  # printable ASCII without "="
_WORD_LIMIT = 45  # bytes in one encoded word: base64 of them, with its frame, stays below the 75 of RFC 2047
_LINE_LIMIT = 76


def header_text(value: str) -> str:
    """Unstructured text for a header, as RFC 2047 encoded words where it is not plain ASCII; folded, one value."""
    clean = one_line(value)
    if _PLAIN.match(clean) and len(clean) <= _LINE_LIMIT - 20:
        return clean
    return "\r\n ".join(_words(clean))


def display_name(value: str) -> str:
    """The name before an address: quoted when plain, else encoded words. Empty stays empty."""
    clean = one_line(value)
    if not clean:
        return ""
    if _PLAIN.match(clean) and len(clean) <= _LINE_LIMIT - 20:
        return f'"{quote(clean)}"'
    return "\r\n ".join(_words(clean))


def one_line(value: str) -> str:
    """The value without line breaks, control or formatting characters."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in value)
    return " ".join(kept.split())


def _words(value: str) -> list[str]:
    """Encoded words, cut between characters: each decodes by itself."""
    words, piece = [], b""
    for character in value:
        encoded = character.encode()
        if len(piece) + len(encoded) > _WORD_LIMIT:
            words.append(piece)
            piece = b""
        piece += encoded
    words.append(piece)
    return [f"=?utf-8?b?{binascii.b2a_base64(word, newline=False).decode()}?=" for word in words]


def quoted_printable(text: str) -> bytes:
    """A piece of a body in quoted-printable, with CRLF line ends and lines of at most 76.

    A dot at the start of a line is encoded, so the result needs no dot-stuffing wherever it is put.
    """
    normal = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    encoded = binascii.b2a_qp(normal, istext=True).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return _LEADING_DOT.sub(b"=2E", encoded)


_LEADING_DOT = re.compile(rb"(?m)^\.")
_UNSAFE = re.compile(rb"[^A-Za-z0-9 ]")


def quoted_value(text: str) -> bytes:
    """A recipient's own value in quoted-printable, in pieces that fit wherever a soft line break precedes them."""
    encoded = _UNSAFE.sub(lambda found: b"=%02X" % found[0][0], " ".join(text.split()).encode())
    lines, line = [], b""
    for unit in re.findall(rb"=..|[^=]", encoded):
        if len(line) + len(unit) > _LINE_LIMIT - 2:
            lines.append(line)
            line = b""
        line += unit
    lines.append(line)
    return b"=\r\n".join(lines)


SOFT_BREAK = b"=\r\n"
