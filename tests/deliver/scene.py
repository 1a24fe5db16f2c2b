"""A frozen issue, its readers, and a configuration: what every test of delivery begins with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from digest import deliver
from digest.config import Settings, load_config
from digest.model import FrozenIssue, IssueState, Period, Rendered, Slot
from digest.store import Store
from digest.store.subscribers import NewSubscriber

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
ISSUE = "harbour-2026-11-20"
_SLOTS = {Slot.NAME: "slotnameQ1", Slot.ADDRESS: "slotaddressQ1", Slot.UNSUBSCRIBE_URL: "sloturlQ1"}


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


def freeze(store: Store, issue_id: str = ISSUE, *, number: int = 1, created: datetime = NOW) -> FrozenIssue:
    """Keep an issue that waits to be sent."""
    issue = FrozenIssue(
        id=issue_id,
        newsletter="Harbour",
        number=number,
        created=created,
        state=IssueState.WAITING,
        period=Period(start=created - timedelta(days=1), end=created),
        rendered=Rendered(
            issue_id=issue_id,
            subject="The new bridge opens",
            preheader="",
            html='<p>Good morning, slotnameQ1</p>\n.<a href="sloturlQ1">Leave</a> (slotaddressQ1)\n',
            text="Good morning, slotnameQ1\n.\nLeave: sloturlQ1\n",
            slots=_SLOTS,
        ),
        report={},
    )
    store.issues.freeze(issue, [])
    return issue


def subscribe(store: Store, addresses: Sequence[str], *, start: int = 0) -> list[str]:
    """Add readers, in this order; returns their addresses."""
    new = [
        NewSubscriber(
            address=address, key=address, domain=address.rpartition("@")[2], name=f"Reader {i}", token=f"secret{i:04d}x"
        )
        for i, address in enumerate(addresses, start)
    ]
    store.subscribers.insert(new, "added", now=NOW)
    return list(addresses)


def readers(count: int) -> list[str]:
    return [f"reader{number}@town{number % 7}.example" for number in range(count)]


def configure(folder: Path, transport: str = "") -> Settings:
    """Settings as read from a file, with this `[transport]` table."""
    file = folder / "config.toml"
    file.write_text(f'[newsletter]\nname = "Harbour"\nfrom = "Harbour <letter@harbour.example>"\n{transport}')
    return load_config(file)


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def scene(store: Store, count: int) -> FrozenIssue:
    """A frozen issue and so many readers."""
    subscribe(store, readers(count))
    return freeze(store)


def run(
    store: Store, issue: FrozenIssue, folder: Path, table: str, clock: Clock, *, resend_unknown: bool = False
) -> deliver.Outcome:
    """What `digest send` does with one issue, with this `[transport]` table."""
    return deliver.deliver(issue, configure(folder, table), store, clock=clock, resend_unknown=resend_unknown)
