"""`digest sources`."""

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.command import JsonOption, command, new_app
from digest.cli.exits import Exit
from digest.cli.output import iso_time, local_time, print_json, print_table, print_text
from digest.cli.session import Session
from digest.errors import InputError, OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.config import Settings, SourceSettings
    from digest.store.sources import SourceHealth

_NAME_WIDTH = 24
_LIKE_PATH = re.compile(r"^[./~]|^[^/:]+\.(mbox|eml|opml|xml|json|txt|html?|gz)$", re.IGNORECASE)

app = new_app("Sources and their health.")

SourceArgument = Annotated[str, typer.Argument(metavar="SOURCE", help="Its name, its address or its path.")]
SectionOption = Annotated[str, typer.Option("--section", help="The heading under which its articles stand.")]


def list_(session: Session, *, json: JsonOption = False) -> Exit:
    """List the sources: last success, last error, failures in a row, and what the next run will do."""
    from digest.collect.health import next_look

    settings = session.settings
    with session.store() as store:
        health = store.sources.health()
    rows = [(source, health.get(source.ref)) for source in settings.sources]
    now = session.clock()
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
                    "retry_after": iso_time(known.retry_after) if known else None,
                    "moved_to": (known.moved_to or None) if known else None,
                    "next": next_look(known, now=now),
                }
                for source, known in rows
            ]
        )
    else:
        print_table(
            ("source", "last success", "failed", "next run"),
            [
                (
                    _short(source.name),
                    (local_time(known.last_success) if known else "") or "never",
                    known.failures if known else 0,
                    next_look(known, now=now),
                )
                for source, known in rows
            ],
        )
        _print_details(session, rows)
    return Exit.DONE


def _short(name: str) -> str:
    return name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + "…"


def _print_details(session: Session, rows: "Sequence[tuple[SourceSettings, SourceHealth | None]]") -> None:
    """Under the table, what is too long for it: errors, new addresses and, with -v, where each source is."""
    import textwrap

    for source, known in rows:
        told = [f"at {source.ref}"] if session.options.verbose else []
        if known and known.error:
            what, _, remedy = known.error.partition("\n")
            why = f" ({' '.join(remedy.split())})" if remedy.strip() else ""
            told.append(f"failed {local_time(known.last_error)}: {' '.join(what.split())}{why}")
        if known and known.moved_to:
            told.append(f"moved to {known.moved_to}")
        if told:
            print_text(f"\n{source.name}")
        for text in told:
            lines = textwrap.wrap(text, 80, initial_indent="  ", subsequent_indent="    ", break_long_words=False,
                                  break_on_hyphens=False)  # fmt: skip
            print_text("\n".join(lines))


def add(
    session: Session,
    place: Annotated[str, typer.Argument(metavar="URL", help="The address of a site, a feed or a page; or a path.")],
    *,
    name: Annotated[
        str, typer.Option("--name", help="How it is called in the digest; else what it calls itself.")
    ] = "",
    section: SectionOption = "",
    json: JsonOption = False,
) -> Exit:
    """Add a source to the configuration; of a site, its feed is found."""
    from digest.config import add_sources

    settings = session.settings
    table = _table(session, place)
    _must_be_new(settings, str(table.get("url") or table["path"]))
    table["name"] = _free_name(settings, name or table["name"])
    if section:
        table["section"] = section
    added = add_sources(_file(settings), [table]).sources[-1]
    if json:
        print_json({"name": added.name, "type": added.type, "ref": added.ref, "section": added.section})
    else:
        print_text(f"{added.name}  {added.type}  {added.ref}")
    return Exit.DONE


def remove(session: Session, source: SourceArgument) -> Exit:
    """Take a source out of the configuration. The articles that it brought are kept."""
    from digest.config import remove_source

    settings = session.settings
    found = _find(settings, source)
    remove_source(_file(settings), settings.sources.index(found))
    session.say(f"{found.name} is no source any more")
    return Exit.DONE


def pause(session: Session, source: SourceArgument) -> Exit:
    """Stop reading a source until it is resumed."""
    return _set_paused(session, source, paused=True)


def resume(session: Session, source: SourceArgument) -> Exit:
    """Read a source again, also one that digest paused because it was gone."""
    return _set_paused(session, source, paused=False)


def import_(
    session: Session,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="OPML, as other readers export it; - reads standard input.")
    ],
    *,
    json: JsonOption = False,
) -> Exit:
    """Add the feeds of an OPML file; its folders become sections. What is there already stays as it is."""
    from digest.collect.discover import read_subscriptions
    from digest.collect.draft import Rejected
    from digest.config import add_sources

    settings = session.settings
    try:
        read = read_subscriptions(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(file)) from error
    except Rejected as error:
        raise InputError(str(error), where=str(file), remedy="export OPML from the reader that you used") from error
    there = {source.ref for source in settings.sources}
    taken = {source.name for source in settings.sources}
    tables = []
    for feed in read.feeds:
        if feed.url in there:
            continue
        name = _distinct(feed.title or feed.url.partition("//")[2].rstrip("/"), taken)
        taken.add(name)
        table: dict[str, str | int | float | bool] = {"type": "feed", "name": name, "url": feed.url}
        tables.append(table | ({"section": feed.section} if feed.section else {}))
    if tables:
        add_sources(_file(settings), tables)
    for what, reason in read.skipped:
        session.warn(f"{what}: {reason}")
    known = len(read.feeds) - len(tables)
    if json:
        skipped = [{"ref": what, "reason": reason} for what, reason in read.skipped]
        print_json({"added": [table["url"] for table in tables], "known": known, "skipped": skipped})
    session.say(f"{len(tables)} added, {known} known already, {len(read.skipped)} skipped")
    return Exit.BAD_INPUT if read.skipped and not read.feeds else Exit.DONE


