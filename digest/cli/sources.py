"""`digest sources`."""

from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.command import JsonOption, command, new_app
from digest.cli.exits import Exit
from digest.cli.output import iso_time, local_time, print_json, print_table
from digest.cli.session import Session
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.store.sources import SourceHealth

app = new_app("Sources and their health.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As `digest sources list` shows it, or its address.")]


def list_(session: Session, *, json: JsonOption = False) -> Exit:
    """List the sources: last success, last error, failures in a row."""
    settings = session.settings
    with session.store() as store:
        health = store.sources.health()
    rows = [(source, health.get(source.ref)) for source in settings.sources]
    if json:
        print_json(
            [
                {
                    "name": source.name,
                    "type": source.type,
                    "ref": source.ref,
                    "section": source.section,
                    "last_success": iso_time(known.last_success) if known else None,
                    "last_error": iso_time(known.last_error) if known else None,
                    "error": known.error if known else None,
                    "failures": known.failures if known else 0,
                    "paused": known.paused if known else False,
                }
                for source, known in rows
            ]
        )
    else:
        print_table(
            ("name", "type", "last success", "failures", "last error", "where"),
            [
                (
                    source.name,
                    source.type,
                    local_time(known.last_success) if known else "never",
                    known.failures if known else 0,
                    _trouble(known),
                    source.ref,
                )
                for source, known in rows
            ],
        )
    return Exit.DONE


def _trouble(known: "SourceHealth | None") -> str:
    """The last error on one line, and whether the source is read at all."""
    error = " ".join(known.error.split()) if known else ""
    return f"paused {error}".strip() if known and known.paused else error


def pause(session: Session, *, name: NameArgument) -> Exit:
    """Read a source no more until it is resumed."""
    _set_paused(session, name, paused=True)
    session.say(f"{name} is paused; `digest sources resume` reads it again")
    return Exit.DONE


def resume(session: Session, *, name: NameArgument) -> Exit:
    """Read a source again that was paused, by a person or because its server said that it is gone."""
    _set_paused(session, name, paused=False)
    session.say(f"{name} is read again")
    return Exit.DONE


def _set_paused(session: Session, name: str, *, paused: bool) -> None:
    refs = [source.ref for source in session.settings.sources if name in {source.name, source.ref}]
    if not refs:
        raise UsageError(f"there is no source {name!r}", remedy="`digest sources list` shows those that there are")
    with session.locked_store() as store:  # a run that reads it now would write over this
        store.sources.set_paused(refs[0], paused)


command(app, "list")(list_)
command(app, "pause")(pause)
command(app, "resume")(resume)
