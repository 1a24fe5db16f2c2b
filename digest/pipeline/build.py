"""From the sources to a frozen issue: the order of the stages collect, curate, summarize, compose."""

import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest import collect as collecting
from digest import compose, curate, summarize
from digest.config import Settings
from digest.errors import AllSourcesFailedError, ConfigError, Problem
from digest.model import (
    Collected,
    Curated,
    Entry,
    FrozenIssue,
    Issue,
    IssueState,
    Period,
    Progress,
    Section,
    no_progress,
)
from digest.pipeline import composing, preview, report
from digest.pipeline.candidates import Candidates, find_candidates
from digest.pipeline.explain import Verdict, explain
from digest.store import Store
from digest.store.articles import Window

Clock = Callable[[], datetime]

_IS_READ = {"ok", "unchanged"}
_WORK_KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What a person may ask of one build, over what the configuration says."""

    since: timedelta | None = None
    limit: int | None = None
    offline: bool = False
    strict: bool = False
    output: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made, and why each article is in or out.

    `issue` and `folder` are None when nothing was new; `hint` then says what might help.
    """

    issue: FrozenIssue | None
    folder: Path | None
    report: report.Report
    hint: str = ""
    verdicts: tuple[Verdict, ...] = ()


@dataclass(slots=True)
class _Timer:
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start


def collect(
    settings: Settings,
    store: Store,
    *,
    clock: Clock,
    offline: bool = False,
    strict: bool = False,
    progress: Progress = no_progress,
) -> Collected:
    """Fetch every source into the store, and see to it that enough of them could be read.

    Raises AllSourcesFailedError as `failure_of` tells, and ConfigError when there is no source.
    """
    collected = collect_all(settings, store, clock=clock, offline=offline, progress=progress)
    if (failure := failure_of(collected, strict=strict)) is not None:
        raise failure
    return collected


def collect_all(
    settings: Settings, store: Store, *, clock: Clock, offline: bool = False, progress: Progress = no_progress
) -> Collected:
    """Fetch every source into the store, whatever comes of it. Raises ConfigError when there is none."""
    if not settings.sources:
        raise ConfigError(
            "there are no sources",
            where=str(settings.file or "the configuration"),
            remedy="add a [[sources]] table with the url of a feed or the path of a folder",
        )
    return collecting.collect(
        settings.sources, settings.collect, store, now=clock(), offline=offline, progress=progress
    )


def failure_of(collected: Collected, *, strict: bool) -> AllSourcesFailedError | None:
    """The error when not one source could be read; with `strict`, when one could not."""
    # One that digest paused by itself, as it is gone, is read by nobody until a person looks after it.
    failed = [source for source in collected.sources if source.status == "failed" or source.gone]
    if failed and (strict or not any(source.status in _IS_READ for source in collected.sources)):
        return AllSourcesFailedError([Problem(what=source.error or "failed", where=source.name) for source in failed])
    return None


def build(
    settings: Settings, store: Store, options: BuildOptions, *, clock: Clock, progress: Progress = no_progress
) -> Built:
    """Go the whole way from the sources to a frozen issue and its preview. Marks nothing as sent: can be repeated.

    Raises the errors of `collect`, and ConfigError, TemplateError, ModelError, StoreError, OutputError.
    """
    timer = _Timer()
    with timer("collect"):
        collected = collect(
            settings, store, clock=clock, offline=options.offline, strict=options.strict, progress=progress
        )
    now = clock()
    with timer("curate"):
        found = find_candidates(settings, store, since=options.since, now=now, new=collected.new)
        curated = _curate(found, settings, store, options, now, progress)
    if not any(section.stories for section in curated.sections):
        empty = report.empty_report(collected, curated.skipped, timer.seconds)
        hint = _why_empty(settings, store, options, now)
        return Built(issue=None, folder=None, report=empty, hint=hint, verdicts=explain(curated, found.passed_over))
    with timer("summarize"):
        sections = _summarize(curated, settings, store, progress)
    with timer("compose"):
        composed = composing.compose_issue(
            _new_issue(sections, settings, store, options, now), settings, store, offline=options.offline
        )
        findings = composing.findings_of(composed.rendered, settings)
    made = report.issue_report(
        composed.issue,
        composed.rendered,
        created=now,
        collected=collected,
        skipped=(*curated.skipped, *composed.skipped),
        findings=findings,
        timings=timer.seconds,
    )
    frozen = _frozen(composed, made, now)
    folder = (options.output or settings.output.dir) / frozen.id
    # Frozen first: what a preview shows is never anything but what will be sent.
    held = set(_article_ids(frozen.sections))
    store.issues.freeze(frozen, sorted(held))
    preview.write_preview(frozen, settings, folder)
    _forget_old_work(store, now)
    verdicts = explain(curated, found.passed_over, held=held)
    return Built(issue=frozen, folder=folder, report=dict(frozen.report), verdicts=verdicts)


