"""`digest sources`."""

from digest.cli.command import JsonOption, command, new_app
from digest.cli.exits import Exit
from digest.cli.output import iso_time, local_time, print_json, print_table
from digest.cli.session import Session

app = new_app("Sources and their health.")


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
                    (known.error or "") if known else "",
                    source.ref,
                )
                for source, known in rows
            ],
        )
    return Exit.DONE


command(app, "list")(list_)
