"""Numeric character references that name no character, for which parsers give up a whole document.

Some programs write a character beyond the first 65,536 as the two halves that UTF-16 has for it: "&#55357;&#56832;".
"""

import re

_NONE = rb"#(?:[xX]0*(?:[dD][89a-fA-F][0-9a-fA-F]{2}|[0-9a-fA-F]{6,})|0*(?:5[5-7]\d{3}|\d{7,}))(?![0-9a-fA-F])"
_ANY = re.compile(_NONE)  # beginning with a sign that is rare, it is looked for several times as quick
_RUN = re.compile(rb"(?:&(?:amp;)?%s;?)+" % _NONE)
_NUMBER = re.compile(rb"#(?:[xX]([0-9a-fA-F]+)|(\d+))")
_DIGITS_MAX = 20  # more name no character, and are more than int takes


def mend_references(data: bytes) -> bytes:
    """The text with both halves of a character as one reference, and U+FFFD for what names none.

    References in escaped markup ("&amp;#55357;") count too. What is in no encoding that extends ASCII stays as it is.
    """
    return data if _ANY.search(data) is None else _RUN.sub(_mended, data)


def _mended(run: re.Match[bytes]) -> bytes:
    units = "".join(_unit(number) for number in _NUMBER.finditer(run[0]))
    text = units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    start = b"&amp;#" if run[0].startswith(b"&amp;") else b"&#"
    return b"".join(b"%s%d;" % (start, ord(char)) for char in text)


def _unit(number: re.Match[bytes]) -> str:
    digits = number[1] or number[2]
    code = int(digits, 16 if number[1] else 10) if len(digits) <= _DIGITS_MAX else -1
    return chr(code) if 0 <= code <= 0x10FFFF else "\ufffd"
