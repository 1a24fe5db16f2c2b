"""Finds out what bytes are, and turns those that are text into it."""

import codecs
import re

from digest.collect.draft import Rejected

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "an image, sound or video"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg file"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}
# Codecs of Python that stand for no charset; "undefined" is what scripts with a fault put into headers.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
_SAMPLE = 65_536
_BAD_BYTES = 0.02  # of all non-ASCII bytes: with fewer it is UTF-8 with a few stray characters


def decode(data: bytes, charset: str | None = None) -> str:
    """The text that the bytes hold: by byte order mark, UTF-8 if they are, `charset` of the transport, the document's
    own declaration, and last a guess by its letters.

    Raises Rejected when they hold no text.
    """
    head = data[:16].lstrip()
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise Rejected(f"it is {what}, not text")
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    if _is_binary(data):
        raise Rejected("it is binary data, not text")
    try:
        return data.decode("utf-8")  # hardly any other text is valid UTF-8 by chance, whatever it declares
    except UnicodeDecodeError:
        pass
    for declared in (charset, _declared(data)):
        if (text := _as_declared(data, declared)) is not None:
            return text
    return _mended(data) or _guessed(data)


def _is_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    if not sample:
        return False
    nul = sample.count(0)
    if nul and not (nul < 32 and nul < len(sample) / 50):  # a stray NUL is found in pages; a row of them is no text
        return True
    controls = len(sample) - len(sample.translate(None, bytes([*range(1, 9), *range(14, 27), *range(28, 32), 127])))
    return controls > len(sample) / 20


def _declared(data: bytes) -> str | None:
    head = data[:4096]
    found = _XML.search(head) or _META.search(head)
    return found[1].decode("ascii") if found else None


def _as_declared(data: bytes, name: str | None) -> str | None:
    try:
        codec = codecs.lookup((name or "").strip()).name
    except LookupError:
        return None
    codec = _SUPERSETS.get(codec, codec)
    if codec.startswith("utf") or codec in _NO_CHARSETS:
        return None
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        if codec == "cp1252":
            return data.decode("latin-1")
        return data.decode(codec, "replace") if error.start > len(data) / 2 else None
    except LookupError:  # a codec that is not one of text
        return None


def _mended(data: bytes) -> str | None:
    """UTF-8 into which some characters of Windows-1252 were pasted."""
    text = data.decode("utf-8", "surrogateescape")
    bad = re.findall("[\udc80-\udcff]", text)
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    if len(bad) > max(2, high * _BAD_BYTES) and len(bad) * 3 > high:
        return None
    return re.sub("[\udc80-\udcff]", lambda m: bytes([ord(m[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        return data.decode("cp1252", "replace")
    return data.decode(best.encoding, "replace")
