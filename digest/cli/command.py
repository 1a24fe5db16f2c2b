"""Registers commands: gives each the options that all take, and turns errors into words and an exit code."""

import errno
import functools
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from digest.cli.exits import Exit, exit_code, is_forbidden
from digest.cli.output import visible
from digest.cli.session import Options, Session
from digest.errors import DigestError

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "-c",
        "--config",
        metavar="PATH",
        help="Configuration file; else $DIGEST_CONFIG, ./config.toml, or the one in the user config folder.",
    ),
]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="Tell more, and show tracebacks.")]
QuietOption = Annotated[bool, typer.Option("-q", "--quiet", help="Tell only of errors.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the data as JSON on standard output.")]

_COMMON = {"config": ConfigOption, "verbose": VerboseOption, "quiet": QuietOption}


def new_app(help_text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(
        help=help_text,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # rich costs a third of the start, and every command starts
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., Exit | None]], Callable[..., None]]:
    """Add a function to `app`. It gets a Session first, then its own options, and returns its exit code or None."""

    def register(function: Callable[..., Exit | None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(context: typer.Context, **arguments: Any) -> None:
            own = {key: arguments.pop(key) for key in _COMMON}
            options = _merge(context.obj, own)
            raise typer.Exit(_guarded(options, lambda: function(Session(options), **arguments)))

        run.__signature__ = _with_common_options(function)  # type: ignore[attr-defined]  # Typer reads the signature
        del run.__wrapped__
        app.command(name)(run)
        return run

    return register


def _with_common_options(function: Callable[..., Any]) -> inspect.Signature:
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    common = [
        inspect.Parameter(key, keyword, annotation=kind, default=None if key == "config" else False)
        for key, kind in _COMMON.items()
    ]
    return inspect.Signature([context, *(p.replace(kind=keyword) for p in own), *common])


def _merge(before: object, own: dict[str, Any]) -> Options:
    """Options may stand before the command or after it; what stands after wins."""
    base = before if isinstance(before, Options) else Options()
    return Options(
        config=own["config"] or base.config,
        verbose=own["verbose"] or base.verbose,
        quiet=own["quiet"] or base.quiet,
    )


def _guarded(options: Options, call: Callable[[], Exit | None]) -> int:
    """Run one command and tell how it ended. This is the one place where errors become words."""
    try:
        code = int(call() or Exit.DONE)
        sys.stdout.flush()  # else what cannot be written is found out when nobody can tell of it any more
        return code
    except DigestError as error:
        if options.verbose:
            _traceback()
        for problem in error.problems:
            _tell(f"error: {problem}")
        return int(exit_code(error))
    except BrokenPipeError:
        # The reader of our output went away (`digest … | head`): nothing is wrong, and nothing more can be told.
        _stop_output()
        return int(Exit.DONE)
    except KeyboardInterrupt:
        _tell("interrupted; what was done is kept, run again to go on")
        return int(Exit.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the outermost frame: a defect is told as one, not as a traceback
        if options.verbose:
            _traceback()
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            _stop_output()
            _tell(
                f"error: {error.strerror}: {error.filename or 'what was to be printed'}\n  free some space, run again"
            )
            return int(Exit.INCOMPLETE)
        if is_forbidden(error):
            _tell(f"error: {error}\n  check who may read and write it")
            return int(Exit.CONFIG)
        _tell(f"error: a defect of digest: {type(error).__name__}: {error}")
        _tell("  please report it, with what -v prints")
        return int(Exit.DEFECT)


def _stop_output() -> None:
    """Let what is still to be printed go nowhere, or the interpreter would fail on it as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(text: str) -> None:
    print(visible(text), file=sys.stderr)  # noqa: T201 - the CLI is where printing belongs


def _traceback() -> None:
    import traceback

    traceback.print_exc()
