"""Rendered -> subscribers: every active subscriber gets an issue once. Light to import."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from digest.config import Settings
from digest.errors import Problem
from digest.model import DeliveryState, FrozenIssue, Progress, no_progress
from digest.store import Store

if TYPE_CHECKING:
    from digest.deliver.rehearsal import Rehearsal


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended. `counts` are of the whole issue; `stopped` says that the run ended before its work did.

    `told_to_end` says that a signal came: whatever would follow this run must not begin.
    """

    counts: Mapping[DeliveryState, int]
    sent_now: int = 0
    stopped: bool = False
    told_to_end: bool = False
    problems: tuple[Problem, ...] = field(default_factory=tuple)


def deliver(
    issue: FrozenIssue,
    settings: Settings,
    store: Store,
    *,
    clock: Callable[[], datetime],
    progress: Progress = no_progress,
    resend_unknown: bool = False,
    alone: bool = True,
) -> Outcome:
    """Send an issue to every subscriber that it is queued for, and queue it first if that was not done.

    The caller holds the run lock: whatever another run left claimed or being sent is settled at once. If not `alone`,
    other processes, on this machine or on others, may be sending the same issue: what one of them holds is left to it
    until its lease runs out. May be called again at any time; nobody is sent a second copy unless `resend_unknown`,
    where a person takes that on. On SIGTERM, SIGINT or SIGHUP the messages in flight are finished, and what was not
    begun stays queued.

    Raises LoginError or TransportError when no connection can be made; nothing is lost, and an issue that waited still
    waits. Raises OutputError when the outbox cannot be written, ConfigError, StoreError.
    """
    from digest.deliver.run import run

    return run(issue, settings, store, clock=clock, progress=progress, resend_unknown=resend_unknown, alone=alone)


def rehearse(
    issue: FrozenIssue,
    settings: Settings,
    store: Store,
    *,
    clock: Callable[[], datetime],
    progress: Progress = no_progress,
    resend_unknown: bool = False,
    to: str | None = None,
) -> "Rehearsal":
    """Do everything but send: make each letter, connect and log in. Writes nothing, and hands nothing over.

    With `to`, for a test to that address alone. A transport that cannot be used is told in the result. The caller holds
    the run lock. Raises ConfigError, StoreError, UsageError for a `to` that is no address.
    """
    from digest.deliver.rehearsal import rehearse_run

    return rehearse_run(issue, settings, store, clock=clock, progress=progress, resend_unknown=resend_unknown, to=to)


def send_test(issue: FrozenIssue, settings: Settings, address: str, *, clock: Callable[[], datetime]) -> None:
    """Send an issue to one address, marked as a test. No ledger knows of it.

    Raises UsageError for what is no address, TransportError when it is not taken, and what a connection raises.
    """
    from digest.deliver.trial import send_trial

    send_trial(issue, settings, address, clock=clock)


def preview_message(issue: FrozenIssue, settings: Settings, *, now: datetime) -> bytes:
    """The message as a made-up subscriber would get it."""
    from digest.deliver.message import preview_message as preview

    return preview(issue, settings, now=now)


def check_signing(settings: Settings) -> str:
    """Whether letters can be signed as the settings ask, and for which domain. Raises ConfigError."""
    from digest.deliver.dkim import open_signer

    signer = open_signer(settings)
    return f"DKIM for {signer.domain}" if signer else "none by digest"


def check_transport(settings: Settings) -> str:
    """Try the transport without sending, and say what was found. Raises LoginError, TransportError, ConfigError."""
    from digest.deliver.transport import open_transport

    return open_transport(settings, "check").check()
