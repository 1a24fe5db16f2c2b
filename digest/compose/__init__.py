"""Issue -> Rendered: subject, theme, MJML, plain text, lint.

Importing this loads neither Jinja nor MJML: a run that has nothing to render does not pay for them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest.config import Settings
from digest.model import Finding, Issue, Picture, Rendered, Section, Skipped, Slot

if TYPE_CHECKING:
    from digest.compose.fitting import Fitted
    from digest.compose.theme import ThemeInfo

__all__ = [
    "check_subject",
    "check_theme",
    "copy_theme",
    "embed_pictures",
    "fill",
    "fit",
    "has_words",
    "headline",
    "knows_language",
    "languages",
    "lint",
    "lint_theme",
    "list_themes",
    "render",
    "shown",
    "theme_folders",
    "wanted_pictures",
]


def headline(sections: Sequence[Section], settings: Settings, *, number: int, now: datetime) -> tuple[str, str]:
    """The subject and the preheader of an issue, each one line.

    Raises ConfigError when `[newsletter] subject` cannot be written.
    """
    from digest.compose.subject import headline as made

    return made(sections, settings, number=number, now=now)


def render(
    issue: Issue,
    settings: Settings,
    *,
    slots: Mapping[Slot, str] | None = None,
    pictures: Sequence[Picture] | None = None,
) -> Rendered:
    """Render an issue through its theme. `slots` fixes the tokens for recipients' values, which else are random.

    With `pictures`, these go along with it and no others are shown; without, pictures come from their own addresses.
    Raises TemplateError with file, line, the line itself and a remedy; ConfigError when there is no such theme.
    """
    from digest.compose.workshop import render as made

    return made(issue, settings, slots=slots, pictures=pictures)


def fit(issue: Issue, settings: Settings, *, pictures: Sequence[Picture] | None = None) -> "Fitted":
    """Render an issue so that Gmail shows all of it: its last stories are shortened or left out where it is too large.

    Raises what `render` raises.
    """
    from digest.compose.fitting import fit as fitted

    return fitted(issue, settings, lambda made: render(made, settings, pictures=pictures))


def wanted_pictures(issue: Issue, settings: Settings) -> dict[str, int]:
    """The addresses of the pictures that an issue shows, each with the width that the theme shows it at.

    Raises what `render` raises.
    """
    from digest.compose.pictures import wanted_pictures as wanted

    return wanted(issue, settings)


def embed_pictures(
    found: Mapping[str, bytes], wanted: Mapping[str, int], settings: Settings, *, room: int
) -> tuple[tuple[Picture, ...], tuple[Skipped, ...]]:
    """Pictures to go along, made small, of at most `room` bytes; what cannot go along is told with its reason."""
    from digest.compose.pictures import embed_pictures as embedded

    return embedded(found, wanted, settings, room=room)


def shown(html: str, pictures: Sequence[Picture]) -> str:
    """The HTML of an e-mail with the pictures that go along written into it, for a browser."""
    from digest.compose.pictures import shown as written

    return written(html, pictures)


def fill(rendered: Rendered, values: Mapping[Slot, str]) -> tuple[str, str]:
    """The HTML and the text with one recipient's values in them, escaped as each part needs it."""
    from digest.compose.workshop import fill as filled

    return filled(rendered, values)


def lint(rendered: Rendered, settings: Settings) -> tuple[Finding, ...]:
    """What mail clients and readers would stumble over in a rendered issue, errors first."""
    from digest.compose.findings import lint as looked

    return looked(rendered, settings)


def check_subject(settings: Settings, *, now: datetime) -> str:
    """Write `[newsletter] subject` with a made-up lead. Raises ConfigError when its template is wrong."""
    from digest.compose.subject import sample_subject

    return sample_subject(settings, now=now)


def knows_language(settings: Settings) -> bool:
    """Whether dates can be written in `[newsletter] language`; else they are in English."""
    from digest.compose.dates import is_known

    return is_known(settings.newsletter.language)


def has_words(settings: Settings) -> bool:
    """Whether digest, or the user's theme, has words in `[newsletter] language`; else they are in English."""
    from digest.compose.translation import has_words as found

    return found(settings.newsletter.language, [settings.theme.dir] if settings.theme.dir else [])


def languages() -> tuple[str, ...]:
    """The codes of the languages that digest has words in."""
    from digest.compose.translation import languages as known

    return known()


def check_theme(settings: Settings) -> None:
    """Try the whole theme on made-up issues. Raises TemplateError with every problem, ConfigError."""
    from digest.compose.check import check_theme as checked

    checked(settings)


def lint_theme(settings: Settings) -> tuple[Finding, ...]:
    """What lint finds in the theme itself, on a made-up issue. Raises what `render` raises."""
    from digest.compose.check import lint_theme as looked

    return looked(settings)


def list_themes(settings: Settings) -> "tuple[ThemeInfo, ...]":
    """Every theme that can be chosen, by name. Raises TemplateError when one's theme.toml is wrong."""
    from digest.compose.theme import list_themes as listed

    return listed(settings)


def theme_folders() -> Mapping[str, Path]:
    """The folder of every theme that can be chosen, by name, also of those whose theme.toml is wrong."""
    from digest.compose.theme import theme_folders as found

    return found()


def copy_theme(name: str, target: Path) -> tuple[Path, ...]:
    """Copy a theme's files into `target`, overwriting nothing. Raises UsageError, OutputError, ConfigError."""
    from digest.compose.theme import copy_theme as copied

    return copied(name, target)
