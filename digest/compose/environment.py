"""The Jinja environments that templates run in: sandboxed, strict about names, shut into the theme's folders."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, PrefixLoader, StrictUndefined, TemplateNotFound, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest.compose.bounds import bound, bounded, counting, measure, spend
from digest.compose.limits import check_call, check_operation, limit
from digest.compose.sentences import first_sentences
from digest.compose.theme import Theme
from digest.compose.translation import translations
from digest.compose.wrap import wrap

_LONGEST_OUTPUT = 4_000_000
_LARGEST_FILE = 1_000_000
_VIEWS = "digest.compose.view"
# These make a text of any length out of a number, or bytes, which nothing here measures.
_STRETCHING = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map", "translate",
                         "encode", "to_bytes"})  # fmt: skip


class FolderLoader(BaseLoader):
    """Reads templates from folders, the first that has one wins. A link that leads out of its folder is refused."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [folder.resolve() for folder in folders]

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template and its file."""
        # Not TemplateNotFound: the next loader would be asked, and the reason lost.
        if template.startswith("/") or ".." in template.split("/") or "\\" in template:
            raise SecurityError(f"{template!r} lies outside the theme's folder")
        for folder in self._folders:
            path = folder / template
            if not _is_file(path):
                continue
            if not path.resolve().is_relative_to(folder):
                raise SecurityError(f"{template!r} is a link that leads out of the theme's folder {folder}")
            return _read(path), str(path), lambda: True
        raise TemplateNotFound(template)

    def list_templates(self) -> list[str]:
        """Not needed; themes list their own files."""
        return []


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long, or a folder that may not be read
        return False


def _read(path: Path) -> str:
    if path.stat().st_size > _LARGEST_FILE:
        raise TemplateSyntaxError("is larger than 1 MB, so it is no template", 1, filename=str(path))
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateSyntaxError("is not in UTF-8; save it as UTF-8", 1, filename=str(path)) from error
    except OSError as error:
        raise TemplateSyntaxError(f"cannot be read: {error}", 1, filename=str(path)) from error


class Undefined(StrictUndefined):
    """A name that does not exist: says so in words, and which names do."""

    @property
    def _undefined_message(self) -> str:
        name = self._undefined_name
        if self._undefined_hint or name is None:
            return super()._undefined_message
        owner = self._undefined_obj
        members = _members(owner)
        if members is None:
            return f"there is no {name!r} here"
        kind = type(owner).__name__.removesuffix("View").lower()
        return f"there is no {name!r} in {'this table' if kind == 'dict' else kind}; there are {', '.join(members)}"


def _members(owner: object) -> list[str] | None:
    if isinstance(owner, Mapping):
        return sorted(map(str, owner))
    slots = getattr(type(owner), "__dataclass_fields__", None)
    return sorted(slots) if slots else None


class ThemeEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox that also refuses what would never end, or fill the memory."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return bounded(super()._parse(source, name, filename))

    def call(self, context: Context, obj: Any, /, *arguments: Any, **named: Any) -> Any:
        """Count a call: a macro may call itself twice, or write what it was given twice."""
        spend(1)
        check_call(obj, arguments, named)
        result = super().call(context, obj, *arguments, **named)
        if isinstance(obj, Macro):
            measure(len(result))
        return result

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse a product, power or format that would be very large."""
        check_operation(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Refuse `format`, which Jinja lets pass before it asks whether an attribute is safe."""
        if super().wrap_str_format(value) is not None:
            raise SecurityError('the method format could pad a text beyond all measure; write "…" | format(…)')
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Refuse the methods that make long texts out of short ones."""
        if type(obj).__module__ == _VIEWS:  # records of text and numbers: the long way took a third of Jinja's time
            return not attr.startswith("_")
        return not (isinstance(obj, str | int) and attr in _STRETCHING) and super().is_safe_attribute(obj, attr, value)


def make_environment(
    theme: Theme, language: str, *, markup: bool, extensions: Sequence[type[Extension]] = ()
) -> ThemeEnvironment:
    """An environment for the templates of a theme: `markup` ones escape what they write, those for text do not."""
    own = FolderLoader(theme.folders)
    named = {"builtin": own, **{folder.name: FolderLoader([folder]) for folder in theme.folders}}
    environment = ThemeEnvironment(
        loader=ChoiceLoader([FolderLoader(theme.search_path), PrefixLoader(named)]),
        autoescape=markup,
        undefined=Undefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols", *extensions],
    )
    environment.filters["wrap"] = wrap
    environment.filters["sentences"] = partial(first_sentences, language=language)
    limit(environment)
    bound(environment)
    # The i18n extension adds this method when it is loaded, so its type is not on the class.
    environment.install_gettext_translations(translations(language, theme.search_path), newstyle=True)  # type: ignore[attr-defined]
    return environment


def sandbox() -> ThemeEnvironment:
    """An environment for one line of text that comes from the configuration: no files, nothing escaped."""
    environment = ThemeEnvironment(undefined=Undefined)
    limit(environment)
    bound(environment)
    return environment


def write(environment: Environment, name: str, context: Mapping[str, Any]) -> str:
    """Run one template. Raises what it raises, and SecurityError when its output does not end."""
    parts: list[str] = []
    length = 0
    template = environment.get_template(name)
    with counting():
        for part in template.generate(context):
            parts.append(part)
            length += len(part)
            if length > _LONGEST_OUTPUT:
                raise SecurityError(f"{name} writes more than {_LONGEST_OUTPUT:,} characters")
    return "".join(parts)
