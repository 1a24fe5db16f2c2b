"""What the senders of one run share: whether to stop, what was counted, and what went wrong."""

import threading
from dataclasses import dataclass, field

from digest.deliver.judge import Judge
from digest.deliver.throttle import Throttle
from digest.deliver.transport import Channel
from digest.errors import Problem
from digest.model import DeliveryState


@dataclass(slots=True)
class Shared:
    """`stop` is set by a signal, or by a sender that found no use in going on; `told_to_end` says which."""

    throttle: Throttle
    judge: Judge = field(default_factory=Judge)
    stop: threading.Event = field(default_factory=threading.Event)
    told_to_end: bool = False
    sent: int = 0
    settled: int = 0
    channels: list[Channel] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, state: DeliveryState) -> None:
        """Count one letter that is over."""
        with self.lock:
            self.settled += 1
            self.sent += state is DeliveryState.SENT

    def opened(self, channel: Channel) -> None:
        """One more channel is open."""
        with self.lock:
            self.channels.append(channel)

    def closed(self, channel: Channel) -> None:
        """A channel is open no more."""
        with self.lock:
            self.channels.remove(channel)

    def abort(self) -> None:
        """Have no sender wait for a server any longer."""
        with self.lock:
            for channel in self.channels:
                channel.abort()

    def end(self, problem: Problem | None = None, failure: BaseException | None = None) -> None:
        """Have every sender stop before its next letter."""
        with self.lock:
            if problem is not None and problem not in self.problems:
                self.problems.append(problem)
            if failure is not None:
                self.failures.append(failure)
        self.stop.set()
