"""The command `digest`: its groups and commands, and the options before them."""

import io
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from digest.cli import (
    bounces,
    build,
    issues,
    models,
    preview,
    schedule,
    send,
    setup,
    sources,
    subscribers,
    text,
    themes,
)
from digest.cli.command import ConfigOption, QuietOption, VerboseOption, new_app
from digest.cli.session import Options

app = new_app("Turn the articles you follow into an e-mail newsletter.")

for module in (setup, text, build, preview, send, bounces, schedule):
    module.register(app)
app.add_typer(sources.app, name="sources")
app.add_typer(issues.app, name="issues")
app.add_typer(subscribers.app, name="subscribers")
app.add_typer(themes.app, name="themes")
app.add_typer(models.app, name="models")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"digest {version('article-digest')}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    *,
    config: ConfigOption = None,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Turn the articles you follow into an e-mail newsletter."""
    context.obj = Options(config=config, verbose=verbose, quiet=quiet)


def _print_any_letter() -> None:
    """Titles hold letters that the locale of a small server may lack.

    What goes to a file or a pipe is data, and is UTF-8 wherever it runs; a terminal shows what it can.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="backslashreplace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def main() -> None:
    """Run the command line."""
    _print_any_letter()
    app(prog_name="digest")
