"""One sender: takes deliveries from its queue, hands them over by one channel, and settles each in the ledger."""

import contextlib
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from digest.deliver.machine import machine_time
from digest.deliver.message import Letter, MessageTemplate, Recipient
from digest.deliver.queue import Queue
from digest.deliver.schedule import is_given_up, next_connection, next_try
from digest.deliver.shared import Shared
from digest.deliver.transport import Channel, Receipt, Transport
from digest.errors import DigestError, TransportError
from digest.model import DeliveryState
from digest.store.deliveries import AT_ONCE
from digest.store.journal import Claim, Journal, Settled

_PUT_OFF_FOR = timedelta(minutes=15)
_UNSETTLED = 20  # those that servers refuse need no fence, which would settle the ones before


class Sender:
    """Works in one thread until nothing is due any more or it is stopped. All its state is its own but `shared`."""

    def __init__(
        self,
        transport: Transport,
        journal: Journal,
        template: MessageTemplate,
        *,
        shared: Shared,
        clock: Callable[[], datetime],
        batch: int,
        lease: timedelta,
        channel: Channel | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self._transport = transport
        self._journal = journal
        self._template = template
        self._shared = shared
        self._clock = clock
        self._lease_s = lease.total_seconds()
        self._queue = Queue(journal, shared.throttle, batch=batch, clock=clock)
        self._channel = channel
        self._chance = chance or random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._ahead: tuple[Claim, Letter | Receipt] | None = None
        self._unsettled: list[Settled] = []
        self._refused: list[Settled] = []
        self._streak = 0
        self._gone: list[Settled] = []
        self._lost = 0
        self._held_until = 0.0
        self._over = False
        if channel is not None:
            shared.opened(channel)

    def run(self) -> None:
        """Send. Raises StoreError; everything else that goes wrong is in `shared`."""
        if self._channel is None and not self._joins():
            return
        with contextlib.ExitStack() as at_last:
            at_last.callback(self._close)
            at_last.callback(lambda: self._journal.release(now=self._clock()))
            at_last.callback(self._conclude)
            at_last.callback(self._leave_to_others)
            while not self._is_stopped() and (claim := self._next()) is not None:
                self._send(claim)

    def _is_stopped(self) -> bool:
        return self._over or self._shared.stop.is_set()

    def _next(self) -> Claim | None:
        """The next claim, waited for if need be; None when there is none, or no use in one."""
        if self._ahead is not None:
            return self._ahead[0]
        while not self._is_stopped():
            found = self._queue.take()
            if not isinstance(found, float):
                return found
            self._settle()  # what was sent is on record before we wait
            self._shared.stop.wait(found)
        return None

    def _send(self, claim: Claim) -> None:
        letter = self._letter(claim)
        self._ahead = None
        try:
            receipt = letter if isinstance(letter, Receipt) else self._hand_over(claim, letter)
        finally:
            self._shared.throttle.done(claim.domain)
        if receipt is None:
            return
        self._unsettled.append(self._settled(claim, receipt))
        self._shared.count(receipt.state)
        self._judge(claim, receipt)
        if len(self._unsettled) >= _UNSETTLED:
            self._settle()

    def _letter(self, claim: Claim) -> Letter | Receipt:
        if self._ahead is not None and self._ahead[0] is claim:
            return self._ahead[1]
        try:
            return self._template.letter(_recipient(claim))
        except ValueError as error:  # one address that cannot be written must not keep the others from their letters
            return Receipt(state=DeliveryState.BOUNCED, text=f"not an address that can be mailed to: {error}")

    def _hand_over(self, claim: Claim, letter: Letter) -> Receipt | None:
        channel = self._open()
        if channel is None:
            return None
        following = None if self._shared.stop.is_set() else self._queue.take(after=claim.domain)
        if isinstance(following, float):
            following = None

        def upcoming() -> Letter | None:
            if self._ahead is None and following is not None and not self._shared.stop.is_set():
                self._ahead = following, self._letter(following)
            return self._ahead[1] if self._ahead is not None and isinstance(self._ahead[1], Letter) else None

        try:
            return channel.hand_over(
                _recipient(claim), letter, lambda: self._fence(claim), holds=self._holds, upcoming=upcoming
            )
        finally:
            if following is not None and self._ahead is None:
                self._ahead = following, self._letter(following)

    def _open(self) -> Channel | None:
        if self._channel is None:
            self._shared.stop.wait(next_connection(self._lost, chance=self._chance))
            if self._is_stopped():
                return None
            try:
                channel = self._transport.connect()
            except DigestError as error:
                self._fail(error)
            else:
                self._channel = channel
                self._shared.opened(channel)
        return self._channel

    def _joins(self) -> bool:
        """Open a channel beside one that works. Servers limit how many: one that is not to be had is done without."""
        try:
            channel = self._transport.connect()
        except TransportError:
            return False
        except DigestError as error:
            self._shared.end(failure=error)
            return False
        self._channel = channel
        self._shared.opened(channel)
        return True

    def _leave_to_others(self) -> None:
        """A letter that was next and does not go any more takes up no place of its domain."""
        if self._ahead is not None:
            self._shared.throttle.done(self._ahead[0].domain)
            self._ahead = None

    def _close(self) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
            self._shared.closed(channel)

    def _fail(self, error: DigestError) -> None:
        """The channel cannot be had again: the others go on if they still have theirs."""
        self._over = True
        if not (isinstance(error, TransportError) and self._shared.channels):
            self._shared.end(failure=error)

    def _fence(self, claim: Claim) -> bool:
        """One commit: what was sent before is settled, and this one may be sent."""
        self._held_until = machine_time() + self._lease_s
        stands = self._journal.advance(self._unsettled, claim, now=self._clock())
        self._unsettled = []
        return stands

    def _holds(self) -> bool:
        """Whether the lease that came with the fence still runs, by a clock that nobody sets and that never sleeps."""
        return machine_time() < self._held_until

    def _settle(self) -> None:
        if self._unsettled:
            self._journal.settle(self._unsettled, now=self._clock())
            self._unsettled = []
        if self._gone and self._shared.judge.is_plausible:
            self._suppress()

    def _suppress(self) -> None:
        self._journal.suppress(self._gone, now=self._clock())
        self._gone = []

    def _settled(self, claim: Claim, receipt: Receipt) -> Settled:
        settled = Settled(claim=claim, state=receipt.state, next_at=AT_ONCE, code=receipt.code, text=receipt.text)
        if receipt.state is not DeliveryState.DEFERRED or receipt.failure is not None:
            return settled  # over; or the transport failed, not the recipient
        now = self._clock()
        if is_given_up(claim.created, now):
            return replace(settled, state=DeliveryState.BOUNCED, text=f"given up: {receipt.text}")
        return replace(settled, next_at=next_try(claim.attempts, now, chance=self._chance))

    def _judge(self, claim: Claim, receipt: Receipt) -> None:
        """Decide from how one letter ended whether the channel, and the run, can go on."""
        if receipt.lost:
            self._close()
        if receipt.failure is not None:
            self._fail(receipt.failure)
            return
        shared = self._shared
        problem = shared.judge.hear(receipt)
        if receipt.state is DeliveryState.SENT:
            self._lost = 0
            return
        self._lost += receipt.lost
        if receipt.slower:
            shared.throttle.slow(None if receipt.general else claim.domain)
        if receipt.suppress:
            self._gone.append(self._unsettled[-1])
        if receipt.general:
            self._remember(self._unsettled[-1])
        if problem is not None:
            shared.end(problem)

    def _remember(self, refused: Settled) -> None:
        """Keep what was refused for no fault of the recipient, as long as nobody else's letter arrives."""
        if self._streak != self._shared.judge.streak:
            self._streak = self._shared.judge.streak
            self._refused.clear()
        self._refused.append(refused)

    def _conclude(self) -> None:
        """Settle the last letters, and take back what the judge found to be no fault of the recipients."""
        judge = self._shared.judge
        self._settle()
        back = list(self._gone) if judge.braked else []
        if self._gone and not judge.braked:
            self._suppress()
        if judge.alike and self._streak == judge.streak:
            back += self._refused
        bounced = [one for one in back if one.state is DeliveryState.BOUNCED]
        if bounced:
            now = self._clock()
            self._journal.reopen(bounced, next_at=now + _PUT_OFF_FOR, now=now)


def _recipient(claim: Claim) -> Recipient:
    return Recipient(subscriber_id=claim.subscriber_id, address=claim.address, name=claim.name, token=claim.key)
