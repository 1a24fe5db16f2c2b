"""Themes: where they are, what they are called, in which order their folders are searched."""

import difflib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from digest import plugins
from digest.compose.variables import FILE, Variables, check_extends, extends, read_variables, with_configured
from digest.config import Settings
from digest.errors import ConfigError, OutputError, TemplateError, UsageError
from digest.resources import templates_dir

PAGE = "email.mjml"
TEXT = "text.txt"
TEMPLATES = (".mjml", ".txt", ".jinja")
_WATCHED = (*TEMPLATES, ".toml", ".po")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeInfo:
    """A theme that can be chosen. `folder` holds its files; `current` is the one that the configuration names."""

    name: str
    description: str
    folder: Path
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme as one newsletter uses it: `user` is searched first, then `folders`, the theme's own and its parents'."""

    name: str
    user: Path | None
    folders: tuple[Path, ...]
    variables: Variables

    @property
    def search_path(self) -> tuple[Path, ...]:
        """Every folder, in the order in which they are searched."""
        return (self.user, *self.folders) if self.user else self.folders

    def files(self) -> dict[str, Path]:
        """Every template by the name that it is included by, as the search finds it."""
        found: dict[str, Path] = {}
        for folder in self.search_path:
            for path in template_files(folder):
                found.setdefault(path.relative_to(folder).as_posix(), path)
        return found


def open_theme(settings: Settings) -> Theme:
    """The theme that the configuration names, with the user's folder before it. Raises ConfigError, TemplateError."""
    user = settings.theme.dir
    if user is not None and not user.is_dir():
        raise ConfigError(
            f"there is no folder {user}",
            where=_place(settings, "dir"),
            remedy=f"make it with `digest themes copy {settings.theme.name} {user}`, or take the line out",
        )
    folders, variables = _with_parents(settings.theme.name, _place(settings, "name"))
    if user is not None:
        user = user.resolve()
        variables = read_variables(user, variables)
        check_extends(user, {settings.theme.name, *map(extends, folders)})
    variables = with_configured(variables, settings)
    return Theme(name=settings.theme.name, user=user, folders=folders, variables=variables)


def fingerprint(settings: Settings) -> tuple[object, ...]:
    """Something that changes whenever a file of the theme does."""
    folders = _folders(settings.theme.name, _place(settings, "name"))
    user = settings.theme.dir
    chosen = settings.theme.model_dump_json()  # text, since tables cannot be hashed
    return (chosen, *(mark for folder in ((user, *folders) if user else folders) for mark in _marks(str(folder))))


def list_themes(settings: Settings) -> tuple[ThemeInfo, ...]:
    """Every theme that can be chosen, by name."""
    return tuple(
        ThemeInfo(
            name=name,
            description=read_variables(folder).description,
            folder=folder,
            current=name == settings.theme.name,
        )
        for name in _names()
        for folder in (_folder(name, "digest.themes"),)
    )


def theme_folders() -> dict[str, Path]:
    """The folder of every theme that can be chosen, by name; a plug-in that cannot be loaded is left out."""
    found = {}
    for name in _names():
        with suppress(ConfigError):
            found[name] = _folder(name, "digest.themes")
    return found


def copy_theme(name: str, target: Path) -> tuple[Path, ...]:
    """Copy the files of a theme, and those that it has from the themes it extends, into `target` for editing.

    Returns the copies. Nothing is ever overwritten: raises UsageError, before anything is written, when a file is there
    already. Raises ConfigError when there is no such theme, OutputError when the folder cannot be written to.
    """
    folders, variables = _with_parents(name, f"themes copy {name}")
    theme = Theme(name=name, user=None, folders=folders, variables=variables)
    pairs = [(path, target / file) for file, path in (*theme.files().items(), (FILE, folders[0] / FILE))]
    for _, copy in pairs:
        if copy.exists():
            raise UsageError("is there already", where=str(copy), remedy="choose an empty folder, or move it away")
    try:
        for source, copy in pairs:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    except OSError as error:
        raise OutputError(f"cannot be written: {error}", where=str(target)) from error
    return tuple(copy for _, copy in pairs)


def template_files(folder: Path) -> list[Path]:
    """The templates in a folder and below it, sorted; hidden files are none."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in TEMPLATES and path.is_file() and not _hidden(path.relative_to(folder))
    )


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _marks(folder: str) -> Iterator[tuple[str, int, int]]:
    """Every file in a folder and below it, with its time and size. By strings, for it runs at every render."""
    try:
        entries = list(os.scandir(folder))
    except OSError:  # removed this moment
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        with suppress(OSError):  # removed this moment, or a link to nothing or to itself
            if entry.is_dir(follow_symlinks=False):
                yield from _marks(entry.path)
            elif entry.name.endswith(_WATCHED):
                found = entry.stat()
                yield entry.path, found.st_mtime_ns, found.st_size


def _names() -> list[str]:
    builtin = {path.parent.name for path in _themes_dir().glob(f"*/{FILE}")}
    return sorted(builtin | set(plugins.names("themes")))


def _themes_dir() -> Path:
    return templates_dir() / "themes"


@lru_cache(maxsize=32)
def _folder(name: str, where: str) -> Path:
    """The folder of a theme: a built-in's, else the path that the plug-in of this name offers."""
    builtin = {path.parent.name: path.parent for path in _themes_dir().glob(f"*/{FILE}")}
    if name in builtin:
        return builtin[name]
    if plugins.find("themes", name) is None:
        known = _names()
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        remedy = f"did you mean {close[0]!r}?" if close else f"themes: {', '.join(known)}"
        raise ConfigError(f"there is no theme {name!r}", where=where, remedy=remedy)
    folder = Path(plugins.load("themes", name, where=where))
    if not (folder / FILE).is_file():
        raise ConfigError(f"the theme {name!r} has no {FILE} in {folder}", where=where, remedy="install it again")
    return folder


def _folders(name: str, where: str) -> tuple[Path, ...]:
    """The folders of a theme and of those that it extends, nearest first."""
    folders: list[Path] = []
    names: list[str] = []
    current: str = name
    while current:
        if current in names:
            raise TemplateError(f"the theme {current!r} extends itself", where=str(folders[-1] / FILE))
        folder = _folder(current, where)
        names.append(current)
        folders.append(folder)
        where = f"{folder / FILE} extends"
        current = extends(folder)
    return tuple(folders)


def _with_parents(name: str, where: str) -> tuple[tuple[Path, ...], Variables]:
    """The folders of a theme and of those that it extends, nearest first, and the variables of all."""
    folders = _folders(name, where)
    variables = read_variables(folders[-1])
    for folder in reversed(folders[:-1]):
        variables = read_variables(folder, variables)
    return folders, variables


def _place(settings: Settings, key: str) -> str:
    return f"{settings.file or 'config'} [theme] {key}"
