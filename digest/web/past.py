"""Past issues, read from a store that nothing is written to."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from digest.config import Settings
from digest.errors import ConfigError, StoreError, UsageError
from digest.model import Finding, FrozenIssue, Issue
from digest.store import Store, open_to_read, store_url
from digest.store.issues import IssueRow


@contextmanager
def _store(settings: Settings) -> Iterator[Store | None]:
    """The store, to read; None when there is none yet. Raises StoreError, ConfigError when it is another's."""
    store = open_to_read(store_url(settings))
    if store is None:
        yield None
        return
    with store:
        if settings.store.url:  # one that was named might be named by another newsletter too
            store.check_owner(settings.newsletter.name, formerly=settings.newsletter.formerly)
        yield store


def issues(settings: Settings, most: int) -> list[IssueRow]:
    """The latest issues, newest first; none where there is no store yet. Raises StoreError, ConfigError."""
    with _store(settings) as store:
        return store.issues.list(most) if store else []


def latest(settings: Settings) -> str:
    """The id of the latest issue; empty when there is none, or the store cannot be read: `choices` tells that."""
    with suppress(StoreError, ConfigError):
        return next((row.id for row in issues(settings, 1)), "")
    return ""


def issue(issue_id: str, settings: Settings) -> FrozenIssue:
    """The issue with this id. Raises UsageError when there is none, StoreError, ConfigError."""
    with _store(settings) as store:
        found = store.issues.get(issue_id) if store else None
    if found is None:
        raise UsageError(f"there is no issue {issue_id!r}", remedy="choose another")
    return found


def made_of(frozen: FrozenIssue) -> Issue:
    """What the issue was rendered from. Raises UsageError when it was not kept."""
    if not frozen.sections:
        raise UsageError(
            f"the issue {frozen.id} was frozen by an older digest, which did not keep what it was made of",
            remedy="look at it as it was frozen",
        )
    return Issue(
        id=frozen.id,
        newsletter=frozen.newsletter,
        number=frozen.number,
        period=frozen.period,
        subject=frozen.rendered.subject,
        preheader=frozen.rendered.preheader,
        sections=frozen.sections,
    )


def findings(frozen: FrozenIssue) -> tuple[Finding, ...]:
    """What lint said of an issue when it was frozen."""
    found = frozen.report.get("lint")
    return tuple(
        Finding(rule=one["rule"], severity=one["severity"], message=one["message"])
        for one in (found if isinstance(found, list) else ())
    )
