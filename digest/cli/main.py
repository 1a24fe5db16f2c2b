"""The command `digest`: its groups and commands, and the options before them."""

from importlib.metadata import version
from typing import Annotated

import typer

from digest.cli import build, issues, schedule, send, setup, sources, subscribers, text, themes
from digest.cli.command import ConfigOption, QuietOption, VerboseOption, new_app
from digest.cli.session import Options

app = new_app("Turn the articles you follow into an e-mail newsletter.")

for module in (setup, text, build, send, schedule):
    module.register(app)
app.add_typer(sources.app, name="sources")
app.add_typer(issues.app, name="issues")
app.add_typer(subscribers.app, name="subscribers")
app.add_typer(themes.app, name="themes")


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


def main() -> None:
    """Run the command line."""
    app(prog_name="digest")
