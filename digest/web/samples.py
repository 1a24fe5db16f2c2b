"""Made-up issues to look at a theme with: a usual one, and what real ones hold at their edges."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import cycle, groupby, islice
from typing import Any

from digest.compose.samples import sample_issues
from digest.model import Article, Entry, Issue, Origin, Period, Section, Story, Summary
from digest.resources import templates_dir

# A name that never resolves (RFC 6761): the preview puts its own address in its place when it shows the e-mail.
PICTURES = "https://pictures.invalid/"
_END = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
_LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
_PATH = "/archive/2026/11/20/" + "a-very-long-address-without-any-place-to-break-it" * 4
_Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A made-up issue. `language` is that of the newsletter when it must be another than the configured one."""

    id: str
    title: str
    make: Callable[[], Issue]
    language: str = ""


def samples() -> tuple[Sample, ...]:
    """Every sample, the usual one first."""
    return (
        Sample(id="usual", title="A usual issue", make=lambda: _issue(_english())),
        Sample(id="no-image", title="No images", make=lambda: _issue([{**one, "picture": 0} for one in _english()])),
        Sample(id="one", title="One story", make=lambda: _issue(_english()[:1])),
        Sample(id="forty", title="Forty stories", make=lambda: _issue(_forty())),
        Sample(id="long-words", title="Very long words", make=lambda: _issue(_with_long_words())),
        Sample(id="right-to-left", title="Right to left", make=lambda: _issue(_told()["arabic"]), language="ar"),
        *(
            Sample(id=issue.id.removeprefix("sample-"), title=title, make=partial(_itself, issue))
            for issue in sample_issues()
            if (title := _OTHERS.get(issue.id))
        ),
    )


_OTHERS = {
    "sample-bare": "No address, date or author",
    "sample-hostile": "Markup in every text",
}


def _itself(issue: Issue) -> Issue:
    return issue


@cache
def _told() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((templates_dir() / "web" / "stories.toml").read_text(encoding="utf-8"))


def _english() -> list[dict[str, Any]]:
    return _told()["stories"]


def _forty() -> list[_Told]:
    """The usual stories over and over, in the order of their sections."""
    many = islice(enumerate(cycle(_english())), 40)
    numbered = [{**one, "title": f"{one['title']} ({number // len(_english()) + 1})"} for number, one in many]
    order = list(dict.fromkeys(one["section"] for one in numbered))
    return sorted(numbered, key=lambda one: order.index(one["section"]))


def _with_long_words() -> list[_Told]:
    def stretched(one: _Told) -> _Told:
        return {
            **one,
            "title": f"{_LONG} {one['title']}",
            "source": _LONG,
            "path": _PATH,
            "summary": f"{one['summary']} https://news.example{_PATH} {_LONG}{_LONG}",
        }

    return [stretched(one) for one in _english()[:3]]


def _issue(told: Sequence[_Told]) -> Issue:
    entries = [(one["section"], _entry(number, one)) for number, one in enumerate(told)]
    sections = tuple(
        Section(title=title, entries=tuple(entry for _, entry in group))
        for title, group in groupby(entries, key=lambda pair: pair[0])
    )
    return Issue(
        id="sample",
        newsletter="sample",
        number=42,
        period=Period(start=_END - timedelta(days=1), end=_END),
        subject=told[0]["title"],
        preheader=" · ".join(one["title"] for one in told[1:4]),
        sections=sections,
    )


def _entry(number: int, told: _Told) -> Entry:
    lead = _article(f"{number}", told)
    also = tuple(
        _article(f"{number}-{place}", {**told, "source": source, "picture": 0})
        for place, source in enumerate(told.get("also", ()), start=1)
    )
    text = told["summary"].strip()
    return Entry(
        story=Story(lead=lead, also=also, reasons=(f"{len(also) + 1} outlets",) if also else ()),
        summary=Summary(text=text, origin=Origin.EXTRACTIVE, model="sample", sentences=2, grounded=True),
    )


def _article(identity: str, told: _Told) -> Article:
    picture = told.get("picture", 0)
    return Article(
        id=identity,
        url=f"https://news.example{told.get('path', '/stories')}/{identity}",
        source=told["source"],
        title=told["title"],
        author=told.get("author"),
        published=_END - timedelta(hours=3 + len(told["title"]) % 14),
        first_seen=_END,
        language="",
        text="",
        image=f"{PICTURES}{picture}.jpg" if picture else None,
        image_alt=told.get("alt", "") if picture else "",
        words=told["words"],
        content_hash=identity,
    )
