"""Takes out the lines that extractors leave around an article: captions, credits, share bars."""

import re
from collections.abc import Sequence

from digest.collect.prose import count_words
from digest.collect.titles import likeness

_ANYWHERE = re.compile(
    r"""
    [-–•*\s]*(advertisement|advertising|anzeige|publicité|(story|article)\ continues\ below.{0,30})
  | image\ (copyright|caption|source).{0,120} | (photo|picture|image|foto)\ ?(credit|by|:).{0,100}
  | (read|see|watch|learn)\ (more|also|next)\b.{0,120} | also\ read\b.{0,120} | related:.{0,150} | more:\ .{0,150}
  | (click|tap)\ (here\ )?to\ .{0,80} | share\ (this|on)\b.{0,60} | (share|tweet|print|e-?mail|facebook|whatsapp)
  | (sign\ up|subscribe)\b.{0,120}\b(newsletters?|inbox|channel|updates|alerts)\b.{0,60}
  | (subscribe|sign\ (in|up)|log\ ?in|register)\b.{0,60}\ to\ (continue|keep)\ reading.{0,80}
  | follow\ .{2,80}\bon\ (twitter|facebook|instagram|x|linkedin|youtube)\b.{0,80}
  | (like|follow|find|join)\ us\ on\b.{0,80} | (©|copyright\b).{0,100} | .{0,100}\ball\ rights\ reserved\.?
  | (text\ size|video|gallery|photos?|advertisement|loading(\.{3}|…)|_{3,}|[*–—-]{3,}|\W+)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TAIL = re.compile(
    r"""
    (write|e-?mail|contact)\ (to\ )?.{2,60}\ at\ \S+@\S+ | \S+@\S+\.\w+ | @\w+
  | (reporting|editing|written|edited)\ by\b.{0,120} | (tags?|categor(y|ies)|filed\ under|topics?|source)\ ?:.{0,150}
  | (related|more|latest|recommended|popular)\ (articles?|stor(y|ies)|posts?|news|coverage|topics?)\b.{0,60}
  | most\ (read|popular) | you\ (may|might)\ also\ like | editor'?s'?\ picks? | comments?
  | leave\ a\ (reply|comment) | back\ to\ top
  | (ftc|disclosure):.{0,200} | (previous|next)\ (article|post|story).{0,100} | voltar | zurück
  | \d+\ comments?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TAIL_LINES = 4
_ALIKE = 0.75


def without_residue(lines: Sequence[str], *, title: str) -> list[str]:
    """The lines of the article alone; a line is dropped whole or not at all, a long one never."""
    kept = [_unlisted(line) for line in lines if not (len(line) <= 250 and _ANYWHERE.fullmatch(line))]
    while kept and _same(kept[0], title):
        kept.pop(0)
    for start in range(max(0, len(kept) - _TAIL_LINES), len(kept)):
        if _TAIL.fullmatch(kept[start]) and sum(map(count_words, kept[start:])) < 60:
            return kept[:start]
    return kept


def _unlisted(line: str) -> str:
    """Without the dash that trafilatura puts before each item of a list."""
    return line[2:] if line.startswith("- ") and len(line) > 2 else line


def _same(line: str, title: str) -> bool:
    """Whether a line says no more than the title, as the heading of the article does."""
    return likeness(title, line) > _ALIKE
