"""`digest subscribers`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.command import JsonOption, command, new_app
from digest.cli.exits import Exit
from digest.cli.output import iso_time, local_time, print_json, print_table, print_text
from digest.cli.session import Session
from digest.errors import InputError, OutputError, UsageError
from digest.model import Subscriber, SubscriberState

app = new_app("Who gets the newsletter.")

AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS")]
StateOption = Annotated[
    SubscriberState | None, typer.Option("--state", help="Only those in this state.", show_default=False)
]


def list_(session: Session, *, state: StateOption = None, json: JsonOption = False) -> Exit:
    """List the subscribers."""
    from digest import subscribers

    with session.store() as store:
        found = list(subscribers.iterate(store, state))
    if json:
        print_json([_as_json(subscriber) for subscriber in found])
    else:
        print_table(
            ("address", "name", "state", "since"),
            [(s.address, s.name, s.state, local_time(s.created)) for s in found],
        )
    return Exit.DONE


def add(
    session: Session,
    *,
    address: AddressArgument,
    name: Annotated[str, typer.Option("--name", help="How the reader is called.")] = "",
    json: JsonOption = False,
) -> Exit:
    """Add one subscriber, who gets the next issue."""
    from digest import subscribers

    with session.store() as store, _address_is_typed():
        added = subscribers.add(store, address, name)
    if json:
        print_json(_as_json(added))
    session.say(f"{added.address} gets the next issue")
    return Exit.DONE


def remove(
    session: Session,
    *,
    who: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="The address, or the key at the end of a link to unsubscribe.")
    ],
) -> Exit:
    """Take one subscriber off the list. What was sent stays on record."""
    from digest import subscribers

    with session.store() as store, _address_is_typed():
        removed = subscribers.remove(store, who)
    session.say(f"{removed.address} gets no further issue")
    return Exit.DONE


def import_(
    session: Session,
    *,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help='CSV with a column "address" and perhaps "name"; - reads standard input.'),
    ],
    json: JsonOption = False,
) -> Exit:
    """Add subscribers from a CSV file. Those already there stay as they are; who unsubscribed stays unsubscribed."""
    from digest import subscribers

    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(file)) from error
    with session.store() as store:
        result = subscribers.import_csv(store, content, name=str(file))
    if json:
        print_json(
            {
                "added": result.added,
                "known": result.known,
                "skipped": [{"ref": s.ref, "reason": s.reason} for s in result.skipped],
            }
        )
    for skipped in result.skipped:
        session.warn(f"{skipped.ref}: {skipped.reason}")
    session.say(f"{result.added} added, {result.known} known already, {len(result.skipped)} skipped")
    return Exit.BAD_INPUT if result.skipped and not result.readable else Exit.DONE


def export(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where to; - is standard output.")] = Path("-"),
    state: StateOption = None,
) -> Exit:
    """Write the subscribers as CSV."""
    from digest import subscribers

    with session.store() as store:
        content = subscribers.export_csv(store, state)
    if str(file) == "-":
        sys.stdout.write(content)
        return Exit.DONE
    try:
        file.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", where=str(file)) from error
    return Exit.DONE


def history(session: Session, *, address: AddressArgument, json: JsonOption = False) -> Exit:
    """Tell what happened with one subscriber: subscribed, sent, bounced, unsubscribed."""
    from digest import subscribers

    with session.store() as store, _address_is_typed():
        events = subscribers.history(store, address)
    if json:
        print_json([{"at": iso_time(e.at), "event": e.event, "detail": e.detail} for e in events])
    else:
        for event in events:
            print_text(f"{local_time(event.at)}  {event.event}  {event.detail}".rstrip())
    return Exit.DONE


@contextmanager
def _address_is_typed() -> Iterator[None]:
    """An address that is none is wrong usage where it was typed, not a fault of an input file."""
    try:
        yield
    except InputError as error:
        raise UsageError(error.problems) from error


def _as_json(subscriber: Subscriber) -> dict[str, object]:
    return {
        "address": subscriber.address,
        "name": subscriber.name,
        "state": subscriber.state.value,
        "created": iso_time(subscriber.created),
    }


command(app, "list")(list_)
command(app, "add")(add)
command(app, "remove")(remove)
command(app, "import")(import_)
command(app, "export")(export)
command(app, "history")(history)
