"""The last touches to the text part: no ragged space, and lines that run the way of the newsletter."""

import re
import unicodedata

from digest.compose.clean import direction

_BLANK_LINES = re.compile(r"\n{3,}")
_RIGHT_TO_LEFT_MARK = "\u200f"


def finished(text: str, way: str) -> str:
    """The text without trailing spaces, never more than one blank line, ended by one line break.

    Where `way` is `rtl`, a line that begins with a Latin name but holds words of the newsletter's own script is
    marked: else a mail client would take its first letter for its direction (Unicode UAX 9, rule P2).
    """
    lines = (line.rstrip() for line in text.split("\n"))
    if way == "rtl":
        lines = (_marked(line) for line in lines)
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


def _marked(line: str) -> str:
    if line.isascii() or direction(line) != "ltr":
        return line
    return _RIGHT_TO_LEFT_MARK + line if any(unicodedata.bidirectional(c) in {"R", "AL"} for c in line) else line
