"""One sender beside others: what it leaves behind when it cannot go on."""

from datetime import timedelta
from pathlib import Path

from digest.deliver.message import MessageTemplate
from digest.deliver.sender import Sender
from digest.deliver.shared import Shared
from digest.deliver.throttle import Limit, Throttle
from digest.deliver.transport import open_transport
from digest.model import DeliveryState
from digest.store import Store
from digest.store.journal import Journal
from tests.deliver.scene import ISSUE, Clock, configure, freeze, subscribe
from tests.deliver.scripted import scripted_server

LEASE = timedelta(minutes=5)


def test_who_loses_the_server_leaves_the_place_of_the_letter_that_was_next_to_others(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    subscribe(store, ["ann@one.example", "bo@one.example", "cy@slow.example"])
    issue = freeze(store)
    store.deliveries.begin(ISSUE, now=clock())
    mails = 0

    def script(number: int, command: str) -> str | None:
        nonlocal mails
        mails += command.startswith("MAIL")
        if number == 2 and not command:
            return "421 4.3.2 too many connections"
        return "421 4.3.2 enough" if command.startswith("MAIL") and mails == 2 else None

    shared = Shared(Throttle(0, {"slow.example": Limit(connections=1)}))
    with scripted_server(script) as server, Journal(store.engine, ISSUE, lease=LEASE) as journal:
        settings = configure(tmp_path, server.transport)
        transport = open_transport(settings, ISSUE)
        template = MessageTemplate(issue, settings, date=clock())
        first, other = transport.connect(), open_transport(configure(tmp_path), ISSUE).connect()
        shared.opened(other)
        Sender(transport, journal, template, shared=shared, clock=clock, batch=10, lease=LEASE, channel=first).run()
    assert not shared.stop.is_set(), "the others go on"
    counts = store.deliveries.counts(ISSUE)
    assert counts == {DeliveryState.SENT: 1, DeliveryState.DEFERRED: 1, DeliveryState.QUEUED: 1}
    assert shared.throttle.take("slow.example") == 0
