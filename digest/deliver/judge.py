"""Decides from how letters end, over all connections, when going on would do harm."""

import threading
from collections import Counter
from dataclasses import dataclass, field

from digest.deliver.transport import Receipt
from digest.errors import Problem
from digest.model import DeliveryState

# So many refusals in a row that are not about the recipient mean that the server refuses everything alike.
_GENERAL_REFUSALS = 5
_LOST_CONNECTIONS = 2  # and one more for each connection: a server that starts anew drops them all
# So many in a row that were put off, each for itself: the server is overrun, and asking on makes it worse.
_PUT_OFF = 100
# So many readers without a mailbox, and such a share of all, are more likely a server that errs than readers that left.
_GONE = 20
_GONE_SHARE = 0.3
_PLAUSIBLE_OF = 100
_PLAUSIBLE_SHARE = 0.1

_MEND = "mend it and run again; nobody was lost"
_LOOK = "nobody was suppressed for it; see who with `digest issues show`, and remove those that are gone indeed"


@dataclass(slots=True)
class Judge:
    """What the senders of one run found out together. Safe to use from several threads.

    `streak` numbers the letters that arrived: refusals since then are one streak. `alike` says that the server refused
    all of them for no fault of theirs, `braked` that it called too many readers gone to be believed.
    """

    connections: int = 1
    streak: int = 0
    alike: bool = False
    braked: bool = False
    _since: Counter[str] = field(default_factory=Counter)
    _settled: int = 0
    _gone: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, receipt: Receipt) -> Problem | None:
        """How one letter ended; returns why to stop, if that is a reason."""
        with self._lock:
            self._settled += 1
            self._gone += receipt.suppress
            if receipt.state is DeliveryState.SENT:
                self.streak += 1
                self._since.clear()
                return None
            self._since["lost"] += receipt.lost
            self._since["refused"] += receipt.general
            self._since["put off"] += receipt.state is DeliveryState.DEFERRED
            return self._verdict(receipt)

    @property
    def is_plausible(self) -> bool:
        """Whether those that the server calls gone are few among many, as in life."""
        return self._settled >= _PLAUSIBLE_OF and self._gone <= _PLAUSIBLE_SHARE * self._settled

    def _verdict(self, receipt: Receipt) -> Problem | None:
        if self._since["lost"] >= _LOST_CONNECTIONS + self.connections:
            return self._alike("the server drops every connection", receipt)
        if self._since["refused"] >= _GENERAL_REFUSALS:
            return self._alike("the server refuses everything alike", receipt)
        if self._since["put off"] >= _PUT_OFF:
            return self._alike("the server puts everything off", receipt)
        if self._gone >= _GONE and self._gone > _GONE_SHARE * self._settled:
            self.braked = True
            return Problem(
                what=f"{self._gone} of {self._settled} readers have no mailbox any more, says the server, "
                f"which is more than can be: {receipt.text}",
                remedy=_LOOK,
            )
        return None

    def _alike(self, what: str, receipt: Receipt) -> Problem:
        self.alike = True
        return Problem(what=f"{what}: {receipt.text}", remedy=_MEND)
