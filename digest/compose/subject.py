"""The subject and the preheader of an issue: what a reader sees of it in the list of messages."""

from collections.abc import Sequence
from datetime import datetime

from jinja2 import TemplateError as JinjaError

from digest.compose.bounds import counting
from digest.compose.clean import one_line, paragraphs, shorten
from digest.compose.dates import plain_date
from digest.compose.environment import sandbox
from digest.compose.view import display_title
from digest.config import Settings
from digest.errors import ConfigError
from digest.model import Entry, Section

_SUBJECT = 120
_PREHEADER = 150
_LEAST_LEAD = 20
_NAMES = ("name", "lead", "date", "number", "count")
_TRAILING = " ,;:–—-·|/"


def headline(sections: Sequence[Section], settings: Settings, *, number: int, now: datetime) -> tuple[str, str]:
    """The subject, from `[newsletter] subject`, and the preheader, from what the issue holds beside its lead.

    Each is one line without control characters, the subject of at most 120 characters, the preheader of 150. Raises
    ConfigError when the subject's template is wrong.
    """
    entries = [entry for section in sections for entry in section.entries]
    titles = [display_title(entry.story.lead, paragraphs(entry.summary.text)) for entry in entries]
    return _subject(titles, settings, number, now), _preheader(titles, entries)


def sample_subject(settings: Settings, *, now: datetime) -> str:
    """The subject of a first issue whose lead has a made-up title. Raises ConfigError."""
    return _subject(["The title of the first article"], settings, 1, now)


def _subject(titles: list[str], settings: Settings, number: int, now: datetime) -> str:
    newsletter = settings.newsletter
    values: dict[str, object] = {
        "name": one_line(newsletter.name),
        "lead": titles[0] if titles else "",
        "date": plain_date(now, newsletter.language, newsletter.timezone),
        "number": number,
        "count": len(titles),
    }
    subject = _written(settings, values)
    if len(subject) > _SUBJECT and titles:
        # The lead gives way first, so that a name or date after it is not what is lost.
        room = max(len(titles[0]) - (len(subject) - _SUBJECT), _LEAST_LEAD)
        subject = _written(settings, {**values, "lead": shorten(titles[0], room)})
    return shorten(subject, _SUBJECT)


def _written(settings: Settings, values: dict[str, object]) -> str:
    template = settings.newsletter.subject
    try:
        with counting():
            written = sandbox().from_string(template).render(values)
    except (JinjaError, TypeError, ValueError, ArithmeticError, LookupError, MemoryError) as error:
        raise ConfigError(
            f"{template!r} cannot be written: {error}",
            where=_where(settings),
            remedy=f"it may use {', '.join('{{ ' + name + ' }}' for name in _NAMES)}",
        ) from error
    subject = one_line(written).strip(_TRAILING)
    if not subject:
        raise ConfigError(f"{template!r} gives an empty subject", where=_where(settings), remedy="add {{ name }} to it")
    return subject


def _where(settings: Settings) -> str:
    return f"{settings.file} [newsletter] subject" if settings.file else "[newsletter] subject"


def _preheader(titles: list[str], entries: list[Entry]) -> str:
    """The titles after the lead, as many as fit; with the lead alone, the beginning of its summary."""
    if len(titles) < 2:
        summary = " ".join(paragraphs(entries[0].summary.text)) if entries else ""
        return shorten(summary, _PREHEADER)
    text = titles[1]
    for title in titles[2:]:
        if len(text) + len(title) + 3 > _PREHEADER:
            break
        text = f"{text} · {title}"
    return shorten(text, _PREHEADER)
