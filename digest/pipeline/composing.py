"""An issue composed: its pictures fetched where they shall go along, and all of it fitted to what Gmail shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from digest import collect, compose
from digest.config import Settings
from digest.model import Finding, Issue, Picture, Rendered, Skipped
from digest.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """An issue as it will be frozen, and what was left out on the way."""

    issue: Issue
    rendered: Rendered
    skipped: tuple[Skipped, ...]


def compose_issue(issue: Issue, settings: Settings, store: Store, *, offline: bool) -> Composed:
    """Render an issue. Raises TemplateError, ConfigError, StoreError."""
    pictures: tuple[Picture, ...] | None = None
    skipped: tuple[Skipped, ...] = ()
    if settings.email.images == "embedded":
        pictures, skipped = _pictures(issue, settings, store, offline=offline)
    fitted = compose.fit(issue, settings, pictures=pictures)
    return Composed(issue=fitted.issue, rendered=fitted.rendered, skipped=(*skipped, *fitted.skipped))


def findings_of(rendered: Rendered, settings: Settings) -> tuple[Finding, ...]:
    """What lint says of an issue that was composed so."""
    found = compose.lint(rendered, settings)
    if not settings.email.fit:
        return found
    # What is nearly too large is meant to be so: the issue was fitted, and the next one will be.
    return tuple(one for one in found if (one.rule, one.severity) != ("size", "warning"))


def _pictures(
    issue: Issue, settings: Settings, store: Store, *, offline: bool
) -> tuple[tuple[Picture, ...], tuple[Skipped, ...]]:
    """The pictures of an issue: those that an earlier build fetched, and the others fetched now."""
    wanted = compose.wanted_pictures(issue, settings)
    room = settings.email.images_kb * 1000
    known = store.issues.pictures(wanted)
    room -= sum(len(picture.data) for picture in known.values())
    if room < 0:  # the budget was lowered since: all are made anew, smaller
        known, room = {}, settings.email.images_kb * 1000
    missing = {url: width for url, width in wanted.items() if url not in known}
    if offline:
        return _ordered(known, wanted), tuple(_not_fetched(url) for url in missing)
    found, failed = collect.fetch_pictures(list(missing), settings.collect)
    made, unusable = compose.embed_pictures(found, missing, settings, room=room)
    return _ordered({**known, **{picture.url: picture for picture in made}}, wanted), (*failed, *unusable)


def _ordered(pictures: Mapping[str, Picture], wanted: Mapping[str, int]) -> tuple[Picture, ...]:
    return tuple(pictures[url] for url in wanted if url in pictures)


def _not_fetched(url: str) -> Skipped:
    return Skipped(stage="compose", ref=url, reason="its picture is left out: nothing is fetched with --offline")