def _frozen(composed: composing.Composed, made: report.Report, now: datetime) -> FrozenIssue:
    """The issue as the store keeps it."""
    issue = composed.issue
    return FrozenIssue(
        id=issue.id,
        newsletter=issue.newsletter,
        number=issue.number,
        created=now,
        state=IssueState.WAITING,
        period=issue.period,
        rendered=composed.rendered,
        report=made,
        sections=issue.sections,
    )


def _forget_old_work(store: Store, now: datetime) -> None:
    """A store that is left alone for years must not only grow.

    Summaries and vectors can be made again. Texts of articles are dropped when an issue has passed them by; pictures
    when the issue that they went along with is half a year old.
    """
    store.summaries.forget_before(now - _WORK_KEPT)
    store.embeddings.forget_before(now - _WORK_KEPT)
    if (last_end := store.issues.last_period_end(now=now)) is not None:
        store.articles.forget_texts_before(min(now - _WORK_KEPT, last_end))
        store.issues.forget_pictures_before(now - _WORK_KEPT)


def _curate(
    found: Candidates,
    settings: Settings,
    store: Store,
    options: BuildOptions,
    now: datetime,
    progress: Progress,
) -> Curated:
    if not found.articles:
        return Curated(sections=(), skipped=())
    wanted = settings.curate
    if options.limit is not None:
        wanted = wanted.model_copy(update={"limit": options.limit, "in_brief": 0})
    everything = [*found.articles, *(told.article for told in found.told)]
    phrases = [interest.removeprefix("-").strip() for interest in wanted.interests]
    described = [f"{section.title}: {section.about}" for section in settings.sections]
    return curate.curate(
        found.articles,
        summarize.embed(everything, settings.summarizer, store, progress=progress),
        wanted,
        settings.sources,
        now=now,
        interest_vectors=summarize.embed_texts(phrases, settings.summarizer) if phrases else None,
        rarity=summarize.word_rarity(),
        sections=settings.sections,
        section_vectors=summarize.embed_texts(described, settings.summarizer) if described else None,
        told=found.told,
    )


def _summarize(curated: Curated, settings: Settings, store: Store, progress: Progress) -> tuple[Section, ...]:
    """Entries with the summaries that the settings ask for, and with one sentence for what is told in brief."""
    made: dict[bool, Iterator[Entry]] = {}
    for brief in (False, True):
        stories = [story for section in curated.sections if section.brief is brief for story in section.stories]
        wanted = settings.summarizer.model_copy(update={"sentences": 1}) if brief else settings.summarizer
        language = settings.newsletter.language
        made[brief] = iter(
            summarize.summarize(stories, wanted, store, language=language, progress=progress) if stories else ()
        )
    return tuple(
        Section(title=s.title, entries=tuple(next(made[s.brief]) for _ in s.stories), brief=s.brief)
        for s in curated.sections
    )


def _new_issue(
    sections: tuple[Section, ...], settings: Settings, store: Store, options: BuildOptions, now: datetime
) -> Issue:
    number = store.issues.next_number()
    subject, preheader = compose.headline(sections, settings, number=number, now=now)
    start = store.issues.last_period_end(now=now) or now - (options.since or settings.curate.since)
    return Issue(
        id=_issue_id(settings, store, now),
        newsletter=settings.newsletter.name,
        number=number,
        period=Period(start=start, end=now),
        subject=subject,
        preheader=preheader,
        sections=sections,
    )


def _issue_id(settings: Settings, store: Store, now: datetime) -> str:
    """`my-digest-2026-11-23`; with `-2` and so on when that one of the day went out already or was discarded."""
    day = now.astimezone(settings.newsletter.timezone).date().isoformat()
    base = f"{_slug(settings.newsletter.name)}-{day}"
    states = store.issues.states()
    count, issue_id = 1, base
    while states.get(issue_id, IssueState.WAITING) is not IssueState.WAITING:
        count += 1
        issue_id = f"{base}-{count}"
    return issue_id


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "digest"


def _article_ids(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        for entry in section.entries:
            yield entry.story.lead.id
            yield from (article.id for article in entry.story.also)


def _why_empty(settings: Settings, store: Store, options: BuildOptions, now: datetime) -> str:
    """When articles are there but older than the window, say so: else an empty first build is a riddle."""
    if options.since is None and store.issues.last_period_end(now=now) is not None:
        return ""
    everything = [Window(ref=s.ref, name=s.name, start=datetime.min.replace(tzinfo=UTC)) for s in settings.sources]
    delivered = store.issues.delivered_articles()
    articles = [article for article in store.articles.candidates(everything) if article.id not in delivered]
    if not articles:
        return ""
    newest = max(article.dated for article in articles)
    days = max(1, (now - newest).days + 1)
    return f"{len(articles)} articles are older than the window, the newest from {newest:%Y-%m-%d}; try --since {days}d"