def export(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where to; - is standard output.")] = Path("-"),
) -> Exit:
    """Write the feeds as OPML; sections become folders."""
    from digest.collect.opml import Subscription, write_opml

    settings = session.settings
    feeds = [source for source in settings.sources if source.type == "feed" and source.url is not None]
    lists = (Subscription(url=source.ref, title=source.name, section=source.section) for source in feeds)
    data = write_opml(lists, title=settings.newsletter.name)
    if left_out := len(settings.sources) - len(feeds):
        session.warn(f"{left_out} sources are no feeds on the web, and OPML cannot hold them")
    if str(file) == "-":
        print_text(data.decode().rstrip("\n"))
        return Exit.DONE
    try:
        file.write_bytes(data)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", where=str(file)) from error
    return Exit.DONE


def _table(session: Session, place: str) -> dict[str, str | int | float | bool]:
    """The [[sources]] table of what was found at a place."""
    from digest.config import guess_source_type

    settings = session.settings
    if re.match(r"imaps?://", place, re.IGNORECASE):
        remedy = 'write a [[sources]] table with type = "mailbox", username and password_env'
        raise UsageError("a mailbox needs a login", where=place, remedy=remedy)
    path = Path(os.path.expanduser(place)).absolute()  # noqa: PTH111 - Path raises where there is no such user
    if place and not re.match(r"[a-z][a-z0-9+.-]*://", place, re.IGNORECASE) and os.path.exists(path):  # noqa: PTH110 - Path raises for a name that is too long
        return {"type": guess_source_type({"path": path}), "name": path.name, "path": str(path)}
    if _LIKE_PATH.search(place):
        raise UsageError(
            "there is no such path", where=str(path), remedy="check the path; an address begins with https://"
        )
    from digest.collect.discover import discover
    from digest.collect.identity import holds_login, http_url, web_scheme

    named = web_scheme(place)
    url = named if "://" in named else f"https://{named}"
    if holds_login(url):
        remedy = "write a [[sources]] table with url, username and password_env"
        raise UsageError("an address must not hold a login", where=url.rpartition("@")[2], remedy=remedy)
    if http_url(url) is None:
        raise UsageError("is no web address, and there is no such path", where=place, remedy="give https://…")
    found = discover(url, settings.collect, clock=session.clock)
    session.say(f"found a {found.type} with {found.entries} {'entry' if found.entries == 1 else 'entries'}")
    for other in found.others:
        session.say(f"also there: {other}")
    return {"type": found.type, "name": found.title or found.url.partition("//")[2].rstrip("/"), "url": found.url}


def _must_be_new(settings: "Settings", ref: str) -> None:
    if (there := next((source for source in settings.sources if source.ref == ref), None)) is not None:
        raise UsageError(f"is a source already, {there.name!r}", where=ref)


def _free_name(settings: "Settings", name: object) -> str:
    return _distinct(str(name), {source.name for source in settings.sources})


def _distinct(name: str, taken: set[str]) -> str:
    """A name that no other source has: the configuration holds each once."""
    from digest.collect.prose import one_line

    name = one_line(name)[:180].strip() or "source"
    number = 2
    distinct = name
    while distinct in taken:
        distinct, number = f"{name} ({number})", number + 1
    return distinct


def _find(settings: "Settings", wanted: str) -> "SourceSettings":
    import difflib

    for source in settings.sources:
        if wanted in {source.name, source.ref} or (source.path and source.path == Path(wanted).absolute()):
            return source
    close = difflib.get_close_matches(wanted, [source.name for source in settings.sources], n=1, cutoff=0.4)
    remedy = f"did you mean {close[0]!r}?" if close else "see `digest sources list`"
    raise UsageError(f"there is no source {wanted!r}", where=str(settings.file), remedy=remedy)


def _set_paused(session: Session, wanted: str, *, paused: bool) -> Exit:
    source = _find(session.settings, wanted)
    with session.locked_store() as store:  # a run that reads it now would write over this
        store.sources.set_paused(source.ref, paused)
    session.say(f"{source.name} is {'paused; `digest sources resume` reads it again' if paused else 'read again'}")
    return Exit.DONE


def _file(settings: "Settings") -> Path:
    if settings.file is None:
        raise UsageError("there is no configuration file to change", remedy="write one with `digest init`")
    return settings.file


command(app, "list")(list_)
command(app, "add")(add)
command(app, "remove")(remove)
command(app, "pause")(pause)
command(app, "resume")(resume)
command(app, "import")(import_)
command(app, "export")(export)
