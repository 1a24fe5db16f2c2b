"""Takes the furniture out of plain text that was saved from a page: menus, weather, dates, adverts, share buttons.

Every rule is about whole lines and errs on the side of keeping: an article that was never on such a page loses nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from digest.collect.prose import count_words

# Nothing that an article says of itself: enough to know a saved page by.
_STRONG = re.compile(
    r"""
    [-–—•*\s\[(]*(advertisement|advertising|anzeige|werbung|publicité|publicidad|publicidade|реклама|sponsored\ content
        |story\ continues\ below(\ (this\ )?advertisement)?|article\ continues\ below|scroll\ to\ continue
        |continue\ reading\ below)[-–—•*\s:\])]*
  | (%d|\d+)\ bloggers?\ likes?\ this:?
  | like\ this:?(\ *loading(\.{3}|…))? | loading(\.{3}|…)
  | skip\ to\ (main\ |the\ )?(content|navigation)
  | (click|tap)\ to\ (share|email|print|tweet).*
  | share\ (this|on)\b.{0,40} | share\ (article|story|post)
  | (follow|like|find|join)\ us\ on\b.{0,60}
  | (sign\ up|subscribe|register)\b.{0,80}\b(newsletters?|inbox|e-?mails?|updates|alerts)\b.{0,20}
  | (leave|post|add)\ a\ (reply|comment)(\ cancel\ reply)? | cancel\ reply
  | your\ email\ address\ will\ not\ be\ published.* | required\ fields\ are\ marked.*
  | notify\ me\ of\ (new|follow-?up)\ (posts|comments).*
  | (this\ site|we)\ uses?\ cookies\b.* | accept\ (all\ )?cookies | cookie\ (settings|policy|preferences)
  | (©|\(c\)|copyright\b).{0,80} | .{0,60}\ball\ rights\ reserved\.?
  | (previous|next)\ (article|post|story)\b.{0,90}
  | save\ my\ name,\ email.*
  | advertise\ with\ us | powered\ by\ wordpress.*
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Furniture on a saved page, but a heading of many an honest article.
_WEAK = re.compile(
    r"""
    must[\s-]reads? | (more|latest|related|popular|recommended|recent|trending|top|other|similar|featured)\ +
        (articles?|stor(y|ies)|posts?|news|reads?|topics?|videos?|content|headlines)(\ from\b.{0,40})?:?
  | most\ (read|popular|viewed|commented|shared) | editor'?s'?\ (picks?|choice) | you\ (may|might)\ also\ (like|enjoy):?
  | (read|see)\ (more|next|also)\b.{0,90} | also\ read\b.{0,90} | recommended(\ for\ you)? | trending(\ now)?
  | home | menu | search | (log|sign)\ ?(in|up|out) | register | subscribe(\ now)? | newsletters? | contact(\ us)?
  | about(\ us)? | comments?(\ \(?\d+\)?)? | \d+\ (comments?|shares?|views?|likes?)
  | no\ comments(\ yet)? | views?:?\ \d+
  | (share|tweet|pin|print|email|e-mail|whatsapp|facebook|twitter|linkedin|reddit|telegram|pinterest
      |instagram|youtube|x)
  | (tags?|categor(y|ies)|filed\ under|posted\ in|topics?)\ ?:.{0,90}
  | (privacy|cookie)\ (policy|notice) | terms(\ (of\ (use|service)|and\ conditions|&\ conditions))? | sitemap
  | back\ to\ top | load\ more | view\ all | see\ all | show\ more | breaking(\ news)? | live | photo\ gallery
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WEATHER = re.compile(r"[-–−+]?\d{1,3}([.,]\d)?\s*(°\s*[CF]?|º\s*[CF]?|[CF])", re.IGNORECASE)
_WEEKDAY = r"(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\.?"
_MONTH = r"(jan|feb|mar|apr|may|june?|july?|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"((published|posted|updated|last\ updated)(\ on)?:?\ )?({_WEEKDAY},?\ )?"
    rf"({_MONTH}\ \d{{1,2}}(st|nd|rd|th)?,?\ \d{{4}}|\d{{1,2}}(st|nd|rd|th)?\ {_MONTH},?\ \d{{4}}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}年\d{1,2}月\d{1,2}日)"
    r"([,\ ]*(at\ )?\d{1,2}:\d{2}(:\d{2})?(\ ?[ap]m)?(\ [a-z]{2,4})?)?",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:[Ww]ritten )?(?:[Bb]y|BY):? (?P<name>[^\W\d_a-z][^\d:;!?]{2,60})")
_SENTENCE_END = re.compile(r"[.!?…:。！？؟।۔][\"'”’»)\]]*$")
_LONG, _SHORT = 14, 7  # words of a line that is prose, and of one that is so if it ends like a sentence
_TITLE_WORDS = 30
_LABEL_WORDS = 3
_GAP = 3  # lines without prose that part two runs of it
_MINOR_RUN = 0.3


class _Kind(Enum):
    PROSE = "prose"
    STRONG = "strong"
    WEAK = "weak"
    WEATHER = "weather"
    DATE = "date"
    OTHER = "other"


_MARKS = frozenset({_Kind.STRONG, _Kind.WEAK, _Kind.WEATHER})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a saved text holds. `dated` is the date line that belongs to the article, "" when there is none."""

    title: str
    paragraphs: tuple[str, ...]
    removed: tuple[str, ...]
    author: str | None = None
    dated: str = ""


def clean_saved(lines: Sequence[str]) -> Cleaned:
    """Part the lines of a text into its title, its paragraphs and the furniture around them.

    A date counts as the article's own when it follows the title and no weather stands beside it; otherwise it is the
    day on which the page was saved.
    """
    page = _Page(lines)
    drop = page.furniture()
    title = page.title(drop)
    author, dated, taken = page.credits(title, drop)
    drop |= page.labels(title, drop | taken)
    body = [line for i, line in enumerate(lines) if i not in drop and i not in taken and i != title]
    return Cleaned(
        title=lines[title] if title is not None else _first_words(body),
        paragraphs=tuple(body),
        removed=tuple(line for i, line in enumerate(lines) if i in drop),
        author=author,
        dated=dated,
    )


class _Page:
    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.kinds = [_kind(line) for line in lines]
        self.hits = sum(kind in _MARKS for kind in self.kinds)
        self.saved = self.hits >= 2 or _Kind.STRONG in self.kinds  # one "Comments" is a heading, two such are a page
        prose = [i for i, kind in enumerate(self.kinds) if kind is _Kind.PROSE]
        self.first = prose[0] if prose else len(lines)
        self.last = prose[-1] if prose else len(lines)
        self.prose = prose

    def furniture(self) -> set[int]:
        """Lines that are furniture by what they say and where they stand."""
        drop = {i for i, kind in enumerate(self.kinds) if kind is _Kind.STRONG}
        if not self.saved:
            return drop
        drop |= {i for i, kind in enumerate(self.kinds) if kind in _MARKS}
        drop |= {i for i in range(self.first) if self.kinds[i] is _Kind.DATE and self._by_weather(i)}
        drop |= self._tail()
        if self.hits >= _GAP:
            drop |= self._outside_main_run()
        return drop

    def _by_weather(self, i: int) -> bool:
        return any(self.kinds[j] is _Kind.WEATHER for j in range(max(0, i - 2), min(len(self.lines), i + 3)))

    def _tail(self) -> set[int]:
        """Short lines after the last prose, from the first that is furniture for certain."""
        tail = range(self.last + 1, len(self.lines))
        start = next((i for i in tail if self.kinds[i] in _MARKS), None)
        return set() if start is None else set(range(start, len(self.lines)))

    def _outside_main_run(self) -> set[int]:
        """Everything before and after the densest run of prose, if what else there is of prose is little."""
        runs: list[list[int]] = []
        for i in self.prose:
            if runs and i - runs[-1][-1] <= _GAP:
                runs[-1].append(i)
            else:
                runs.append([i])
        if len(runs) < 2:
            return set()
        sizes = [sum(count_words(self.lines[i]) for i in run) for run in runs]
        most = max(sizes)
        kept = [run for run, size in zip(runs, sizes, strict=True) if size >= _MINOR_RUN * most]
        start, end = kept[0][0], kept[-1][-1]
        after = set(range(end + 1, len(self.lines)))
        self.first = start
        # What stands before the main run may hold the title: only its prose goes, the rest is for `labels`.
        return after | {i for i in self.prose if i < start}

    def title(self, drop: set[int]) -> int | None:
        """The line before the first prose that shares most words with the body; the first of equals."""
        head = [i for i in range(min(self.first, len(self.lines))) if i not in drop and self._may_be_title(i)]
        if not head:
            return self._unfinished_first(drop)
        if self.first >= len(self.lines):
            return head[0]  # no prose at all: a poem, a list
        body = {word for line in self.lines[self.first :] for word in _words(line)}
        return max(head, key=lambda i: (_shared(self.lines[i], body), -i))

    def _may_be_title(self, i: int) -> bool:
        line = self.lines[i]
        return self.kinds[i] is _Kind.OTHER and count_words(line) <= _TITLE_WORDS and not _BYLINE.fullmatch(line)

    def _unfinished_first(self, drop: set[int]) -> int | None:
        """A headline so long that it passes for prose, but ends like none and is followed by prose that does."""
        i = next((i for i in range(len(self.lines)) if i not in drop), None)
        if i is None or i + 1 >= len(self.lines) or count_words(self.lines[i]) > _TITLE_WORDS:
            return None
        return i if not _SENTENCE_END.search(self.lines[i]) and self.kinds[i] is _Kind.PROSE else None

    def credits(self, title: int | None, drop: set[int]) -> tuple[str | None, str, set[int]]:
        """Author and date between title and text; their lines are the article's, but no paragraphs of it."""
        author, dated, taken = None, "", set()
        for i in range(0 if title is None else title + 1, min(self.first, len(self.lines))):
            if i in drop:
                continue
            if author is None and (found := _BYLINE.fullmatch(self.lines[i])):
                author = found["name"].strip(" .,|-–—")
                taken.add(i)
            elif not dated and title is not None and self.kinds[i] is _Kind.DATE:
                dated = self.lines[i]
                taken.add(i)
        return author, dated, taken

    def labels(self, title: int | None, done: set[int]) -> set[int]:
        """What else stands before the text: a date that is not the article's and, on a saved page, a word or three."""
        if self.first >= len(self.lines):
            return set()
        return {
            i
            for i in range(self.first)
            if i != title
            and i not in done
            and (self.kinds[i] is _Kind.DATE or (self.saved and count_words(self.lines[i]) <= _LABEL_WORDS))
        }


def _kind(line: str) -> _Kind:
    if len(line) <= 200:
        if _STRONG.fullmatch(line):
            return _Kind.STRONG
        if _WEATHER.fullmatch(line):
            return _Kind.WEATHER
        if _DATE.fullmatch(line):
            return _Kind.DATE
        if _WEAK.fullmatch(line) and not (_SENTENCE_END.search(line) and count_words(line) >= _SHORT):
            return _Kind.WEAK
    words = count_words(line)
    if words >= _LONG or (words >= _SHORT and _SENTENCE_END.search(line)):
        return _Kind.PROSE
    return _Kind.OTHER


def _words(line: str) -> set[str]:
    return {word for word in re.findall(r"\w+", line.casefold()) if len(word) > 3 or not word.isascii()}


def _shared(line: str, body: set[str]) -> int:
    return len(_words(line) & body)


def _first_words(body: Sequence[str]) -> str:
    """A title for a text that has none: its first sentence, or as much of it as makes a title."""
    if not body:
        return ""
    sentence = re.split(r"(?<=[.!?…。！？])\s", body[0], maxsplit=1)[0]
    if len(sentence) <= 120:
        return sentence.rstrip(".")
    return sentence[:110].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
