"""Turns what Jinja raises into problems that name the template's file, its line, the line itself, and a remedy."""

import difflib
import traceback
from collections.abc import Collection, Iterable
from pathlib import Path

from jinja2 import TemplateError as JinjaError
from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from digest.errors import Problem

# What an expression in a template can make Python raise.
RAISED = (JinjaError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError, MemoryError)

_HINTS = (
    ("Missing end of comment tag", "in CSS, put a space between { and #; in Jinja, end the comment with #}"),
    ("unexpected char", "Jinja does not know this character here; text belongs outside {{ }} and {% %}"),
    ("end of print statement", "inside {{ }} stands one expression; end it with }}"),
    ("end of statement block", "end the tag with %}"),
    ("nexpected end of template", "a {% … %} is opened and never ended"),
)

# What goes wrong when values are put into a text of `_("…")`.
_VALUE = 'give it after the text, like _("… %({0})s", {0}=…)'
_PERCENT = 'in a text of _("…"), a percent sign is written %%'


def problem_at(file: str | Path, line: int, what: str, remedy: str = "") -> Problem:
    """A problem at a line of a file, with that line shown."""
    text = line_of(Path(file), line)
    shown = f"{what}\n    {text}" if text else what
    return Problem(what=shown, where=f"{file}:{line}" if line else str(file), remedy=remedy)


def line_of(path: Path, number: int) -> str:
    """One line of a file without the white space around it, at most 160 characters; empty when there is none."""
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return ""
    return lines[number - 1].strip()[:160] if 0 < number <= len(lines) else ""


def problem_of(error: BaseException, files: Collection[str], names: Iterable[str], start: str) -> Problem:
    """What is wrong with a template, told at the innermost place in one of the template `files`.

    `names` are those that templates may use, `start` is the file to name when the error has no place of its own.
    """
    file, line = _innermost(error, files) or (start, 0)
    if isinstance(error, TemplateNotFound):
        return _not_found(error, files, file, line)
    if isinstance(error, TemplateSyntaxError):
        remedy = next((hint for said, hint in _HINTS if said in (error.message or "")), "")
        return problem_at(error.filename or file, error.lineno, _sentence(error.message or "syntax error"), remedy)
    if isinstance(error, UndefinedError):
        return problem_at(file, line, str(error), _nearest_name(str(error), names))
    if isinstance(error, SecurityError):
        return problem_at(file, line, f"not allowed in a template: {error}")
    if isinstance(error, RecursionError):
        return problem_at(
            file, line, "this template includes or extends itself", "to extend the built-in one, name it builtin/FILE"
        )
    if isinstance(error, KeyError):
        return problem_at(file, line, f"there is no value for %({error.args[0]})s", _VALUE.format(error.args[0]))
    remedy = _PERCENT if "format" in str(error) and isinstance(error, TypeError | ValueError) else ""
    return problem_at(file, line, f"{type(error).__name__}: {error}", remedy)


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")


def _innermost(error: BaseException, files: Collection[str]) -> tuple[str, int] | None:
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename in files
    ]
    return frames[-1] if frames else None


def _not_found(error: TemplateNotFound, files: Collection[str], file: str, line: int) -> Problem:
    name = str(error.name)
    known = sorted({Path(path).name for path in files})
    close = difflib.get_close_matches(Path(name).name, known, n=1, cutoff=0.5)
    what = error.message if error.message and error.message != name else f"there is no template {name!r}"
    return problem_at(file, line, what, f"did you mean {close[0]!r}?" if close else f"templates: {', '.join(known)}")


def _nearest_name(message: str, names: Iterable[str]) -> str:
    """The name that was meant, of those the message lists or of those every template may use."""
    missing = message.split("'")[1] if message.count("'") > 1 else ""
    known = message.split("there are ", 1)[1].split(", ") if "there are " in message else sorted(names)
    close = difflib.get_close_matches(missing, known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known here: {', '.join(known)}"


def raised_in_template(error: BaseException, files: Collection[str]) -> bool:
    """Whether an error comes from a template, and not from a defect of digest."""
    return isinstance(error, JinjaError | RecursionError) or _innermost(error, files) is not None
