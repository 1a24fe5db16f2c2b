"""Which issue is to be sent now, and sending it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from digest import deliver
from digest.config import Settings
from digest.errors import DigestError, StoreError, UsageError
from digest.model import DeliveryState, FrozenIssue, IssueState, Progress, SubscriberState, no_progress
from digest.pipeline.build import BuildOptions, Built, Clock, build
from digest.store import Store
from digest.store.deliveries import HELD, OPEN

if TYPE_CHECKING:
    from digest.deliver.rehearsal import Rehearsal

_INTERRUPTED = (DeliveryState.QUEUED, *HELD)
# Exit code 75 asks to be run again. So soon after an issue, that is what a run is for, and no other issue is begun: a
# script that goes on until nobody is put off any more would mail all the others each time that a source has news.
_ONE_RUN = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOptions:
    """What a person may ask of `send`."""

    issue_id: str | None = None
    resend_unknown: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one run of `send`: an outcome for each issue that it touched, oldest first.

    `hint` says why nothing was sent; `stale` are issues that wait for a person because they are too old; `given_up` are
    the numbers of readers whom a server put off until their issue was; `built` is what was made when nothing was
    waiting; `failure` ended the run in the midst of the last issue.
    """

    outcomes: tuple[tuple[FrozenIssue, deliver.Outcome], ...]
    hint: str = ""
    stale: tuple[FrozenIssue, ...] = ()
    given_up: Mapping[str, int] = field(default_factory=dict)
    built: Built | None = None
    failure: DigestError | None = None

    def count(self, *states: DeliveryState) -> int:
        """Deliveries in any of these states, over all the issues touched."""
        return sum(outcome.counts.get(state, 0) for _, outcome in self.outcomes for state in states)

    @property
    def incomplete(self) -> bool:
        """Whether the same command should be run again."""
        return any(outcome.stopped for _, outcome in self.outcomes) or self.count(*OPEN) > 0 or bool(self.stale)


def send(
    settings: Settings, store: Store, options: SendOptions, *, clock: Clock, progress: Progress = no_progress
) -> Sent:
    """Send what is to be sent to every active subscriber, never twice.

    First what an earlier run left: an issue that it was killed in the middle of is finished, and then the run ends.
    Deliveries that a server put off are taken up, and the run goes on to the waiting issue, or builds one; but while
    some of an issue of the last hours are put off, it is the run of that issue, and ends with it.
    Raises what `build` and `deliver.deliver` raise before an issue began to go out; after that it is told in the
    result, with the counts. Raises UsageError for an issue that cannot be sent.
    """
    deliverer = Deliverer(settings, store, clock, progress, resend_unknown=options.resend_unknown)
    if options.issue_id is not None or options.resend_unknown:
        deliverer.hand_out(_named(options, store))
        return deliverer.sent()
    stale, given_up = [], {}
    for issue in store.issues.open_issues():
        if is_stale(issue, settings, clock()):
            if (count := give_up(issue, store, clock())) is None:
                stale.append(issue)
            elif count:
                given_up[issue.id] = count
        elif issue.state is IssueState.SENDING:
            interrupted = _is_interrupted(issue, store)
            outcome = deliverer.hand_out(issue)
            if interrupted or outcome.stopped or _is_under_way(issue, outcome.counts, store, clock()):
                return deliverer.sent(stale=_left_open(stale), given_up=given_up)
    waiting, built = _waiting(settings, store, options, clock, progress)
    hint = built.hint if built is not None else ""
    if waiting is not None and not store.subscribers.counts().get(SubscriberState.ACTIVE):
        hint = f"{waiting.id} waits, for nobody is subscribed; add readers with `digest subscribers add`"
    elif waiting is not None:
        deliverer.hand_out(waiting)
    return deliverer.sent(hint=hint, stale=_left_open(stale), given_up=given_up, built=built)


