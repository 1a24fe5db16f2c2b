"""`digest themes`."""

from pathlib import Path
from typing import Annotated

import typer

from digest.cli.command import JsonOption, command, new_app
from digest.cli.exits import Exit
from digest.cli.output import print_json, print_table, print_text
from digest.cli.session import Session

app = new_app("Themes: how the e-mail looks.")


def list_(session: Session, *, json: JsonOption = False) -> Exit:
    """List the themes that can be used."""
    from digest.compose import list_themes

    themes = list_themes(session.settings_or_defaults)
    if json:
        print_json([{"name": theme.name, "description": theme.description} for theme in themes])
    else:
        print_table(("name", "description"), [(theme.name, theme.description) for theme in themes])
    return Exit.DONE


def copy(
    session: Session,
    *,
    name: Annotated[str, typer.Argument(help="The theme to copy.")],
    target: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; files that are there stay.")],
) -> Exit:
    """Copy a theme into a folder, to be edited. Name the folder in [theme] dir."""
    from digest.compose import copy_theme

    for path in copy_theme(name, target):
        print_text(str(path))
    place = _as_configured(session, target)
    session.say(
        f'now set name = "{name}" and dir = "{place}" in the table [theme]; delete the files that you do not change'
    )
    session.say("`digest preview` shows the e-mail as you edit them")
    return Exit.DONE


def _as_configured(session: Session, target: Path) -> str:
    """The folder as the configuration may name it: paths there are relative to its file."""
    from digest.config import find_config
    from digest.errors import ConfigError

    try:
        folder = find_config(session.options.config).absolute().parent
    except ConfigError:  # there is none yet: it will be made here
        folder = Path.cwd()
    return (target if folder == Path.cwd() else target.absolute()).as_posix()


command(app, "list")(list_)
command(app, "copy")(copy)
