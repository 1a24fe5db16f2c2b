"""Which articles an issue may hold, and why the others of these days may not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.config import Settings, SourceSettings
from digest.model import Article, Skipped, Told
from digest.store import Store
from digest.store.articles import Window
from digest.store.schema import AHEAD

_TELLING = 25  # words; a shorter text, "Comments" or "Sold out", may well stand for something else the next time
_FOLLOWED = timedelta(days=30)  # so long a story is known again when it goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Articles that may go in, the articles of earlier issues that they may go on from, and what was passed over."""

    articles: tuple[Article, ...]
    told: tuple[Told, ...]
    passed_over: tuple[Skipped, ...]


def find_candidates(
    settings: Settings, store: Store, *, since: timedelta | None, now: datetime, new: Iterable[Article] = ()
) -> Candidates:
    """Articles that this issue may hold: within the window, and not passed by when an earlier issue went out.

    The window reaches back to the end of the last issue when that is longer ago than `since` of the configuration:
    missed days are covered. An article that was there for an earlier issue and did not make it in is not new any more,
    unless the person asks for a span of time, `since`. `new` are the articles that this run brought. The clock may have
    been wrong before, or be wrong now: what was first seen in the future was there for an issue that a clock which was
    ahead had sent, if there is one.
    """
    last_end = store.issues.last_period_end(now=now)
    wrong_end = store.issues.last_period_end()
    windows = [
        Window(ref=source.ref, name=source.name, start=_window_start(source, settings, since, now, last_end))
        for source in settings.sources
    ]
    titles = _titles(settings, store)
    within = [_by_its_publisher(article, titles) for article in store.articles.candidates(windows)]
    too_old = _too_old([_by_its_publisher(article, titles) for article in new], within, windows, now)
    delivered = store.issues.delivered_articles()
    # The same text from elsewhere is no news: an outlet that follows a day later, or a folder that was moved.
    texts = store.issues.delivered_texts(min_words=_TELLING)
    articles: list[Article] = []
    passed_over: list[Skipped] = []
    for article in within:
        if article.id in delivered:
            passed_over.append(_passed(article, "was in an issue that went out"))
        elif article.content_hash in texts:
            passed_over.append(_passed(article, "the same text was in an issue that went out"))
        elif since is None and not _is_new(article, wrong_end if article.first_seen > now + AHEAD else last_end):
            passed_over.append(_passed(article, "was there for an earlier issue, which left it out; see --since"))
        else:
            articles.append(article)
    told = _told(settings, store, now, titles) if articles else ()
    return Candidates(articles=tuple(articles), told=told, passed_over=(*passed_over, *too_old))


def _is_new(article: Article, last_end: datetime | None) -> bool:
    return last_end is None or article.first_seen > last_end


def _window_start(
    source: SourceSettings, settings: Settings, since: timedelta | None, now: datetime, last_end: datetime | None
) -> datetime:
    if since is not None:
        return now - since
    start = now - (source.since or settings.curate.since)
    return min(start, last_end) if last_end else start


def _too_old(
    new: Iterable[Article], within: Sequence[Article], windows: Sequence[Window], now: datetime
) -> tuple[Skipped, ...]:
    known = {article.id for article in within}
    spans = {window.name: _said_span(now - window.start) for window in windows}
    return tuple(
        _passed(article, f"older than the {spans[article.source]} that this issue covers; see --since")
        for article in new
        if article.id not in known and article.source in spans
    )


def _said_span(span: timedelta) -> str:
    """Whole days of two or more, else hours: "36h" is not one day."""
    hours = max(1, round(span.total_seconds() / 3600))
    return f"{hours // 24} days" if hours >= 48 and hours % 24 == 0 else f"{hours} hours"


def _titles(settings: Settings, store: Store) -> dict[str, str]:
    """What the sources that the configuration gives no name call themselves, by the name that they have for it.

    Found anew for each issue: whoever gives a source a name wants to see it on the articles that are there already.
    """
    health = store.sources.health()
    unnamed = [source for source in settings.sources if not source.is_named and source.ref in health]
    return {source.name: health[source.ref].title for source in unnamed}


def _by_its_publisher(article: Article, titles: Mapping[str, str]) -> Article:
    publisher = article.publisher or titles.get(article.source, "")
    return replace(article, publisher=publisher) if publisher != article.publisher else article


def _told(settings: Settings, store: Store, now: datetime, titles: Mapping[str, str]) -> tuple[Told, ...]:
    """The articles of the issues of the last weeks, each as of the last issue that it was in.

    Not of issues from the future, which were made by a wrong clock: whatever is written until then would be told there.
    """
    delivered = store.issues.delivered_since(now - _FOLLOWED)
    issues = {article: told for article, told in delivered.items() if told[2] <= now + AHEAD}
    names = {source.ref: source.name for source in settings.sources}
    told = []
    for article in store.articles.get(issues):
        issue_id, number, when = issues[article.id]
        named = replace(article, source=names.get(article.source, article.source))
        told.append(Told(article=_by_its_publisher(named, titles), issue_id=issue_id, number=number, when=when))
    return tuple(told)


def _passed(article: Article, reason: str) -> Skipped:
    return Skipped(
        stage="curate",
        ref=article.url or article.title,
        reason=reason,
        title=article.title,
        source=article.source,
        publisher=article.publisher,
    )
