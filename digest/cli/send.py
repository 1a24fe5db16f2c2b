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
from digest.model import DeliveryState, FrozenIssue, Progress

if TYPE_CHECKING:
    from digest.deliver import Outcome
    from digest.deliver.rehearsal import Rehearsal
    from digest.pipeline import SendOptions, Sent

IssueOption = Annotated[str | None, typer.Option("--issue", metavar="ID", help="Send this issue.", show_default=False)]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="ADDR", help="Send a test to ADDR alone; counts for nothing.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Do everything but send, and say what would happen.")]
ResendOption = Annotated[
    bool,
    typer.Option("--resend-unknown", help="Send again where it is unknown whether it arrived: may arrive twice."),
]
WaitOption = Annotated[
    bool, typer.Option("--wait", help="Stay until those that a server put off are tried again, for days if need be.")
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
    wait: WaitOption = False,
    json: JsonOption = False,
) -> Exit:
    """Send the frozen issue, or a new one, to every active subscriber, never twice. Run again, it resumes."""
    from digest.pipeline import SendOptions

    _must_go_together(to=to, dry_run=dry_run, resend_unknown=resend_unknown, wait=wait)
    options = SendOptions(issue_id=issue, resend_unknown=resend_unknown)
    if dry_run:
        return _rehearse(session, options, to, json=json)
    if to is not None:
        return _test(session, options, to, json=json)
    return _deliver(session, options, wait=wait, json=json)


def _must_go_together(*, to: str | None, dry_run: bool, resend_unknown: bool, wait: bool) -> None:
    given = {"--to": to is not None, "--dry-run": dry_run, "--resend-unknown": resend_unknown, "--wait": wait}
    for one, other in (("--to", "--resend-unknown"), ("--to", "--wait"), ("--dry-run", "--wait")):
        if given[one] and given[other]:
            raise UsageError(f"{one} and {other} do not go together", remedy="choose one")


def _deliver(session: Session, options: "SendOptions", *, wait: bool, json: bool) -> Exit:
    with session.progress() as progress:
        sent = _sent_with_patience(session, options, progress) if wait else _sent(session, options, progress)
    if json:
        print_json([_as_json(issue, outcome) for issue, outcome in sent.outcomes])
    _tell(session, sent)
    if sent.failure is not None:
        raise sent.failure
    if sent.count(DeliveryState.UNKNOWN):
        return Exit.UNKNOWN_DELIVERIES
    return Exit.INCOMPLETE if sent.incomplete else Exit.DONE


def _sent(session: Session, options: "SendOptions", progress: Progress) -> "Sent":
    from digest import pipeline

    with session.locked_store() as store:
        return pipeline.send(session.settings, store, options, clock=session.clock, progress=progress)


def _sent_with_patience(session: Session, options: "SendOptions", progress: Progress) -> "Sent":
    from digest import pipeline

    return pipeline.send_and_wait(
        session.settings,
        session.locked_store,
        options,
        clock=session.clock,
        pause=lambda when: pipeline.pause_until(when, clock=session.clock),
        progress=progress,
        tell=session.say,
    )


def _tell(session: Session, sent: "Sent") -> None:
    if sent.built is not None:
        tell_built(session, sent.built)
    for issue, outcome in sent.outcomes:
        session.say(f"{issue.id}: {outcome.sent_now} sent now; {spoken(outcome.counts)}")
        if outcome.stopped:
            session.insist(f"{issue.id}: stopped before the end; run `digest send` again, it goes on from there")
        for problem in outcome.problems:
            session.insist(str(problem))
        if unknown := outcome.counts.get(DeliveryState.UNKNOWN):
            session.insist(
                f"it is unknown whether {unknown} got {issue.id}: `digest issues show {issue.id}` lists them; "
                f"`digest send --issue {issue.id} --resend-unknown` sends to them again, and who has it gets it twice"
            )
    for issue_id, count in sent.given_up.items():
        session.say(f"{issue_id}: {count} were put off until it was too old, and are given up")
    for issue in sent.stale:
        session.insist(
            f"{issue.id} of {issue.created:%Y-%m-%d} went out to some and not to all, and is too old to go on by "
            f"itself: `digest send --issue {issue.id}` finishes it, `digest issues discard {issue.id}` leaves it"
        )
    if not sent.outcomes and (sent.built is None or sent.built.issue is not None):
        session.say("nothing sent: " + (sent.hint or "nothing new"))


def _rehearse(session: Session, options: "SendOptions", to: str | None, *, json: bool) -> Exit:
    from digest import pipeline

    with session.locked_store() as store, session.progress() as progress:
        found = pipeline.rehearse(session.settings, store, options, clock=session.clock, progress=progress, to=to)
    if found is None:
        print_json(None) if json else print_text("nothing new: nothing would be sent")
        return Exit.DONE
    issue, rehearsal = found
    if json:
        print_json(_rehearsal_as_json(issue, rehearsal))
    else:
        _tell_rehearsal(issue, rehearsal)
    if rehearsal.failure is not None:
        raise rehearsal.failure
    return Exit.DONE


def _tell_rehearsal(issue: FrozenIssue, rehearsal: "Rehearsal") -> None:
    print_text(f"would send {issue.id}: {issue.rendered.subject}")
    if rehearsal.transport:
        print_text(f"by {rehearsal.transport}, each letter of up to {rehearsal.letter_bytes:,} bytes")
    if rehearsal.at_least:
        print_text(f"in {rehearsal.at_least} at least, for [transport] rate")
    print_text(f"  {rehearsal.total:>6}  in all")
    for domain, count in rehearsal.domains.items():
        print_text(f"  {count:>6}  {domain}")
    for address, why in rehearsal.unmailable:
        print_text(f"cannot be mailed to: {address}: {why}")


def _rehearsal_as_json(issue: FrozenIssue, rehearsal: "Rehearsal") -> dict[str, object]:
    return {
        "issue": issue.id,
        "subject": issue.rendered.subject,
        "total": rehearsal.total,
        "domains": dict(rehearsal.domains),
        "transport": rehearsal.transport,
        "letter_bytes": rehearsal.letter_bytes,
        "seconds_at_least": rehearsal.at_least.total_seconds(),
        "unmailable": [{"address": address, "reason": why} for address, why in rehearsal.unmailable],
    }


def _test(session: Session, options: "SendOptions", address: str, *, json: bool) -> Exit:
    from digest import pipeline

    with session.locked_store() as store, session.progress() as progress:
        issue = pipeline.send_test(session.settings, store, options, address, clock=session.clock, progress=progress)
    if json:
        print_json({"issue": issue.id if issue else None, "to": address})
    session.say(f"sent a test of {issue.id} to {address}" if issue else "nothing new, no test sent")
    return Exit.DONE


def _as_json(issue: FrozenIssue, outcome: "Outcome") -> dict[str, object]:
    return {
        "issue": issue.id,
        "subject": issue.rendered.subject,
        "sent_now": outcome.sent_now,
        "counts": {str(state): count for state, count in outcome.counts.items()},
        "stopped": outcome.stopped,
        "problems": [str(problem) for problem in outcome.problems],
    }


def spoken(counts: Mapping[DeliveryState, int]) -> str:
    """Counts by state as a person reads them, in the order of the states."""
    return ", ".join(f"{counts[state]} {state}" for state in DeliveryState if counts.get(state)) or "nobody"
