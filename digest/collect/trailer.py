"""Takes out the lines that feeds append to each item to bring the reader to the site."""

import re

_TRAILER = re.compile(
    r"""
    (the\ (post|article)|this\ (article|post|story))\b.{1,250}
        \b(first\ appeared|appeared\ first|was\ (originally|first)\ published)
        \ (on|in|at|by)\b.{1,120}
  | (continue|keep)\ reading\b.{0,200} | read\ (more|the\ (full|whole|rest|original)\b.{0,60}|on\b.{0,60})\b.{0,120}
  | (full|whole)\ (story|article|text).{0,20} | (view|leave|post|add)\ (a\ |the\ )?comments?.{0,30}
  | comments?(\ url:.*)?
  | (weiterlesen|lire\ la\ suite|leer\ más|leia\ mais|читать\ далее)\b.{0,100}
  | article\ url:\ .+ | points:\ \d+ | (\#\ )?comments:\ \d+ | submitted\ by\ /u/\S+.{0,80}
  | \[?(…|\.\.\.|&hellip;)\]?(\ ?(read|continue|more).{0,40})? | more(…|\.\.\.)? | \W+ | permalink | share | tweet
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CUT = re.compile(
    r"\s*(\[(…|\.\.\.|&hellip;|&#8230;)\]|(?<=[….])\s*\(?(read|continue|more)(\ (more|reading))?\)?\s*(→|»|>>?)?)\s*$",
    re.I,
)
_LINES = 4
_LONGEST = 500  # characters of a line that is a trailer and nothing else
_END = 60  # characters of a line in which its cut-off end stands


def without_trailer(text: str, title: str) -> str:
    """The item's own text. A first line that repeats the title goes as well."""
    lines = text.split("\n")
    for _ in range(_LINES):
        if lines and len(lines[-1]) <= _LONGEST and _TRAILER.fullmatch(lines[-1]):
            lines.pop()
    if lines:
        before, end = lines[-1][:-_END], lines[-1][-_END:]
        lines[-1] = before + _CUT.sub("…" if re.search(r"\w\s*\[(…|\.\.\.)\]\s*$", end) else "", end)
    if len(lines) > 1 and title and lines[0].casefold().rstrip(".") == title.casefold().rstrip("."):
        lines.pop(0)
    return "\n".join(line for line in lines if line)


def is_teaser(text: str, words: int) -> bool:
    """Whether a text is only the beginning of one: short, or cut off."""
    return words < _TEASER_WORDS or (words < 2 * _TEASER_WORDS and text.rstrip().endswith(("…", "...", "[…]")))


_TEASER_WORDS = 120
