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
from digest.model import DeliveryState, FrozenIssue, IssueState, Progress
from digest.store import Store
from digest.store.journal import Journal

_POLL_S = 0.1


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
    # The first connection comes before the first row: a login that is refused leaves everything as it was.
    channel = transport.connect() if issue.state is IssueState.WAITING else None
    ledger.begin(issue.id, now=clock())
    ledger.recover(issue.id, now=clock(), alone=True)
    _settle_what_can_be_proved(issue, transport, store, clock)
    if resend_unknown:
        ledger.requeue_unknown(issue.id, now=clock())
    due = ledger.due(issue.id, now=clock())
    shared = Shared()
    if due:
        _send(issue, settings, store, transport, channel, shared, due, clock, progress)
    elif channel is not None:
        channel.close()
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
            store.deliveries.settle_unknown(delivery.id, arrived=arrived, now=clock())


def _send(
    issue: FrozenIssue,
    settings: Settings,
    store: Store,
    transport: Transport,
    channel: Channel | None,
    shared: Shared,
    due: int,
    clock: Callable[[], datetime],
    progress: Progress,
) -> None:
    """Run the senders, each in a thread of its own, and tell of progress until all are done."""
    template = MessageTemplate(issue, settings, date=clock())
    throttle = Throttle(settings.transport.rate, wait=shared.stop.wait)
    # A claim must outlive the slowest answer of a server, or another sender would take it for abandoned.
    lease = timedelta(seconds=10 * settings.transport.timeout + 60)

    def work(first: Channel | None) -> None:
        try:
            with Journal(store.engine, issue.id, lease=lease) as journal:
                Sender(transport, journal, template, shared=shared, throttle=throttle, clock=clock, channel=first).run()
        except BaseException as error:  # noqa: BLE001 - a thread has nobody to raise to: the run raises it
            shared.end(failure=error)

    count = min(settings.transport.connections, due)
    threads = [threading.Thread(target=work, args=(channel if not i else None,), daemon=True) for i in range(count)]
    with _stopping_on_signals(shared):
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            threads[0].join(_POLL_S) if threads[0].is_alive() else shared.stop.wait(_POLL_S)
            progress("deliver", shared.settled, due)
        for thread in threads:
            thread.join()


@contextmanager
def _stopping_on_signals(shared: Shared) -> Iterator[None]:
    """SIGTERM and SIGINT let the letters in flight be finished; a second SIGINT is an ordinary interruption."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {int(number): signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        shared.stop.set()
        signal.signal(number, before[number])

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
