"""The words that digest itself puts into an e-mail, in the language of the newsletter.

Templates write them in English, as `_("…")` and `ngettext("…", "…", n)`. Catalogues (gettext, `.po`) replace them:
those in `locale/` of the theme's folders first, so that a theme can bring words of its own or change any other, then
the ones that ship with digest. They are read as they are; nothing has to be compiled.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import Problem, TemplateError
from digest.resources import templates_dir

if TYPE_CHECKING:
    from babel.messages.catalog import Message

FOLDER = "locale"
_NAMED = re.compile(r"%\((\w+)\)")
_SAME_VALUES = "write the same %(…)s as the English has, and %% for a per cent sign"


def translations(language: str, folders: Sequence[Path] = ()) -> NullTranslations:
    """The words of a language; English, which the templates are written in, where there is no catalogue.

    Raises TemplateError when a catalogue cannot be read.
    """
    found: NullTranslations | None = None
    for path in catalogues(language, folders):
        catalogue = _read(path, path.stat().st_mtime_ns)
        if found is None:
            found = _copied(catalogue)
        else:
            found.add_fallback(_copied(catalogue))
    return found or NullTranslations()


def catalogues(language: str, folders: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The catalogues of a language, in the order in which they are asked: of `pt-BR`, `pt_BR.po`, then `pt.po`."""
    tag = language.replace("-", "_")
    names = dict.fromkeys((tag, tag.split("_")[0]))
    places = [*(folder / FOLDER for folder in folders), shipped()]
    return tuple(path for place in places for name in names if (path := place / f"{name}.po").is_file())


def shipped() -> Path:
    """The folder of the catalogues that come with digest."""
    return templates_dir() / FOLDER


def languages() -> tuple[str, ...]:
    """The codes of the languages that digest has words in."""
    return tuple(sorted(["en", *(path.stem for path in shipped().glob("*.po"))]))


def has_words(language: str, folders: Sequence[Path]) -> bool:
    """Whether there are words in a language, digest's own or a theme's; else they are English."""
    return language.replace("_", "-").split("-")[0] == "en" or bool(catalogues(language, folders))


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> bytes:
    """A catalogue in the form that gettext loads. `changed` is when the file was, so that it is read anew."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    del changed
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.stem, abort_invalid=True)
    except (OSError, PoFileError, ValueError, UnicodeDecodeError) as error:
        raise TemplateError(f"cannot be read: {error}", where=str(path), remedy="mend this catalogue") from error
    if wrong := [
        Problem(what=what, where=f"{path}:{message.lineno}", remedy=_SAME_VALUES)
        for message in catalogue
        for what in _mistakes(message)
    ]:
        raise TemplateError(wrong)
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def _mistakes(message: "Message") -> Iterator[str]:
    """What would go wrong when values are put into a message: else it would look like a mistake of the template."""
    ids, strings = ((one,) if isinstance(one, str) else one or () for one in (message.id, message.string))
    values = dict.fromkeys((name for one in ids for name in _NAMED.findall(one)), 0)
    if message.pluralizable:
        values["num"] = 0
    for text in strings if message.id else ():  # the first, without an id, is the head of the catalogue
        try:
            _ = text % values
        except KeyError as error:
            yield f"{text!r}: there is no value {error} in the English"
        except (ValueError, TypeError) as error:
            yield f"{text!r}: {error}"


def _copied(catalogue: bytes) -> GNUTranslations:
    """Its own object, since fallbacks are added to it."""
    return GNUTranslations(BytesIO(catalogue))