class Deliverer:
    """Delivers issues one by one, and keeps what became of each."""

    def __init__(
        self, settings: Settings, store: Store, clock: Clock, progress: Progress, *, resend_unknown: bool
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._progress = progress
        self._resend_unknown = resend_unknown
        self._outcomes: list[tuple[FrozenIssue, deliver.Outcome]] = []
        self._failure: DigestError | None = None

    def hand_out(self, issue: FrozenIssue) -> deliver.Outcome:
        """Deliver one issue. Raises what ended it before it began to go out."""
        before = self._store.deliveries.counts(issue.id)
        try:
            outcome = deliver.deliver(
                issue,
                self._settings,
                self._store,
                clock=self._clock,
                progress=self._progress,
                resend_unknown=self._resend_unknown,
            )
        except DigestError as error:
            outcome = self._broken_off(issue, before, error)
        self._outcomes.append((issue, outcome))
        return outcome

    def _broken_off(
        self, issue: FrozenIssue, before: Mapping[DeliveryState, int], failure: DigestError
    ) -> deliver.Outcome:
        try:
            counts = self._store.deliveries.counts(issue.id)
        except StoreError:
            raise failure from None
        if not counts:
            raise failure
        self._failure = failure
        sent_now = counts.get(DeliveryState.SENT, 0) - before.get(DeliveryState.SENT, 0)
        return deliver.Outcome(counts=counts, sent_now=sent_now, stopped=True)

    def sent(
        self,
        *,
        hint: str = "",
        stale: tuple[FrozenIssue, ...] = (),
        given_up: Mapping[str, int] = MappingProxyType({}),
        built: Built | None = None,
    ) -> Sent:
        """What became of all."""
        outcomes = tuple(self._outcomes)
        return Sent(outcomes=outcomes, hint=hint, stale=stale, given_up=given_up, built=built, failure=self._failure)


def send_test(
    settings: Settings, store: Store, options: SendOptions, address: str, *, clock: Clock, progress: Progress
) -> FrozenIssue | None:
    """Send the issue that would be sent now to one address, marked as a test; no ledger knows of it."""
    issue = _next(settings, store, options, clock, progress)
    if issue is not None:
        deliver.send_test(issue, settings, address, clock=clock)
    return issue


def rehearse(
    settings: Settings, store: Store, options: SendOptions, *, clock: Clock, progress: Progress, to: str | None = None
) -> "tuple[FrozenIssue, Rehearsal] | None":
    """The issue that `send` would send first now, and what would happen. Builds one where `send` would.

    With `to`, of a test to that address.
    """
    issue = _next(settings, store, options, clock, progress)
    if issue is None:
        return None
    return issue, deliver.rehearse(
        issue, settings, store, clock=clock, progress=progress, resend_unknown=options.resend_unknown, to=to
    )


def _next(
    settings: Settings, store: Store, options: SendOptions, clock: Clock, progress: Progress
) -> FrozenIssue | None:
    if options.issue_id is not None or options.resend_unknown:
        return _named(options, store)
    for issue in store.issues.open_issues():
        if issue.state is not IssueState.SENDING or is_stale(issue, settings, clock()):
            continue
        counts, due = store.deliveries.counts(issue.id), store.deliveries.due(issue.id, now=clock())
        if due or _is_interrupted(issue, store) or _is_under_way(issue, counts, store, clock()):
            return issue
    return _waiting(settings, store, options, clock, progress)[0]


def _is_interrupted(issue: FrozenIssue, store: Store) -> bool:
    """Whether a run ended in the midst of an issue: what only a server put off does not count."""
    counts = store.deliveries.counts(issue.id)
    return any(counts.get(state) for state in _INTERRUPTED)


def _is_under_way(issue: FrozenIssue, counts: Mapping[DeliveryState, int], store: Store, now: datetime) -> bool:
    """Whether a run now is one for this issue still: it is not long out, and some are put off.

    An issue may have waited for hours since it was made, so it counts when it began to go out.
    """
    if not any(counts.get(state) for state in OPEN):
        return False
    began = store.deliveries.began(issue.id)
    return began is not None and abs(now - began) < _ONE_RUN


def give_up(issue: FrozenIssue, store: Store, now: datetime) -> int | None:
    """Give up what is put off of an issue that is too old; returns how many readers that were.

    None while somebody was not tried yet, or nobody has it: then it may be our server's fault, and a person decides.
    """
    counts = store.deliveries.counts(issue.id)
    if not counts.get(DeliveryState.SENT) or any(counts.get(state) for state in _INTERRUPTED):
        return None
    given_up = store.deliveries.give_up(issue.id, now=now)
    store.deliveries.finish(issue.id)
    return given_up


def _waiting(
    settings: Settings, store: Store, options: SendOptions, clock: Clock, progress: Progress
) -> tuple[FrozenIssue | None, Built | None]:
    """The issue that waits to be sent; else what building one gave, which has none when nothing is new."""
    for issue in store.issues.open_issues():
        if issue.state is IssueState.WAITING and not is_stale(issue, settings, clock()):
            return issue, None
    built = build(settings, store, BuildOptions(offline=options.offline), clock=clock, progress=progress)
    return built.issue, built


def _named(options: SendOptions, store: Store) -> FrozenIssue:
    issue_id = options.issue_id or store.deliveries.latest_unknown_issue()
    if issue_id is None:
        raise UsageError("no delivery is unknown", remedy="`digest issues list` shows the counts")
    issue = store.issues.get(issue_id)
    if issue is None:
        raise UsageError(f"there is no issue {issue_id!r}", remedy="`digest issues list` shows those that there are")
    if issue.state in {IssueState.DISCARDED, IssueState.REPLACED}:
        raise UsageError(f"issue {issue_id} was {issue.state}", remedy="build a new one with `digest build`")
    return issue


def is_stale(issue: FrozenIssue, settings: Settings, now: datetime) -> bool:
    """Whether an issue is too old to go out, or on, by itself."""
    return now - issue.created > settings.newsletter.stale_after


def _left_open(issues: list[FrozenIssue]) -> tuple[FrozenIssue, ...]:
    """Of the stale ones, those that some readers have and others lack: a waiting one is simply built anew."""
    return tuple(issue for issue in issues if issue.state is IssueState.SENDING)
