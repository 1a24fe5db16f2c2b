"""Everything but sending: each letter is made, the transport is tried, and what would happen is told."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.config import Settings
from digest.deliver.message import MessageTemplate, Recipient
from digest.deliver.transport import open_transport
from digest.deliver.trial import trial_recipient
from digest.errors import DigestError
from digest.model import DeliveryState, FrozenIssue, IssueState, Progress, SubscriberState
from digest.store import Store

_TO_COME = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.DEFERRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a run would do now.

    `domains` counts the letters by domain, most first. `unmailable` are addresses that no letter can be made for, each
    with the reason. `letter_bytes` is the size of the largest letter, `at_least` how long `[transport] rate` makes the
    run last. `transport` says where the letters would go; `failure` why they could not.
    """

    domains: Mapping[str, int]
    unmailable: tuple[tuple[str, str], ...]
    letter_bytes: int
    at_least: timedelta
    transport: str
    failure: DigestError | None

    @property
    def total(self) -> int:
        """How many letters would go out."""
        return sum(self.domains.values())


def rehearse_run(
    issue: FrozenIssue,
    settings: Settings,
    store: Store,
    *,
    clock: Callable[[], datetime],
    progress: Progress,
    resend_unknown: bool,
    to: str | None,
) -> Rehearsal:
    """See `digest.deliver.rehearse`."""
    if to is not None:
        recipients: Iterable[Recipient] = [trial := trial_recipient(to)]
        domains = {trial.address.rpartition("@")[2]: 1}
    else:
        recipients = _recipients(issue, store, unknown=resend_unknown)
        domains = store.deliveries.due_domains(issue.id, now=clock(), unknown=resend_unknown)
    total = sum(domains.values())
    template = MessageTemplate(issue, settings, date=clock(), test=to is not None)
    unmailable, largest = [], 0
    for done, recipient in enumerate(recipients):
        progress("rehearse", done, total)
        try:
            largest = max(largest, len(template.letter(recipient).content))
        except ValueError as error:
            unmailable.append((recipient.address, str(error)))
    transport, failure = _tried(settings, issue)
    return Rehearsal(
        domains=domains,
        unmailable=tuple(unmailable),
        letter_bytes=largest,
        at_least=timedelta(seconds=total / settings.transport.rate if settings.transport.rate else 0.0),
        transport=transport,
        failure=failure,
    )


def _recipients(issue: FrozenIssue, store: Store, *, unknown: bool) -> Iterator[Recipient]:
    """Everyone that the issue is still to go to, now or later."""
    if store.issues.states()[issue.id] is IssueState.WAITING:
        for reader in store.subscribers.iterate(SubscriberState.ACTIVE):
            yield Recipient(subscriber_id=reader.id, address=reader.address, name=reader.name, token=reader.token)
        return
    for state in (*_TO_COME, *([DeliveryState.UNKNOWN] if unknown else [])):
        for delivery in store.deliveries.of_issue(issue.id, state):
            found = store.subscribers.get(delivery.subscriber_id)
            if found is not None and found.state is SubscriberState.ACTIVE:
                yield Recipient(subscriber_id=found.id, address=delivery.address, name=found.name, token=found.token)


def _tried(settings: Settings, issue: FrozenIssue) -> tuple[str, DigestError | None]:
    try:
        return open_transport(settings, issue.id).check(), None
    except DigestError as error:
        return "", error
