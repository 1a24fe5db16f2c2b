"""What every transport is: a way to hand a letter over, and to say exactly how that ended."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from digest import plugins
from digest.config import Settings
from digest.deliver.message import Letter, Recipient
from digest.errors import DigestError
from digest.model import DeliveryState

Fence = Callable[[], bool]
Holds = Callable[[], bool]
Upcoming = Callable[[], Letter | None]


def always() -> bool:
    """A claim that never runs out, as of a letter that no ledger knows of."""
    return True


def nothing_yet() -> None:
    """No letter that is known to come next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How one hand-over ended: sent, deferred, bounced or unknown.

    `suppress`: there is no such mailbox, mail it no more. `general`: the refusal is not about this recipient, so the
    next one would fare no better. `slower` asks us to send less in a time: to this recipient's domain, or if the
    refusal is `general`, at all. `failure` ends the run: the transport itself is at its end. A receipt that is
    `unknown` or has `lost` set leaves a channel that cannot be used any more.
    """

    state: DeliveryState
    code: int | None = None
    text: str = ""
    suppress: bool = False
    general: bool = False
    slower: bool = False
    lost: bool = False
    failure: DigestError | None = None


class Channel(Protocol):
    """One connection, used by one thread."""

    def hand_over(
        self,
        recipient: Recipient,
        letter: Letter,
        fence: Fence,
        *,
        holds: Holds = always,
        upcoming: Upcoming = nothing_yet,
    ) -> Receipt | None:
        """Hand one letter over.

        Calls `fence` once, right before the point from which on the other side may have the letter, and hands nothing
        over unless it returns True; returns None then. A failure before that point is `deferred` or `bounced`, one
        after it whose outcome cannot be known is `unknown`. Where the hand-over takes a while, `holds` is asked once
        more before its last step: the claim may have run out meanwhile. `upcoming` may be called to learn which letter
        the next call will bring, if that is known, so that it can be announced. Raises nothing of its own; what `fence`
        raises goes through. Must not be called again after a receipt that is `lost`.
        """
        ...

    def close(self) -> None:
        """End the connection; may be called twice."""
        ...

    def abort(self) -> None:
        """Have a hand-over that waits in another thread fail at once, as if the connection were lost."""
        ...


class Transport(Protocol):
    """Made with the settings and the id of the issue; gives channels. Used by several threads."""

    def __init__(self, settings: Settings, issue_id: str) -> None: ...

    def connect(self) -> Channel:
        """Open a channel. Raises LoginError, TransportError, OutputError, ConfigError."""
        ...

    def arrived(self, recipient: Recipient) -> bool | None:
        """Whether a letter whose outcome is unknown arrived; None when that cannot be found out."""
        ...

    def check(self) -> str:
        """Try everything but sending, and say what was found. Raises as `connect` does."""
        ...


def open_transport(settings: Settings, issue_id: str) -> Transport:
    """The transport that the configuration names. Raises ConfigError."""
    kind = plugins.load("transports", settings.transport.type, where="[transport] type")
    transport: Transport = kind(settings, issue_id)
    return transport
