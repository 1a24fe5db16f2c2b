"""Lets only such addresses into an e-mail as a mail client may open: http, https and mailto."""

import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

_LONGEST = 2048
# Addresses of pictures that count readers and show nothing.
_PIXEL = re.compile(
    # of usual words only as the whole name, and not as a photograph: us-open.jpg is one
    r"/(?:pixel|spacer|blank|transparent|clear|beacon|open|track(?:er|ing)?)\.(?:gif|png)(?:[?#]|$)"
    r"|[/_.-]1x1\.(?:gif|png|jpe?g|webp)(?:[?#]|$)"
    r"|//(?:pixel|track(?:er|ing)?|beacon|stats|b\.scorecardresearch)\.|/(?:pixel|beacon|__utm\.gif|piwik\.php|matomo\.php)(?:[?#]|$)"
    r"|doubleclick\.net|google-analytics\.com|facebook\.com/tr\b|feedburner\.com/~r/|feedsportal\.com",
    re.IGNORECASE,
)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# What RFC 3986 lets stand as it is, and the per cent sign, since an address may be encoded already.
_KEPT = "/?:@!$&'()*+,;=~-._%[]"


def safe_link(url: str | None) -> str | None:
    """The address in ASCII, without user name and password; None unless it is http, https or mailto."""
    parts = _split(url)
    if parts is None:
        return None
    if parts.scheme == "mailto":
        return f"mailto:{quote(parts.path, safe=_KEPT)}" if "@" in parts.path else None
    return _web(url)


def safe_image(url: str | None) -> str | None:
    """The address of a picture in ASCII; None unless it is http or https."""
    return _web(url)


def looks_like_pixel(url: str) -> bool:
    """Whether the address of a picture is one of those by which servers count who reads."""
    return _PIXEL.search(url) is not None


def _split(url: str | None) -> SplitResult | None:
    if not url or len(url) > _LONGEST or _UNSAFE.search(url := url.strip()):
        return None
    try:
        return urlsplit(url)
    except ValueError:  # what urlsplit says of brackets that hold no IPv6 address
        return None


def _web(url: str | None) -> str | None:
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"}:
        return None
    try:
        host, port = parts.hostname, parts.port
        name = (host or "").encode("idna").decode("ascii") if not (host or "").isascii() else host
    except (ValueError, UnicodeError):  # a port that is no number, or a host that is no name
        return None
    if not name or re.search(r"[^a-z0-9.:_\-]", name):
        return None
    place = f"[{name}]" if ":" in name else name
    place = f"{place}:{port}" if port else place
    path, query, fragment = (quote(part, safe=_KEPT) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, place, path, query, fragment))
