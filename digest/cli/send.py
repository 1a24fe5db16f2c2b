"""`digest send`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.build import tell_built
from digest.cli.command import JsonOption, command
from digest.cli.exits import Exit
from digest.cli.output import print_json, print_text
from digest.cli.session import Session
from digest.errors import UsageError
from digest.model import DeliveryState, FrozenIssue

if TYPE_CHECKING:
    from digest.pipeline import SendOptions, Sent
    from digest.store import Store

IssueOption = Annotated[str | None, typer.Option("--issue", metavar="ID", help="Send this issue.", show_default=False)]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="ADDR", help="Send a test to ADDR alone; counts for nothing.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Do everything but send, and say what would happen.")]
ResendOption = Annotated[
    bool,
    typer.Option("--resend-unknown", help="Send again where it is unknown whether it arrived: may arrive twice."),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "send")(send)


def send(
    session: Session,
    *,
    issue: IssueOption = None,
    to: ToOption = None,
    dry_run: DryRunOption = False,
    resend_unknown: ResendOption = False,
    json: JsonOption = False,
) -> Exit:
    """Send the frozen issue, or a new one, to every active subscriber, never twice. Run again, it resumes."""
    from digest.pipeline import SendOptions

    if to is not None and resend_unknown:
        raise UsageError("--to and --resend-unknown do not go together", remedy="choose one")
    options = SendOptions(issue_id=issue, resend_unknown=resend_unknown)
    with session.locked_store() as store:
        if dry_run:
            return _plan(session, store, options, json=json)
        if to is not None:
            return _test(session, store, options, to, json=json)
        return _deliver(session, store, options, json=json)


def _deliver(session: Session, store: "Store", options: "SendOptions", *, json: bool) -> Exit:
    from digest import pipeline

    with session.progress() as progress:
        sent = pipeline.send(session.settings, store, options, clock=session.clock, progress=progress)
    if json:
        print_json([_as_json(issue, outcome.counts, outcome.sent_now) for issue, outcome in sent.outcomes])
    _tell(session, sent)
    if sent.count(DeliveryState.UNKNOWN):
        return Exit.UNKNOWN_DELIVERIES
    return Exit.INCOMPLETE if sent.incomplete else Exit.DONE


def _tell(session: Session, sent: "Sent") -> None:
    if sent.built is not None:
        tell_built(session, sent.built)
    for issue, outcome in sent.outcomes:
        session.say(f"{issue.id}: {outcome.sent_now} sent now; {spoken(outcome.counts)}")
        if outcome.stopped:
            session.insist(f"{issue.id}: stopped before the end; run `digest send` again, it goes on from there")
        for problem in outcome.problems:
            session.warn(str(problem))
        if outcome.counts.get(DeliveryState.UNKNOWN):
            session.insist(
                f"it is unknown whether some got {issue.id}: see `digest issues show {issue.id}`; "
                f"`digest send --issue {issue.id} --resend-unknown` sends to them again"
            )
    for issue in sent.stale:
        session.insist(
            f"{issue.id} of {issue.created:%Y-%m-%d} went out to some and not to all, and is too old to go on by "
            f"itself: `digest send --issue {issue.id}` finishes it, `digest issues discard {issue.id}` leaves it"
        )
    if not sent.outcomes and (sent.built is None or sent.built.issue is not None):
        session.say("nothing sent: " + (sent.hint or "nothing new"))


def _plan(session: Session, store: "Store", options: "SendOptions", *, json: bool) -> Exit:
    from digest import pipeline

    with session.progress() as progress:
        issue, counts = pipeline.plan_dry_run(session.settings, store, options, clock=session.clock, progress=progress)
    if json:
        total, domains = counts.get("in all", 0), {k: v for k, v in counts.items() if k != "in all"}
        about = {"issue": issue.id, "subject": issue.rendered.subject} if issue else None
        print_json({**about, "total": total, "domains": domains} if about else None)
    elif issue is None:
        print_text("nothing new: nothing would be sent")
    else:
        print_text(f"would send {issue.id}: {issue.rendered.subject}")
        for what, count in counts.items():
            print_text(f"  {count:>6}  {what}")
    return Exit.DONE


def _test(session: Session, store: "Store", options: "SendOptions", address: str, *, json: bool) -> Exit:
    from digest import pipeline

    with session.progress() as progress:
        issue = pipeline.send_test(session.settings, store, options, address, clock=session.clock, progress=progress)
    if json:
        print_json({"issue": issue.id if issue else None, "to": address})
    session.say(f"sent a test of {issue.id} to {address}" if issue else "nothing new, no test sent")
    return Exit.DONE


def _as_json(issue: FrozenIssue, counts: Mapping[DeliveryState, int], sent_now: int) -> dict[str, object]:
    named = {str(state): count for state, count in counts.items()}
    return {"issue": issue.id, "subject": issue.rendered.subject, "sent_now": sent_now, "counts": named}


def spoken(counts: Mapping[DeliveryState, int]) -> str:
    """Counts by state as a person reads them, in the order of the states."""
    return ", ".join(f"{counts[state]} {state}" for state in DeliveryState if counts.get(state)) or "nobody"
