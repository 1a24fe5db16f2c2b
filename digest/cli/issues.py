"""`digest issues`."""

from collections.abc import Mapping
from typing import Annotated

import typer

from digest.cli.command import JsonOption, command, new_app
from digest.cli.exits import Exit
from digest.cli.output import iso_time, local_time, print_json, print_table, print_text
from digest.cli.send import spoken
from digest.cli.session import Session
from digest.errors import UsageError
from digest.model import DeliveryState, FrozenIssue, IssueState

app = new_app("Past issues, and who got them.")

# What a person may have to look at, first things first; whoever only waits for his turn is not among them.
_NOTEWORTHY = (
    DeliveryState.UNKNOWN,
    DeliveryState.SENDING,
    DeliveryState.BOUNCED,
    DeliveryState.DEFERRED,
    DeliveryState.CANCELLED,
)
_NOT_SENT = (*_NOTEWORTHY, DeliveryState.CLAIMED, DeliveryState.QUEUED)

IssueArgument = Annotated[str, typer.Argument(metavar="ID", help="As `digest issues list` shows it.")]


def list_(session: Session, *, json: JsonOption = False) -> Exit:
    """List the issues, newest first, with their deliveries by state."""
    with session.store() as store:
        rows = [(row, store.deliveries.counts(row.id)) for row in store.issues.list()]
    if json:
        print_json(
            [
                {
                    "issue": row.id,
                    "number": row.number,
                    "state": row.state.value,
                    "created": iso_time(row.created),
                    "subject": row.subject,
                    "deliveries": _counts(counts),
                }
                for row, counts in rows
            ]
        )
    else:
        print_table(
            ("issue", "state", "created", "deliveries", "subject"),
            [(r.id, r.state, local_time(r.created), spoken(counts) if counts else "", r.subject) for r, counts in rows],
        )
    return Exit.DONE


def show(session: Session, *, issue: IssueArgument, json: JsonOption = False) -> Exit:
    """Show one issue: its deliveries by state, and everyone to whom it could not simply be sent."""
    with session.store() as store:
        frozen = _frozen(store.issues.get(issue), issue)
        counts = store.deliveries.counts(issue)
        states = _NOT_SENT if json else _NOTEWORTHY
        noteworthy = [d for state in states for d in store.deliveries.of_issue(issue, state)]
    if json:
        print_json(
            {
                "issue": frozen.id,
                "number": frozen.number,
                "state": frozen.state.value,
                "created": iso_time(frozen.created),
                "subject": frozen.rendered.subject,
                "deliveries": _counts(counts),
                "unknown": [d.address for d in noteworthy if d.state is DeliveryState.UNKNOWN],
                "not_sent": [
                    {"address": d.address, "state": d.state.value, "attempts": d.attempts, "said": d.smtp_text}
                    for d in noteworthy
                ],
            }
        )
        return Exit.DONE
    print_text(f"{frozen.id}  number {frozen.number}, {frozen.state}, built {local_time(frozen.created)}")
    print_text(frozen.rendered.subject)
    print_text(f"deliveries: {spoken(counts)}")
    if noteworthy:
        print_text("")
        print_table(
            ("address", "state", "attempts", "the server said"),
            [(d.address, d.state, d.attempts, d.smtp_text) for d in noteworthy],
        )
    return Exit.DONE


def discard(session: Session, *, issue: IssueArgument) -> Exit:
    """Leave an issue that was not sent, or what is left of one: nobody gets it any more."""
    with session.locked_store() as store:
        frozen = _frozen(store.issues.get(issue), issue)
        if frozen.state not in {IssueState.WAITING, IssueState.SENDING, IssueState.REPLACED}:
            raise UsageError(f"issue {issue} is {frozen.state}", remedy="only what is not sent can be discarded")
        now = session.clock()
        store.deliveries.recover(issue, now=now, alone=True)  # what a killed run had claimed is cancelled too
        cancelled = store.deliveries.cancel_open(issue, now=now)
        # An issue that some got has gone out: what was in it must not come again.
        store.issues.set_state(issue, IssueState.SENT if frozen.state is IssueState.SENDING else IssueState.DISCARDED)
    session.say(f"discarded {issue}" + (f"; {cancelled} deliveries cancelled" if cancelled else ""))
    return Exit.DONE


def _frozen(found: FrozenIssue | None, issue_id: str) -> FrozenIssue:
    if found is None:
        raise UsageError(f"there is no issue {issue_id!r}", remedy="`digest issues list` shows those that there are")
    return found


def _counts(counts: Mapping[DeliveryState, int]) -> dict[str, int]:
    return {state.value: count for state, count in counts.items()}


command(app, "list")(list_)
command(app, "show")(show)
command(app, "discard")(discard)
