"""One run over one issue: queue, recover, send by as many connections as are wanted, and say how it ended."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

from digest.config import Settings
from digest.deliver import Outcome
from digest.deliver.judge import Judge
from digest.deliver.message import MessageTemplate, Recipient
from digest.deliver.sender import Sender
from digest.deliver.shared import Shared
from digest.deliver.throttle import Limit, Throttle
from digest.deliver.transport import Channel, Transport, open_transport
from digest.model import DeliveryState, FrozenIssue, Progress
from digest.store import Store
from digest.store.journal import Journal

_POLL_S = 0.1
_CLAIMED_AT_ONCE = 100
# After a signal: how long servers may take over the letters in flight, and how long over what is told them after that.
_DRAIN_S = 15.0
_LEAVE_S = 5.0


def run(
    issue: FrozenIssue,
    settings: Settings,
    store: Store,
    *,
    clock: Callable[[], datetime],
    progress: Progress,
    resend_unknown: bool = False,
    alone: bool = True,
    lease: timedelta | None = None,
) -> Outcome:
    """See `digest.deliver.deliver`. `lease` is how long a claim lasts, if not as our patience with the server asks."""
    transport = open_transport(settings, issue.id)
    ledger = store.deliveries
    ledger.recover(issue.id, now=clock(), alone=alone)
    if alone:  # else its sender may only be slow
        _settle_what_can_be_proved(issue, transport, store, clock)
    shared = Shared(_throttle(settings), Judge(connections=settings.transport.connections))
    if ledger.due(issue.id, now=clock(), unknown=resend_unknown):
        # The letter and the first connection come before the first row: a key that cannot sign, or a login that is
        # refused, leaves everything as it was.
        template = MessageTemplate(issue, settings, date=clock())
        channel = transport.connect()
        if resend_unknown:
            ledger.requeue_unknown(issue.id, now=clock())
        ledger.begin(issue.id, now=clock())
        # A claim must outlive the slowest answers of a server, or another sender would take it for abandoned.
        lease = lease or timedelta(seconds=15 * settings.transport.timeout + 60)
        _send(issue, settings, store, transport, template, channel, shared, clock, progress, lease)
    ledger.finish(issue.id)
    if shared.failures:
        raise shared.failures[0]
    return Outcome(
        counts=ledger.counts(issue.id),
        sent_now=shared.sent,
        stopped=shared.stop.is_set(),
        told_to_end=shared.told_to_end,
        problems=tuple(shared.problems),
    )


def _throttle(settings: Settings) -> Throttle:
    chosen = settings.transport
    limits = {domain: Limit(rate=one.rate, connections=one.connections) for domain, one in chosen.domains.items()}
    return Throttle(chosen.rate, limits)


def _settle_what_can_be_proved(
    issue: FrozenIssue, transport: Transport, store: Store, clock: Callable[[], datetime]
) -> None:
    """A transport that can look whether a letter arrived settles what would else wait for a person."""
    for delivery in store.deliveries.of_issue(issue.id, DeliveryState.UNKNOWN):
        recipient = Recipient(subscriber_id=delivery.subscriber_id, address=delivery.address, name="", token="")
        arrived = transport.arrived(recipient)
        if arrived is not None:
            store.deliveries.settle_unknown(delivery, arrived=arrived, now=clock())


def _send(
    issue: FrozenIssue,
    settings: Settings,
    store: Store,
    transport: Transport,
    template: MessageTemplate,
    channel: Channel,
    shared: Shared,
    clock: Callable[[], datetime],
    progress: Progress,
    lease: timedelta,
) -> None:
    """Run the senders, each in a thread of its own, and tell of progress until all are done."""
    chosen = settings.transport
    due = store.deliveries.due(issue.id, now=clock())
    count = max(1, min(chosen.connections, due))
    batch = _batch(due, count, chosen.rate)

    def work(first: Channel | None) -> None:
        try:
            with Journal(store.engine, issue.id, lease=lease) as journal:
                Sender(
                    transport,
                    journal,
                    template,
                    shared=shared,
                    clock=clock,
                    batch=batch,
                    lease=lease,
                    channel=first,
                ).run()
        except BaseException as error:  # noqa: BLE001 - a thread has nobody to raise to: the run raises it
            shared.end(failure=error)

    threads = [threading.Thread(target=work, args=(channel if not i else None,), daemon=True) for i in range(count)]
    with signals() as caught:
        for thread in threads:
            thread.start()
        _watch(threads, shared, caught, lambda: progress("stopping" if caught else "deliver", shared.settled, due))
    if caught:  # also one that came when all was over: whoever goes on after this run must know of it
        shared.told_to_end = True
        shared.stop.set()


def _watch(threads: list[threading.Thread], shared: Shared, caught: list[int], tell: Callable[[], None]) -> None:
    """Wait for the senders. After a signal they finish their letters; whose server keeps them waiting is cut off."""
    leave_by = float("inf")
    aborted = False
    while alive := [thread for thread in threads if thread.is_alive()]:
        alive[0].join(_POLL_S)
        try:
            tell()
        except Exception as error:  # noqa: BLE001 - a terminal that went away must not leave letters in doubt
            shared.end(failure=error)
            tell = _to_nobody
        if caught and not shared.stop.is_set():
            shared.stop.set()
        if caught and leave_by == float("inf"):
            leave_by = time.monotonic() + _DRAIN_S
        if time.monotonic() < leave_by:
            continue
        if aborted:
            return  # whatever still waits ends with the process; the next run finds its rows
        shared.abort()
        aborted, leave_by = True, time.monotonic() + _LEAVE_S


def _to_nobody() -> None:
    """What is told when nobody is there any more."""


def _batch(due: int, senders: int, rate: float) -> int:
    """How many rows a sender claims at once: a fair share, and no more than it sends well within its lease."""
    fair = -(-due // senders)
    return max(1, min(_CLAIMED_AT_ONCE, fair, int(60 * rate / senders) if rate else _CLAIMED_AT_ONCE))


@contextmanager
def signals() -> Iterator[list[int]]:
    """Collects what asks us to end, so that the letters in flight can be finished; the second one acts as it would.

    The handler only appends: one that took a lock could wait for the very thread that it interrupted.
    """
    caught: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield caught
        return
    # None stands for a handler that was not set from Python, and cannot be set again from here.
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in _ends()}

    def note(number: int, frame: FrameType | None) -> None:
        del frame
        caught.append(number)
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, note)
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ends() -> list[signal.Signals]:
    """The signals that ask to end. A terminal that is closed is one, but not to those who were told not to care."""
    ends = [signal.SIGTERM, signal.SIGINT]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        ends.append(signal.SIGHUP)
    return ends
