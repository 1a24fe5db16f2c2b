"""The prompt of an instruction model: a Jinja template that the user may replace, in the newsletter's language."""

import hashlib
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest.config import SummarizerSettings
from digest.errors import TemplateError
from digest.resources import templates_dir

NAMES = ("article", "language", "language_name", "max_words", "part", "sentences", "title")
_LARGEST = 100_000  # bytes of a template
_RAISED = (JinjaError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told. `system` may be empty."""

    system: str
    user: str


class PromptTemplate:
    """One template file with a block `user` and, if it likes, a block `system`."""

    def __init__(self, path: Path) -> None:
        """Read and compile the file. Raises TemplateError with file and line."""
        self.path = path
        self.source = _read(path)
        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        try:
            code = environment.compile(self.source, str(path), str(path))
        except TemplateSyntaxError as error:
            raise TemplateError(
                f"{error.message}", where=f"{path}:{error.lineno}", remedy="mend this line of the prompt"
            ) from error
        self._template = environment.template_class.from_code(environment, code, environment.make_globals(None))
        if "user" not in self._template.blocks:
            raise TemplateError(
                "the prompt has no block `user`",
                where=str(path),
                remedy="put what the model is asked into {% block user %} … {% endblock %}; "
                "`digest models prompt` prints one that works",
            )

    def render(self, values: Mapping[str, Any]) -> Prompt:
        """The prompt for one text; `values` holds NAMES. Raises TemplateError with file and line."""
        return Prompt(system=self._block("system", values), user=self._block("user", values))

    def _block(self, name: str, values: Mapping[str, Any]) -> str:
        block = self._template.blocks.get(name)
        if block is None:
            return ""
        try:
            return "".join(block(self._template.new_context(dict(values)))).strip()
        except _RAISED as error:
            frames = traceback.walk_tb(error.__traceback__)
            lines = [
                self._template.get_corresponding_lineno(line)
                for frame, line in frames
                if frame.f_code.co_filename == str(self.path)
            ]
            raise TemplateError(
                f"{error}",
                where=f"{self.path}:{lines[-1]}" if lines else str(self.path),
                remedy=f"known here: {', '.join(NAMES)}",
            ) from error


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
        if len(data) > _LARGEST:
            raise ValueError("it is larger than 100 kB, so it is no prompt")
        return data.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise TemplateError(
            f"the prompt cannot be read: {error}",
            where=str(path),
            remedy="name a file of UTF-8 text in [summarizer] prompt, or leave that key out",
        ) from error


def prompt_file(settings: SummarizerSettings, language: str) -> Path:
    """The template for a newsletter in `language`: the user's, else the one that ships for it, else the English one."""
    if settings.prompt is not None:
        return settings.prompt
    folder = templates_dir() / "prompts"
    base = language.lower().replace("_", "-").partition("-")[0]
    own = folder / f"summary.{base}.jinja"
    return own if own.is_file() else folder / "summary.jinja"


def prompt_identity(settings: SummarizerSettings) -> str:
    """Changes with every template that may be used. Raises TemplateError when the user's cannot be read."""
    files = [settings.prompt] if settings.prompt else sorted((templates_dir() / "prompts").glob("*.jinja"))
    return hashlib.sha256("\0".join(_read(file) for file in files).encode()).hexdigest()[:16]


def language_name(language: str) -> str:
    """`pt-BR` -> "Portuguese (Brazil)"; the code itself where nothing is known of it."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language.replace("-", "_")).get_display_name("en") or language
    except (UnknownLocaleError, ValueError):
        return language
