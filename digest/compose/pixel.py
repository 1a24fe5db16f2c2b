"""Knows a picture of one pixel, which shows nothing and tells its server who reads."""

import re

from digest.compose.address import looks_like_pixel
from digest.compose.markup import Piece, attributes

_TINY = re.compile(r"\s*0*[01](?:\.\d+)?\s*(?:px)?\s*$")
_STYLED = re.compile(r"(?:^|[;\s])(?:max-)?(width|height)\s*:\s*([^;!]+)", re.IGNORECASE)


def is_pixel(piece: Piece) -> bool:
    """Whether a tag is a picture that is set to at most one pixel in both ways, or has the address of a counter."""
    if piece.name.lower() not in {"img", "mj-image"}:
        return False
    values = {attribute.name.lower(): attribute.value or "" for attribute in attributes(piece.body)}
    styled = {name.lower(): size for name, size in _STYLED.findall(values.get("style", ""))}
    tiny = {name for name in ("width", "height") if _TINY.match(styled.get(name) or values.get(name) or "-")}
    return len(tiny) == 2 or looks_like_pixel(values.get("src", ""))
