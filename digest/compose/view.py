"""What a template sees: an issue as clean text, safe addresses and finished dates, nothing else."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from digest.compose.address import looks_like_pixel, safe_image, safe_link
from digest.compose.clean import direction, one_line, paragraphs, shorten
from digest.compose.dates import is_rtl, long_date, plain_date, short_date
from digest.compose.translation import translations
from digest.compose.variables import Variables
from digest.compose.wrap import columns
from digest.config import Settings
from digest.model import Article, Entry, Issue, Picture, Reason, Slot

_WORDS_A_MINUTE = 220
_TITLE = 300
_SUMMARY = 6000
_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoView:
    """Another article on the same story. `label` is its source, or its title where the source was named before."""

    label: str
    title: str
    source: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierView:
    """What an earlier issue said of a story. `url` is that issue's, where it can be read, else the article's."""

    title: str
    number: int
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One story. `number` counts from 1 over the issue; `minutes` is 0 when the length is not known.

    `dir` is `rtl` or `ltr` when the title runs against the newsletter's own direction, else empty. `date` and `author`
    are empty when the article does not say. `paragraphs` hold the summary.
    """

    number: int
    title: str
    dir: str
    url: str | None
    paragraphs: tuple[str, ...]
    source: str
    author: str
    date: str
    minutes: int
    image: str | None
    image_alt: str
    also: tuple[AlsoView, ...]
    earlier: tuple[EarlierView, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """Entries under one heading, which may be empty. Those of a `brief` one get a line each."""

    title: str
    entries: tuple[EntryView, ...]
    brief: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterView:
    """The newsletter. `start` and `end` are `left` and `right`, or the other way round in a right-to-left language."""

    name: str
    language: str
    dir: str
    start: str
    end: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueView:
    """The issue as a whole. `web_url` is None when the configuration names no public address.

    `minutes` is how long all its articles take to read, `summary_minutes` how long their titles and summaries do.
    """

    id: str
    number: int
    date: str
    subject: str
    preheader: str
    count: int
    minutes: int
    summary_minutes: int
    web_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientView:
    """Stand-ins for the values of one recipient; they are filled in when the message is sent."""

    name: str
    address: str
    unsubscribe_url: str


NAMES = ("newsletter", "issue", "sections", "recipient", "light", "dark", "fonts", "layout", "logo", "extra")


def build_view(
    issue: Issue,
    settings: Settings,
    slots: Mapping[Slot, str],
    variables: Variables,
    pictures: Sequence[Picture] | None = None,
) -> dict[str, Any]:
    """The names that a template may use, and what they stand for.

    With `pictures`, those are shown and no others; without, each comes from its own address.
    """
    addresses = _Addresses(settings, pictures)
    newsletter = settings.newsletter
    rtl = is_rtl(newsletter.language)
    sections = _sections(issue, settings, "rtl" if rtl else "ltr", addresses)
    entries = [entry for section in sections for entry in section.entries]
    base_url = settings.web.base_url
    return {
        "newsletter": NewsletterView(
            name=one_line(newsletter.name),
            language=newsletter.language.replace("_", "-"),
            dir="rtl" if rtl else "ltr",
            start="right" if rtl else "left",
            end="left" if rtl else "right",
            address=paragraphs(newsletter.address),
        ),
        "issue": IssueView(
            id=issue.id,
            number=issue.number,
            date=long_date(issue.period.end, newsletter.language, newsletter.timezone),
            subject=one_line(issue.subject),
            preheader=one_line(issue.preheader),
            count=len(entries),
            minutes=sum(entry.minutes for entry in entries),
            summary_minutes=math.ceil(sum(map(_words, entries)) / _WORDS_A_MINUTE),
            web_url=safe_link(f"{base_url}/{issue.id}/") if base_url else None,
        ),
        "sections": sections,
        "recipient": RecipientView(
            name=slots[Slot.NAME], address=slots[Slot.ADDRESS], unsubscribe_url=slots[Slot.UNSUBSCRIBE_URL]
        ),
        "light": dict(variables.light),
        "dark": dict(variables.dark),
        "fonts": dict(variables.fonts),
        "layout": dict(variables.layout),
        "logo": addresses.of_logo(variables),
        "extra": dict(variables.extra),
    }


class _Addresses:
    """What stands in `src` for a picture's own address."""

    def __init__(self, settings: Settings, pictures: Sequence[Picture] | None) -> None:
        self._none = settings.email.images == "none"
        self._pixels = settings.email.tracking_pixels
        self._embedded = None if pictures is None else {picture.url: f"cid:{picture.cid}" for picture in pictures}

    def of(self, image: str | None) -> str | None:
        """The address to show; None when the picture is not shown."""
        url = safe_image(image)
        if url is None or self._none or (looks_like_pixel(url) and not self._pixels):
            return None
        return url if self._embedded is None else self._embedded.get(url)

    def of_logo(self, variables: Variables) -> dict[str, str | int]:
        """The table of the logo; without its picture the newsletter's name stands there."""
        image = self.of(str(variables.logo.get("image", ""))) or ""
        dark = (self.of(str(variables.logo.get("dark_image", ""))) or "") if image else ""
        return {**variables.logo, "image": image, "dark_image": dark}


def _sections(issue: Issue, settings: Settings, base_direction: str, addresses: _Addresses) -> tuple[SectionView, ...]:
    """The sections that hold something."""
    own_titles = _own_titles(settings.newsletter.language)
    sections, number = [], 0
    for section in issue.sections:
        entries = []
        for entry in section.entries:
            number += 1
            entries.append(_entry(entry, number, issue.period.end, settings, base_direction, addresses))
        if entries:
            title = shorten(one_line(section.title), _NAME)
            own = own_titles.get(title, title)
            sections.append(SectionView(title=own, entries=tuple(entries), brief=section.brief))
    return tuple(sections)


@lru_cache(maxsize=16)
def _own_titles(language: str) -> Mapping[str, str]:
    """The headings that digest itself puts in, in the language of the newsletter."""
    _ = translations(language).gettext
    return {
        # NOTE: Above the few stories that everybody should read.
        "Must read": _("Must read"),
        # NOTE: Above the stories at the end, which are told in one line each.
        "In brief": _("In brief"),
        # NOTE: Above the stories that belong under no other heading.
        "More stories": _("More stories"),
    }


def _said(reason: str, language: str) -> str:
    """A reason in the language of the newsletter."""
    if not isinstance(reason, Reason):
        return reason
    words = translations(language)
    if reason.plural:
        return words.ngettext(reason.message, reason.plural, int(str(reason.values["num"]))) % reason.values
    return words.gettext(reason.message) % reason.values


def _earlier(entry: Entry, settings: Settings) -> tuple[EarlierView, ...]:
    """The last telling of each earlier issue, at most two: who wants to know more finds more behind them."""
    base_url = settings.web.base_url
    of_issue = {told.issue_id: told for told in reversed(entry.story.earlier)}
    return tuple(
        EarlierView(
            title=display_title(told.article),
            number=told.number,
            url=safe_link(f"{base_url}/{told.issue_id}/" if base_url else told.article.url),
        )
        for told in sorted(of_issue.values(), key=lambda told: -told.number)[:2]
    )


def _entry(
    entry: Entry, number: int, end: datetime, settings: Settings, base_direction: str, addresses: _Addresses
) -> EntryView:
    article, newsletter = entry.story.lead, settings.newsletter
    summary = paragraphs(shorten(entry.summary.text, _SUMMARY))
    title = display_title(article, summary)
    own_direction = direction(title)
    image = addresses.of(article.image)
    return EntryView(
        number=number,
        title=title,
        dir=own_direction if own_direction != base_direction else "",
        url=safe_link(article.url),
        paragraphs=summary,
        source=_name(article.outlet),
        author=_name(article.author or ""),
        date=_date(article, end, settings),
        minutes=math.ceil(article.words / _WORDS_A_MINUTE),
        image=image,
        image_alt=shorten(one_line(article.image_alt), 200) if image else "",
        also=_also(entry),
        earlier=_earlier(entry, settings),
        reasons=tuple(
            one_line(_said(reason, newsletter.language)) for reason in entry.story.reasons if _speaks_for_it(reason)
        ),
    )


def _speaks_for_it(reason: str) -> bool:
    """Whether a story was chosen for this reason: what took points from it is no such reason."""
    return not isinstance(reason, Reason) or reason.points >= 0


def display_title(article: Article, summary: tuple[str, ...] = ()) -> str:
    """The article's title; without one, the beginning of its summary, or its source."""
    title = one_line(article.title) or (shorten(summary[0], 80) if summary else "") or one_line(article.outlet)
    return shorten(title, _TITLE)


def _words(entry: EntryView) -> int:
    """The words of a title and its summary; in scripts without spaces, two characters count as one."""
    text = " ".join((entry.title, *entry.paragraphs))
    return len(text.split()) if text.isascii() else max(len(text.split()), (columns(text) - len(text)) // 2)


def _name(text: str) -> str:
    return shorten(one_line(text), _NAME)


def _date(article: Article, end: datetime, settings: Settings) -> str:
    if article.published is None:
        return ""
    newsletter = settings.newsletter
    zone = newsletter.timezone
    if article.published > end:  # nothing is of tomorrow; then the year helps to see that something is off
        return plain_date(article.published, newsletter.language, zone)
    return short_date(article.published, newsletter.language, zone, of_year=end.astimezone(zone).year)


def _also(entry: Entry) -> tuple[AlsoView, ...]:
    """The other articles of a story, one for each outlet and address."""
    lead = entry.story.lead
    seen: set[tuple[str, str | None]] = {(lead.outlet_key, safe_link(lead.url))}
    named = {lead.outlet_key}
    views = []
    for article in entry.story.also:
        source, title, url = _name(article.outlet), display_title(article), safe_link(article.url)
        outlet = article.outlet_key
        if source and (outlet, url) not in seen:
            label = title if outlet in named else source
            views.append(AlsoView(label=label, title=title, source=source, url=url))
            seen.add((outlet, url))
            named.add(outlet)
    return tuple(views)
