"""`send --wait`: stays until everyone whom a server put off has the issue, or is given up."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

from digest.config import Settings
from digest.deliver import Outcome
from digest.errors import DigestError, LockedError, TransportError
from digest.model import FrozenIssue, Progress, no_progress
from digest.pipeline.build import Clock
from digest.pipeline.send import Deliverer, SendOptions, Sent, give_up, is_stale, send
from digest.store import Store
from digest.store.deliveries import TAKEABLE

# Waits until then; False as soon as the process is told to end.
Pause = Callable[[datetime], bool]
OpenStore = Callable[[], AbstractContextManager[Store]]

_AFTER_TROUBLE = timedelta(minutes=15)
_LOCKED = timedelta(minutes=1)
_GLANCE_S = 0.5


def send_and_wait(
    settings: Settings,
    open_store: OpenStore,
    options: SendOptions,
    *,
    clock: Clock,
    pause: Pause,
    progress: Progress = no_progress,
    tell: Callable[[str], None] = lambda _: None,
) -> Sent:
    """As `send`, and again for its issues when what was put off is due, until nothing is; returns the whole of it.

    `open_store` gives the store with the run lock. It is let go between two tries, so that other runs can work; those
    may take up what this one waits for. A server that is away is waited for too. An issue that becomes too old is given
    up or left to a person, as by `send`, unless it was named. Raises what `send` raises.
    """
    sent, when = _first(settings, open_store, options, clock, pause, progress, tell)
    while when is not None:
        tell(f"{sent.count(*TAKEABLE)} are put off; the next try is at {when.astimezone():%Y-%m-%d %H:%M}")
        if not pause(when):
            break
        try:
            with open_store() as store:
                sent = _again(sent, settings, store, options, clock, progress)
                when = _next_try(sent, store, clock())
        except LockedError:
            when = clock() + _LOCKED
    return sent


def pause_until(when: datetime, *, clock: Clock) -> bool:
    """Wait by the clock on the wall; but by one that is set back meanwhile no longer than it said at first."""
    from digest.deliver.machine import machine_time
    from digest.deliver.run import signals

    at_the_latest = machine_time() + (when - clock()).total_seconds()
    with signals() as caught:
        while not caught and (left := min((when - clock()).total_seconds(), at_the_latest - machine_time())) > 0:
            time.sleep(min(left, _GLANCE_S))
    return not caught


def _first(
    settings: Settings,
    open_store: OpenStore,
    options: SendOptions,
    clock: Clock,
    pause: Pause,
    progress: Progress,
    tell: Callable[[str], None],
) -> tuple[Sent, datetime | None]:
    give_up = clock() + settings.newsletter.stale_after
    while True:
        try:
            with open_store() as store:
                sent = send(settings, store, options, clock=clock, progress=progress)
                return sent, _next_try(sent, store, clock())
        except (TransportError, LockedError) as error:
            when = clock() + (_LOCKED if isinstance(error, LockedError) else _AFTER_TROUBLE)
            tell(f"{error}; the next try is at {when.astimezone():%H:%M}")
            if when > give_up or not pause(when):
                raise


def _again(
    sent: Sent, settings: Settings, store: Store, options: SendOptions, clock: Clock, progress: Progress
) -> Sent:
    """One more run over the issues of the last."""
    deliverer = Deliverer(settings, store, clock, progress, resend_unknown=False)
    outcomes, stale, given_up, failure = [], list(sent.stale), dict(sent.given_up), None
    for issue, before in sent.outcomes:
        if failure is not None or not _is_open(before):
            outcomes.append((issue, before))
        elif options.issue_id is None and is_stale(issue, settings, clock()):
            if (count := give_up(issue, store, clock())) is None:
                stale.append(issue)
            else:
                before = replace(before, counts=store.deliveries.counts(issue.id))
                given_up |= {issue.id: count} if count else {}
            outcomes.append((issue, before))
        else:
            outcome, failure = _deliver(deliverer, issue)
            outcomes.append((issue, replace(outcome, sent_now=before.sent_now + outcome.sent_now)))
    return replace(sent, outcomes=tuple(outcomes), stale=tuple(stale), given_up=given_up, failure=failure)


def _deliver(deliverer: Deliverer, issue: FrozenIssue) -> tuple[Outcome, DigestError | None]:
    outcome = deliverer.hand_out(issue)
    return outcome, deliverer.sent().failure


def _next_try(sent: Sent, store: Store, now: datetime) -> datetime | None:
    """When to go on: None when nothing is left to wait for, or when somebody stopped the run."""
    open_ones = [(issue, outcome) for issue, outcome in sent.outcomes if _is_open(outcome) and issue not in sent.stale]
    if not open_ones or _is_told_to_stop(sent):
        return None
    due = min(filter(None, (store.deliveries.next_due(issue.id) for issue, _ in open_ones)), default=None)
    if due is None:
        return None
    trouble = sent.failure is not None or any(outcome.problems for _, outcome in open_ones)
    return max(due, now + _AFTER_TROUBLE) if trouble else max(due, now)


def _is_told_to_stop(sent: Sent) -> bool:
    """Whether a signal ended the run, or a failure that does not pass by itself."""
    if sent.failure is not None:
        return not isinstance(sent.failure, TransportError)
    return any(outcome.told_to_end for _, outcome in sent.outcomes)


def _is_open(outcome: Outcome) -> bool:
    return any(outcome.counts.get(state) for state in TAKEABLE)
