"""One sender: claims deliveries, hands them over by one channel, and settles each in the ledger."""

import contextlib
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from digest.deliver.message import MessageTemplate, Recipient
from digest.deliver.schedule import is_given_up, next_try
from digest.deliver.throttle import Throttle
from digest.deliver.transport import Channel, Receipt, Transport
from digest.errors import DigestError, Problem, TransportError
from digest.model import DeliveryState
from digest.store.deliveries import AT_ONCE
from digest.store.journal import Claim, Journal, Settled

# So many refusals in a row that are not about the recipient mean that the server refuses everything alike.
_GENERAL_REFUSALS = 5
_LOST_CONNECTIONS = 3
# So many in a row that were put off, each for itself: the server is overrun, and asking on makes it worse.
_PUT_OFF = 100
_PUT_OFF_FOR = timedelta(minutes=15)


@dataclass(slots=True)
class Shared:
    """What the senders of one run share. `stop` is set by a signal, or by a sender that found no use in going on."""

    stop: threading.Event = field(default_factory=threading.Event)
    sent: int = 0
    settled: int = 0
    channels: int = 0
    problems: list[Problem] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, state: DeliveryState) -> None:
        """Count one letter that is over."""
        with self.lock:
            self.settled += 1
            self.sent += state is DeliveryState.SENT

    def opened(self, change: int) -> int:
        """Count the channels that are open; returns how many are."""
        with self.lock:
            self.channels += change
            return self.channels

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
        batch: int,
        channel: Channel | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._transport = transport
        self._journal = journal
        self._template = template
        self._shared = shared
        self._throttle = throttle
        self._clock = clock
        self._batch = batch
        self._channel = channel
        self._chance = chance or random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._unsettled: list[Settled] = []
        self._refused: list[Settled] = []
        self._lost = 0
        self._put_off = 0
        self._over = False
        if channel is not None:
            shared.opened(+1)

    def run(self) -> None:
        """Send. Raises StoreError; everything else that goes wrong is in `shared`."""
        if self._channel is None and not self._joins():
            return
        with contextlib.ExitStack() as at_last:
            at_last.callback(self._close)
            at_last.callback(lambda: self._journal.release(now=self._clock()))
            at_last.callback(self._settle)
            while not self._is_stopped() and (claims := self._journal.claim(self._batch, now=self._clock())):
                for claim in claims:
                    if self._is_stopped():
                        break
                    self._send(claim)

    def _is_stopped(self) -> bool:
        return self._over or self._shared.stop.is_set()

    def _send(self, claim: Claim) -> None:
        pause = self._throttle.pause()
        if pause:
            self._settle()  # what was sent is on record before we wait
            self._throttle.hold(pause)
            if self._is_stopped():
                return
        channel = self._open()
        if channel is None:
            return
        receipt = self._hand_over(channel, claim)
        if receipt is None:
            return
        self._unsettled.append(self._settled(claim, receipt))
        self._shared.count(receipt.state)
        self._judge(receipt)

    def _hand_over(self, channel: Channel, claim: Claim) -> Receipt | None:
        recipient = Recipient(
            subscriber_id=claim.subscriber_id, address=claim.address, name=claim.name, token=claim.key
        )
        try:
            letter = self._template.letter(recipient)
        except ValueError as error:  # one address that cannot be written must not keep the others from their letters
            return Receipt(state=DeliveryState.BOUNCED, text=f"not an address that can be mailed to: {error}")
        return channel.hand_over(recipient, letter, lambda: self._fence(claim))

    def _open(self) -> Channel | None:
        if self._channel is None:
            try:
                self._channel = self._transport.connect()
            except DigestError as error:
                self._fail(error)
            else:
                self._shared.opened(+1)
        return self._channel

    def _joins(self) -> bool:
        """Open a channel beside one that works. Servers limit how many: one that is not to be had is done without."""
        try:
            self._channel = self._transport.connect()
        except TransportError:
            return False
        except DigestError as error:
            self._shared.end(failure=error)
            return False
        self._shared.opened(+1)
        return True

    def _close(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None
            self._shared.opened(-1)

    def _fail(self, error: DigestError) -> None:
        """The channel cannot be had again: the others go on if they still have theirs."""
        self._over = True
        if not (isinstance(error, TransportError) and self._shared.opened(0)):
            self._shared.end(failure=error)

    def _fence(self, claim: Claim) -> bool:
        """One commit: what was sent before is settled, and this one may be sent."""
        stands = self._journal.advance(self._unsettled, claim, now=self._clock())
        self._unsettled = []
        return stands

    def _settle(self) -> None:
        if self._unsettled:
            self._journal.settle(self._unsettled, now=self._clock())
            self._unsettled = []

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
            return replace(settled, next_at=AT_ONCE)  # the transport failed, not the recipient
        if receipt.state is DeliveryState.DEFERRED and is_given_up(claim.created, now):
            return replace(settled, state=DeliveryState.BOUNCED, text=f"given up: {receipt.text}")
        return settled

    def _judge(self, receipt: Receipt) -> None:
        """Decide from how one letter ended whether the channel, and the run, can go on."""
        if receipt.lost:
            self._close()
        if receipt.failure is not None:
            self._fail(receipt.failure)
            return
        if receipt.state is DeliveryState.SENT:
            self._refused.clear()
            self._lost = self._put_off = 0
            return
        self._lost += receipt.lost
        self._put_off += receipt.state is DeliveryState.DEFERRED
        if receipt.general:
            self._refused.append(self._unsettled[-1])
        if self._lost >= _LOST_CONNECTIONS:
            self._end("the server drops every connection", receipt)
        elif len(self._refused) >= _GENERAL_REFUSALS:
            self._end("the server refuses everything alike", receipt)
        elif self._put_off >= _PUT_OFF:
            self._end("the server puts everything off", receipt)

    def _end(self, what: str, receipt: Receipt) -> None:
        """Stop the run, and put off what was refused for no fault of the recipients."""
        self._settle()
        now = self._clock()
        bounced = [one for one in self._refused if one.state is DeliveryState.BOUNCED]
        self._journal.reopen(bounced, next_at=now + _PUT_OFF_FOR, now=now)
        self._shared.end(Problem(what=f"{what}: {receipt.text}", remedy="mend it and run again; nobody was lost"))
