"""`digest collect` and `digest build`."""

import webbrowser
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.command import JsonOption, command
from digest.cli.exits import Exit
from digest.cli.output import print_json, print_text
from digest.cli.session import Session
from digest.errors import UsageError
from digest.model import Collected

if TYPE_CHECKING:
    from digest.pipeline import Built, Verdict

StrictOption = Annotated[bool, typer.Option("--strict", help="A source that fails ends the run with 69.")]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Read local sources only, fetch nothing.")]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="SPAN", help='Reach back so far: "36h", "2d".', show_default=False)
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many entries.", show_default=False)]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="DIR", help="Write the preview below DIR.", show_default=False)
]
ExplainOption = Annotated[bool, typer.Option("--explain", help="Tell why each article is in, where, or out.")]
OpenOption = Annotated[bool, typer.Option("--open", help="Open the preview in the web browser.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    command(app, "collect")(collect)
    command(app, "build")(build)


def collect(
    session: Session, *, offline: OfflineOption = False, strict: StrictOption = False, json: JsonOption = False
) -> Exit:
    """Fetch every source into the store."""
    from digest import pipeline

    settings = session.settings
    with session.locked_store() as store, session.progress() as progress:
        collected = pipeline.collect_all(settings, store, clock=session.clock, offline=offline, progress=progress)
    if json:
        print_json(pipeline.collected_report(collected))
    if (failure := pipeline.failure_of(collected, strict=strict)) is not None:
        raise failure
    tell_collected(session, collected)
    session.say(f"{len(collected.new)} new articles from {len(collected.sources)} sources")
    return Exit.DONE


def build(
    session: Session,
    *,
    since: SinceOption = None,
    limit: LimitOption = None,
    offline: OfflineOption = False,
    output: OutputOption = None,
    open_: OpenOption = False,
    strict: StrictOption = False,
    explain: ExplainOption = False,
    json: JsonOption = False,
) -> Exit:
    """Build an issue from what is new, and write its preview. Marks nothing as sent: can be repeated."""
    from digest import pipeline

    settings = session.settings
    options = pipeline.BuildOptions(
        since=parse_span(since), limit=limit, offline=offline, strict=strict, output=output and output.absolute()
    )
    with session.locked_store() as store, session.progress() as progress:
        built = pipeline.build(settings, store, options, clock=session.clock, progress=progress)
    tell_built(session, built)
    if json:
        told = {"articles": [pipeline.as_json(verdict) for verdict in built.verdicts]} if explain else {}
        print_json({**built.report, **told})
    elif explain:
        tell_verdicts(built.verdicts)
    if not json and built.folder is not None:
        print_text(str(built.folder / "index.html"))
    if open_ and built.folder is not None:
        webbrowser.open((built.folder / "index.html").as_uri())
    return Exit.DONE


def tell_verdicts(verdicts: "Sequence[Verdict]") -> None:
    """Each article with its place or its absence on one line, and why on the next."""
    for verdict in verdicts:
        score = "" if verdict.score is None or verdict.verdict == "also" else f"  [{verdict.score:.2f}]"
        names = ", ".join(name for name in (verdict.publisher, verdict.source) if name)
        source = f" ({_one_line(names)})" if names else ""
        where = f"{verdict.where}: " if verdict.verdict == "in" else ""
        print_text(f"{verdict.verdict:4}  {where}{_one_line(verdict.title)}{source}{score}")
        print_text(f"        {_one_line(', '.join(verdict.reasons))}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def parse_span(value: str | None) -> timedelta | None:
    """Read the value of --since. Raises UsageError."""
    from digest.config.values import parse_duration

    try:
        return parse_duration(value) if value is not None else None
    except ValueError as error:
        raise UsageError(f"--since {value!r} {error}") from error


def tell_collected(session: Session, collected: Collected) -> None:
    """Warn of every source that failed; with -v, tell of what was passed over."""
    for source in collected.sources:
        if source.status == "failed":
            again = f" (failed {source.failures} times in a row)" if source.failures > 2 else ""
            session.warn(f"{source.name}: {source.error}{again}")
        elif source.status == "paused":
            session.warn(_paused(source.name, source.error))
    for skipped in collected.skipped:
        session.detail(f"skipped {skipped.ref}: {skipped.reason}")


def _paused(name: str, why: str | None) -> str:
    return f"{name} is paused{f' ({why})' if why else ''}; `digest sources resume` reads it again"


def tell_built(session: Session, built: "Built") -> None:
    """Tell what a build made and what it stumbled over; with -v, what was passed over."""
    for source in built.report["sources"]:
        if source["status"] == "failed":
            session.warn(f"{source['name']}: {source['error']}")
        elif source["status"] == "paused":
            session.warn(_paused(source["name"], source["error"]))
    for skipped in built.report["skipped"]:
        session.detail(f"skipped {skipped['ref']}: {skipped['reason']}")
    for finding in built.report["lint"]:
        session.warn(f"{finding['rule']}: {finding['message']}")
    if built.issue is None:
        session.say("nothing new, no issue built")
        if built.hint:
            session.say(built.hint)
    else:
        entries = sum(len(section["entries"]) for section in built.report["sections"])
        count = "1 entry" if entries == 1 else f"{entries} entries"
        session.say(f"built {built.issue.id} with {count}: {built.issue.rendered.subject}")
