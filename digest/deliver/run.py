"""One run over one issue: queue, recover, send by as many connections as are wanted, and say how it ended."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

from digest.config import Settings
from digest.deliver import Outcome
from digest.deliver.message import MessageTemplate, Recipient
from digest.deliver.sender import Sender, Shared
from digest.deliver.throttle import Throttle
from digest.deliver.transport import Channel, Transport, open_transport
from digest.model import DeliveryState, FrozenIssue, Progress
from digest.store import Store
from digest.store.journal import Journal

_POLL_S = 0.1
_CLAIMED_AT_ONCE = 50


def run(
    issue: FrozenIssue,
    settings: Settings,
    store: Store,
    *,
    clock: Callable[[], datetime],
    progress: Progress,
    resend_unknown: bool,
) -> Outcome:
    """See `digest.deliver.deliver`."""
    transport = open_transport(settings, issue.id)
    ledger = store.deliveries
    ledger.recover(issue.id, now=clock(), alone=True)
    _settle_what_can_be_proved(issue, transport, store, clock)
    if resend_unknown:
        ledger.requeue_unknown(issue.id, now=clock())
    shared = Shared()
    if ledger.due_domains(issue.id, now=clock()):
        # The first connection comes before the first row: a login that is refused leaves everything as it was.
        channel = transport.connect()
        ledger.begin(issue.id, now=clock())
        _send(issue, settings, store, transport, channel, shared, clock, progress)
    ledger.finish(issue.id)
    if shared.failures:
        raise shared.failures[0]
    return Outcome(
        counts=ledger.counts(issue.id),
        sent_now=shared.sent,
        stopped=shared.stop.is_set(),
        problems=tuple(shared.problems),
    )


def _settle_what_can_be_proved(
    issue: FrozenIssue, transport: Transport, store: Store, clock: Callable[[], datetime]
) -> None:
    """A transport that can look whether a letter arrived settles what would else wait for a person."""
    for delivery in list(store.deliveries.of_issue(issue.id, DeliveryState.UNKNOWN)):
        recipient = Recipient(subscriber_id=delivery.subscriber_id, address=delivery.address, name="", token="")
        arrived = transport.arrived(recipient)
        if arrived is not None:
            store.deliveries.settle_unknown(delivery, arrived=arrived, now=clock())


def _send(
    issue: FrozenIssue,
    settings: Settings,
    store: Store,
    transport: Transport,
    channel: Channel,
    shared: Shared,
    clock: Callable[[], datetime],
    progress: Progress,
) -> None:
    """Run the senders, each in a thread of its own, and tell of progress until all are done."""
    chosen = settings.transport
    due = store.deliveries.due(issue.id, now=clock())
    count = max(1, min(chosen.connections, due))
    batch = _batch(due, count, chosen.rate)
    template = MessageTemplate(issue, settings, date=clock())
    throttle = Throttle(chosen.rate, wait=shared.stop.wait)
    # A claim must outlive the slowest answers of a server, or another sender would take it for abandoned.
    lease = timedelta(seconds=15 * chosen.timeout + 60)

    def work(first: Channel | None) -> None:
        try:
            with Journal(store.engine, issue.id, lease=lease) as journal:
                Sender(
                    transport,
                    journal,
                    template,
                    shared=shared,
                    throttle=throttle,
                    clock=clock,
                    batch=batch,
                    channel=first,
                ).run()
        except BaseException as error:  # noqa: BLE001 - a thread has nobody to raise to: the run raises it
            shared.end(failure=error)

    threads = [threading.Thread(target=work, args=(channel if not i else None,), daemon=True) for i in range(count)]
    with _signals() as caught:
        for thread in threads:
            thread.start()
        while alive := [thread for thread in threads if thread.is_alive()]:
            alive[0].join(_POLL_S)
            if caught:
                shared.stop.set()
            progress("deliver", shared.settled, due)
    if caught:
        shared.stop.set()


def _batch(due: int, senders: int, rate: float) -> int:
    """How many rows a sender claims at once: a fair share, and no more than it sends well within its lease."""
    fair = -(-due // senders)
    return max(1, min(_CLAIMED_AT_ONCE, fair, int(60 * rate / senders) if rate else _CLAIMED_AT_ONCE))


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Collects SIGTERM and SIGINT, so that the letters in flight can be finished; the second one acts as it would.

    The handler only appends: one that took a lock could wait for the very thread that it interrupted.
    """
    caught: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield caught
        return
    # None stands for a handler that was not set from Python, and cannot be set again from here.
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in (signal.SIGTERM, signal.SIGINT)}

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
