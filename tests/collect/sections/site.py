"""What section pages are built from: stories, and markup that is written once for each of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal
from urllib.parse import quote, urlsplit

_TITLES = (
    "A crane lifts a hull for the first time",
    "Ferries sail again after the long frost",
    "The lock keeper tells of forty winters",
    "Old maps found under the customs house",
    "Fishers vote on the new harbour wall",
    "Why the tide clock stopped on Tuesday",
    "Three pilots share one small boat",
    "Dredging begins at the outer mole",
    "What the ice took from the north quay",
    "A school of rope makers opens its doors",
    "Council delays the sale of the dry dock",
    "Herring return in numbers nobody recalls",
    "The last lamp lighter of the breakwater",
    "Storm bell rings twice in a single night",
    "How to read a chart without a compass",
    "Tug crews ask for a second engineer",
    "Museum buys the logbook of a whaler",
    "Salt prices rise for the third month",
    "Swimmers cross the bay before breakfast",
    "A bridge too low for the new cranes",
    "Bakers by the pier start work at two",
    "Lighthouse lens comes home from repair",
    "Who owns the sand on the east beach",
    "Sailmakers turn old canvas into bags",
    "Night ferry to the islands is full",
    "An oyster bed grows under the jetty",
    "The harbour choir sings for the pilots",
    "Customs seize a boat full of clocks",
    "Two ports agree on one set of rules",
    "Eel traps of willow are made once more",
)
_AUTHORS = ("Anna Brandt", "Bo Carlsen", "Carla Diaz", "Deniz Erol")
_LEADS = (
    "Those who stood on the quay that morning had not expected it, and some of them had come from far.",
    "It took the crew two hours, a borrowed winch and a good deal of luck to bring her in.",
    "The board will hear both sides in the spring before anything is decided.",
    "Nobody remembers a year like it, say the people who keep the books of the port.",
)
PROSE = (
    "The dredger left the outer harbour at first light, and the pilots waited until the swell had gone down before they "
    "followed it past the mole, where the water is deep enough at any tide.",
    "Nobody on the quay had expected the old crane to lift the hull in one piece, but it did so before noon, while the "
    "school children who had been given the morning off counted the links of the chain aloud.",
    "The harbour board will decide in the spring whether the north mole is to be built again in stone, or whether the "
    "timber that was ordered two years ago, and paid for, is to be used after all.",
    "Until then the ferries use the inner berth, which adds some ten minutes to each of their crossings and has already "
    "cost the company a part of its morning trade with the islands.",
    "Fishermen who keep their boats in the basin were told that they may stay where they are for the winter, if they "
    "see to the lines themselves and leave the steps at the eastern end free.",
)
_DAY = date(2026, 11, 18)


@dataclass(frozen=True)
class Story:
    """An article that a page lists. `published` and `author` are None where the page does not show them."""

    url: str
    title: str
    published: date | None = None
    author: str | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A page and the truth about it: `stories` in their order; `either` are links that may be picked or not."""

    url: str
    html: bytes
    kind: Literal["list", "article", "empty"] = "list"
    stories: tuple[Story, ...] = ()
    either: frozenset[str] = frozenset()


def slug(title: str) -> str:
    """The title as sites put it into addresses."""
    return "-".join(re.findall(r"\w+", title.lower()))


def stories(address: str, count: int, *, start: int = 0, titles: Sequence[str] = _TITLES) -> list[Story]:
    """Stories whose addresses are made of {slug}, {n}, {y}, {m}, {d}; one a day, the latest first."""
    made = []
    for number in range(start, start + count):
        title, day = titles[number % len(titles)], _DAY - timedelta(days=number)
        where = address.format(slug=slug(title), n=number + 1, y=day.year, m=f"{day.month:02}", d=f"{day.day:02}")
        made.append(Story(where, title, day, _AUTHORS[number % len(_AUTHORS)]))
    return made


def each(listed: Sequence[Story], markup: str) -> str:
    """The markup once for each story, with its url, path, title, lead, iso, day, author and n (from 1)."""
    return "".join(_filled(story, number, markup) for number, story in enumerate(listed, 1))


def section(url: str, listed: Sequence[Story], html: str, *, shows: str = "", either: Sequence[Story] = ()) -> Section:
    """A page in UTF-8 that shows of its stories what `shows` names: "date", "author"."""
    seen = (
        replace(story, published=story.published if "date" in shows else None,
                author=story.author if "author" in shows else None)
        for story in listed
    )  # fmt: skip
    return Section(url=url, html=html.encode(), stories=tuple(seen), either=frozenset(story.url for story in either))


def document(body: str, *, head: str = "", title: str = "News", lang: str = "en", attributes: str = "") -> str:
    """A whole page."""
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width">{head}</head><body {attributes}>{body}</body></html>'
    )


def prose(count: int = 5) -> str:
    """Paragraphs of an article."""
    return "".join(f"<p>{PROSE[number % len(PROSE)]}</p>" for number in range(count))


def encoded(path: str) -> str:
    """A path percent-encoded, as sites with other scripts link."""
    return quote(path, safe="/:")


def _filled(story: Story, number: int, markup: str) -> str:
    published, parts = story.published or _DAY, urlsplit(story.url)
    return markup.format(
        url=story.url,
        path=parts.path + (f"?{parts.query}" if parts.query else ""),
        name=parts.path.rstrip("/").rpartition("/")[2],
        title=story.title,
        lead=_LEADS[number % len(_LEADS)],
        iso=f"{published.isoformat()}T08:00:00+00:00",
        day=f"{published:%B} {published.day}, {published.year}",
        date=published.isoformat(),
        author=story.author,
        writer=slug(story.author or ""),
        n=number,
    )
