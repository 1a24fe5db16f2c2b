"""One sender: claims deliveries, hands them over by one channel, and settles each in the ledger."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from digest.deliver.message import MessageTemplate, Recipient
from digest.deliver.schedule import is_given_up, next_try
from digest.deliver.throttle import Throttle
from digest.deliver.transport import Channel, Receipt, Transport
from digest.errors import DigestError, Problem
from digest.model import DeliveryState
from digest.store.journal import Claim, Journal, Settled

_CLAIMED_AT_ONCE = 50
# So many refusals in a row, not about a mailbox, mean that a server refuses everything alike: fewer where they are for
# several domains, for one domain may have reasons of its own.
_REFUSALS, _REFUSED_DOMAINS, _REFUSALS_OF_ONE = 5, 3, 25
_LOST_CONNECTIONS = 3


@dataclass(slots=True)
class Shared:
    """What the senders of one run share. `stop` is set by a signal, or by a sender that found no use in going on."""

    stop: threading.Event = field(default_factory=threading.Event)
    sent: int = 0
    settled: int = 0
    problems: list[Problem] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, state: DeliveryState) -> None:
        """Count one letter that is over."""
        with self.lock:
            self.settled += 1
            self.sent += state is DeliveryState.SENT

    def end(self, problem: Problem | None = None, failure: BaseException | None = None) -> None:
        """Have every sender stop before its next letter."""
        with self.lock:
            if problem is not None and problem not in self.problems:
                self.problems.append(problem)
            if failure is not None:
                self.failures.append(failure)
        self.stop.set()


class Sender:
    """Works in one thread until nothing is due any more or it is stopped. All its state is its own but `shared`."""

    def __init__(
        self,
        transport: Transport,
        journal: Journal,
        template: MessageTemplate,
        *,
        shared: Shared,
        throttle: Throttle,
        clock: Callable[[], datetime],
        channel: Channel | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._transport = transport
        self._journal = journal
        self._template = template
        self._shared = shared
        self._throttle = throttle
        self._clock = clock
        self._channel = channel
        self._chance = chance or random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._unsettled: list[Settled] = []
        self._refused: list[Settled] = []
        self._lost = 0

    def run(self) -> None:
        """Send. Raises StoreError; everything else that goes wrong is in `shared`."""
        try:
            while not self._shared.stop.is_set():
                claims = self._journal.claim(_CLAIMED_AT_ONCE, now=self._clock())
                if not claims:
                    break
                for claim in claims:
                    if self._shared.stop.is_set():
                        break
                    self._send(claim)
        finally:
            self._settle()
            self._journal.release(now=self._clock())
            if self._channel is not None:
                self._channel.close()

    def _send(self, claim: Claim) -> None:
        pause = self._throttle.pause()
        if pause:
            self._settle()  # what was sent is on record before we wait
            self._throttle.hold(pause)
        channel = self._open()
        if channel is None:
            return
        recipient = Recipient(
            subscriber_id=claim.subscriber_id, address=claim.address, name=claim.name, token=claim.key
        )
        receipt = channel.hand_over(recipient, self._template.letter(recipient), lambda: self._fence(claim))
        if receipt is None:
            return
        self._unsettled.append(self._settled(claim, receipt))
        self._shared.count(receipt.state)
        self._judge(receipt)

    def _open(self) -> Channel | None:
        if self._channel is None:
            try:
                self._channel = self._transport.connect()
            except DigestError as error:
                self._shared.end(failure=error)
        return self._channel

    def _fence(self, claim: Claim) -> bool:
        """One commit: what was sent before is settled, and this one may be sent."""
        unsettled, self._unsettled = self._unsettled, []
        return self._journal.advance(unsettled, claim, now=self._clock())

    def _settle(self) -> None:
        if self._unsettled:
            unsettled, self._unsettled = self._unsettled, []
            self._journal.advance(unsettled, now=self._clock())

    def _settled(self, claim: Claim, receipt: Receipt) -> Settled:
        now = self._clock()
        settled = Settled(
            claim=claim,
            state=receipt.state,
            next_at=next_try(claim.attempts, now, chance=self._chance),
            code=receipt.code,
            text=receipt.text,
            suppress=receipt.suppress,
        )
        if receipt.failure is not None:
            return replace(settled, next_at=now)  # the transport failed, not the recipient: at once when it is mended
        if receipt.state is DeliveryState.DEFERRED and is_given_up(claim.created, now):
            return replace(settled, state=DeliveryState.BOUNCED, text=f"given up: {receipt.text}")
        return settled

    def _judge(self, receipt: Receipt) -> None:
        """Decide from how one letter ended whether the channel, and the run, can go on."""
        if receipt.lost and self._channel is not None:
            self._channel.close()
            self._channel = None
        if receipt.failure is not None:
            self._shared.end(failure=receipt.failure)
        if receipt.state is DeliveryState.SENT:
            self._refused.clear()
            self._lost = 0
            return
        self._lost += receipt.lost
        if self._lost >= _LOST_CONNECTIONS:
            self._end("the server drops every connection", receipt)
        if receipt.general:
            self._refused.append(self._unsettled[-1])
        if _is_for_all(self._refused):
            self._end("the server refuses everything alike", receipt)

    def _end(self, what: str, receipt: Receipt) -> None:
        """Stop the run, and put off what was refused for no fault of the recipients."""
        self._settle()
        bounced = [one for one in self._refused if one.state is DeliveryState.BOUNCED]
        if bounced:
            now = self._clock()
            self._journal.reopen(bounced, next_at=now + timedelta(minutes=15), now=now)
        self._shared.end(Problem(what=f"{what}: {receipt.text}", remedy="mend it and run again; nobody was lost"))


def _is_for_all(refused: list[Settled]) -> bool:
    domains = {one.claim.address.rpartition("@")[2].lower() for one in refused}
    return len(refused) >= (_REFUSALS if len(domains) >= _REFUSED_DOMAINS else _REFUSALS_OF_ONE)
