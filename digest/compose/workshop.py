"""Renders an issue through its theme: the HTML part, the text part, and the places of each recipient's values."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import escape

from digest.compose.blocks import block_problems
from digest.compose.clean import one_line
from digest.compose.environment import ThemeEnvironment, make_environment, write
from digest.compose.faults import RAISED, problem_at, problem_of, raised_in_template
from digest.compose.marks import LineMarks, read_marks
from digest.compose.mjml import MjmlError, to_html
from digest.compose.plaintext import finished
from digest.compose.theme import PAGE, TEXT, Theme, fingerprint, open_theme, template_files
from digest.compose.validate import Fault, faults
from digest.compose.view import NAMES, build_view
from digest.config import Settings
from digest.errors import Problem, TemplateError
from digest.model import Issue, Picture, Rendered, Slot

_MOST_OPENED = 8
_opened: "dict[tuple[object, ...], Workshop]" = {}


def render(
    issue: Issue,
    settings: Settings,
    *,
    slots: Mapping[Slot, str] | None = None,
    pictures: Sequence[Picture] | None = None,
) -> Rendered:
    """Render an issue. `slots` fixes the tokens, which else are new and random; `pictures` go along with it.

    Raises TemplateError, ConfigError.
    """
    tokens = dict(slots) if slots is not None else {slot: new_token() for slot in Slot}
    workshop = open_workshop(settings)
    if problems := workshop.problems:
        raise TemplateError(problems)
    context = build_view(issue, settings, tokens, workshop.theme.variables, pictures)
    html = workshop.html(context)
    return Rendered(
        issue_id=issue.id,
        subject=one_line(issue.subject),
        preheader=one_line(issue.preheader),
        html=html,
        text=workshop.text(context),
        slots=tokens,
        pictures=tuple(picture for picture in pictures or () if f"cid:{picture.cid}" in html),
    )


def fill(rendered: Rendered, values: Mapping[Slot, str]) -> tuple[str, str]:
    """The HTML and the text with one recipient's values in them."""
    by_token = {token: values.get(slot, "") for slot, token in rendered.slots.items()}
    if not by_token:
        return rendered.html, rendered.text
    tokens = re.compile("|".join(map(re.escape, by_token)))
    html = tokens.sub(lambda found: str(escape(one_line(by_token[found[0]]))), rendered.html)
    return html, tokens.sub(lambda found: one_line(by_token[found[0]]), rendered.text)


def new_token() -> str:
    """A stand-in that nothing else in an e-mail can be mistaken for: ASCII letters and digits, 96 random bits."""
    return f"slot{secrets.token_hex(12)}"


def open_workshop(settings: Settings) -> "Workshop":
    """The templates of the theme that the settings name, compiled anew when a file of it has changed."""
    key = (settings.newsletter.language, settings.email.tracking_pixels, *fingerprint(settings))
    found = _opened.get(key)
    if found is None:
        found = Workshop(open_theme(settings), settings.newsletter.language, settings.email.tracking_pixels)
        if len(_opened) >= _MOST_OPENED:
            _opened.clear()
        _opened[key] = found
    return found


@dataclass(frozen=True)
class Workshop:
    """A theme with the environments that its templates run in. Safe to use from several threads."""

    theme: Theme
    language: str
    pixels: bool = False

    @cached_property
    def problems(self) -> list[Problem]:
        """What can be seen without rendering."""
        return block_problems(self.theme, self._markup)

    @cached_property
    def files(self) -> frozenset[str]:
        """Every file that a template of this theme may be in."""
        return frozenset(str(path) for folder in self.theme.search_path for path in template_files(folder))

    @cached_property
    def _markup(self) -> ThemeEnvironment:
        return make_environment(self.theme, self.language, markup=True)

    @cached_property
    def _plain(self) -> ThemeEnvironment:
        return make_environment(self.theme, self.language, markup=False)

    def html(self, context: Mapping[str, Any]) -> str:
        """The HTML part. Raises TemplateError."""
        mjml = self._write(self._markup, PAGE, context)
        try:
            return to_html(mjml, pixels=self.pixels)
        except MjmlError as error:
            raise TemplateError(self._placed(error.faults, context)) from error

    def text(self, context: Mapping[str, Any]) -> str:
        """The text part. Raises TemplateError."""
        return finished(self._write(self._plain, TEXT, context), context["newsletter"].dir)

    def compile_problems(self) -> list[Problem]:
        """What Jinja finds wrong with each file, used or not."""
        found = []
        for name in self.theme.files():
            environment = self._plain if name.endswith(".txt") else self._markup
            try:
                environment.get_template(name)
            except RAISED as error:
                found.append(self._problem(error, name))
        return found

    def _write(self, environment: ThemeEnvironment, name: str, context: Mapping[str, Any]) -> str:
        try:
            return write(environment, name, context)
        except RAISED as error:
            if not raised_in_template(error, self.files):
                raise
            raise TemplateError([self._problem(error, name)]) from error

    def _problem(self, error: BaseException, name: str) -> Problem:
        start = str(self.theme.files().get(name, self.theme.folders[0] / name))
        return problem_of(error, self.files, NAMES, start)

    def _placed(self, found: list[Fault], context: Mapping[str, Any]) -> list[Problem]:
        """Faults of the MJML told at the template lines that wrote them: it is written once more, with marks."""
        environment = make_environment(self.theme, self.language, markup=True, extensions=[LineMarks])
        marked = self._write(environment, PAGE, context)
        (marks,) = (one for one in environment.extensions.values() if isinstance(one, LineMarks))
        places = read_marks(marked, marks.files)
        problems: dict[Problem, None] = {}  # a fault in a loop is told once
        for fault in faults(places.text, pixels=self.pixels) or found:
            file, line = places.of(fault.offset) or (str(self.theme.files()[PAGE]), 0)
            problems[problem_at(file, line, fault.what, fault.remedy)] = None
        return list(problems)
