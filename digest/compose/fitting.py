"""Fits an issue to what Gmail shows of an e-mail: its last stories are told in a sentence, then left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from digest.compose.clean import paragraphs
from digest.compose.sentences import first_sentences
from digest.compose.subject import headline
from digest.compose.weight import CLIPPED
from digest.compose.workshop import render
from digest.config import Settings
from digest.model import Entry, Issue, Rendered, Skipped

# Each reader's own values stand where shorter stand-ins do: an address, a link to unsubscribe.
_OWN_VALUES = 2 * 1024
LARGEST = CLIPPED - _OWN_VALUES

Render = Callable[[Issue], Rendered]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """An issue that fits, as it is rendered, and what was done to it."""

    issue: Issue
    rendered: Rendered
    skipped: tuple[Skipped, ...] = ()


def fit(issue: Issue, settings: Settings, draw: Render | None = None) -> Fitted:
    """Render an issue; when it is too large, shorten or leave out stories from its end, as few as needed.

    The first story always stays as it is. `draw` renders an issue. Raises TemplateError, ConfigError.
    """
    draw = draw or (lambda made: render(made, settings))
    whole = draw(issue)
    if not settings.email.fit or _fits(whole):
        return Fitted(issue=issue, rendered=whole)
    count = len(issue.entries)

    def brief(last: int) -> Issue:
        return _with_entries(issue, _shortened(issue, last, settings.newsletter.language))

    def fewer(left_out: int) -> Issue:
        kept = _shortened(issue, count - 1, settings.newsletter.language)[: count - left_out]
        return _headed(_with_entries(issue, kept), settings)

    if (last := _fewest(brief, draw, count - 1)) is not None:
        return _fitted(issue, brief(last), draw)
    left_out = _fewest(fewer, draw, count - 1)
    if left_out is None:  # a theme that is too large by itself: lint tells it
        return Fitted(issue=issue, rendered=whole)
    return _fitted(issue, fewer(left_out), draw)


def _fits(rendered: Rendered) -> bool:
    return len(rendered.html.encode()) <= LARGEST


def _fewest(change: Callable[[int], Issue], draw: Render, most: int) -> int | None:
    """The least number of stories to change, from 1 to `most`; None when even all are not enough."""
    if most < 1 or not _fits(draw(change(most))):
        return None
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if _fits(draw(change(middle))):
            high = middle
        else:
            low = middle + 1
    return low


def _fitted(whole: Issue, made: Issue, draw: Render) -> Fitted:
    kept = made.entries
    told = [
        *(
            _skipped(entry, "told in one sentence, without its picture")
            for entry, now in zip(whole.entries, kept, strict=False)
            if now != entry
        ),
        *(_skipped(entry, "left out") for entry in whole.entries[len(kept) :]),
    ]
    return Fitted(issue=made, rendered=draw(made), skipped=tuple(told))


def _skipped(entry: Entry, what: str) -> Skipped:
    lead = entry.story.lead
    reason = f"{what}, for Gmail cuts off an e-mail of more than 102 KB ([email] fit)"
    return Skipped(stage="compose", ref=lead.url or lead.title, reason=reason)


def _shortened(issue: Issue, last: int, language: str) -> tuple[Entry, ...]:
    """The entries, of which the last so many are in brief; those that a section tells in a line stay as they are."""
    start = len(issue.entries) - last
    pairs = [(entry, section.brief) for section in issue.sections for entry in section.entries]
    return tuple(
        entry if place < start or in_a_line else _in_brief(entry, language)
        for place, (entry, in_a_line) in enumerate(pairs)
    )


def _in_brief(entry: Entry, language: str) -> Entry:
    """The story with the first sentence of its summary, and without its picture."""
    text = first_sentences((paragraphs(entry.summary.text) or ("",))[0], 1, language)
    kept = tuple(passage for passage in entry.summary.passages if passage.text in text)
    summary = replace(entry.summary, text=text, sentences=min(entry.summary.sentences, 1), passages=kept)
    return Entry(story=replace(entry.story, lead=replace(entry.story.lead, image=None)), summary=summary)


def _with_entries(issue: Issue, entries: Sequence[Entry]) -> Issue:
    """The issue with its entries replaced by the first so many of these, section by section."""
    left = list(entries)
    sections = []
    for section in issue.sections:
        count = len(section.entries)
        taken, left = tuple(left[:count]), left[count:]
        if taken:
            sections.append(replace(section, entries=taken))
    return replace(issue, sections=tuple(sections))


def _headed(issue: Issue, settings: Settings) -> Issue:
    """The issue with subject and preheader of what it holds now."""
    subject, preheader = headline(issue.sections, settings, number=issue.number, now=issue.period.end)
    return replace(issue, subject=subject, preheader=preheader)
