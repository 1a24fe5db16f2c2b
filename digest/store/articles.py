"""Articles as they were collected, the keys by which an item is known again, and the sources it was seen in."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from digest.model import Article
from digest.store.bulk import among, batches, bound
from digest.store.engine import reading, writing
from digest.store.schema import UtcDateTime, metadata

articles = Table(
    "articles",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("author", Text),
    Column("published", UtcDateTime),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("dated", UtcDateTime, nullable=False, index=True),
    Column("language", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("image", Text),
    Column("image_alt", Text, nullable=False),
    Column("words", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("publisher", String(100), nullable=False, server_default=""),
)

# An item is known by any of its keys. article_id is NULL for an item that was seen and deliberately not kept: it is
# known to the one source that showed it (see `_noted_key`), and may still come from another.
article_keys = Table(
    "article_keys",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("article_id", String(64), ForeignKey("articles.id", ondelete="CASCADE"), index=True),
)

article_sources = Table(
    "article_sources",
    metadata,
    Column("article_id", String(64), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("source_ref", String(2048), primary_key=True, index=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An article that may be new, and every key it would be known by. `article` is None: remember the keys alone."""

    keys: tuple[str, ...]
    article: Article | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The articles of one source since `start`. `ref` is SourceSettings.ref, `name` what the source is called."""

    ref: str
    name: str
    start: datetime


class Articles:
    """The articles of one store. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, ref: str, keys: Iterable[str]) -> set[str]:
        """Those of `keys` that an article had, or an item that the source `ref` showed before."""
        asked = {name: key for key in keys for name in (key, _noted_key(ref, key))}
        with reading(self._engine) as connection:
            return {asked[name] for name in _owners(connection, asked)}

    def add(self, ref: str, arrivals: Sequence[Arrival]) -> list[Article]:
        """Keep what is new of one source, as `add_all` does."""
        return self.add_all([(ref, arrivals)])[0]

    def add_all(self, batch: Sequence[tuple[str, Sequence[Arrival]]]) -> list[list[Article]]:
        """Keep what is new of several sources (ref, arrivals), all or nothing; returns it source by source, in order.

        An arrival that shares a key with an earlier item is that item: its other keys are remembered for it, so that
        an item may change its guid, its address and its title one after another and stays known. One that another
        source brought first is noted as seen in this source too. What is noted without an article is known to its own
        source alone.
        """
        named = [(ref, [_Named(ref, each) for each in arrivals]) for ref, arrivals in batch]
        with writing(self._engine) as connection:
            owners = _owners(connection, (name for _, these in named for each in these for name in each.names))
            added = _Added(owners, _seen_in(connection, owners.values()))
            new = [[article for each in these if (article := added.take(ref, each))] for ref, these in named]
            for table, rows in ((articles, added.articles), (article_sources, added.seen), (article_keys, added.keys)):
                if rows:
                    connection.execute(insert(table), rows)
        return new

    def candidates(self, windows: Sequence[Window]) -> list[Article]:
        """Articles inside any window, newest first, each once and named after the first window that holds it."""
        found: dict[str, Article] = {}
        with reading(self._engine) as connection:
            for window in windows:
                query = (
                    select(articles)
                    .join(article_sources)
                    .where(
                        article_sources.c.source_ref == window.ref,
                        articles.c.dated >= window.start,
                        articles.c.text != "",
                    )
                )
                for row in connection.execute(query):
                    found.setdefault(row.id, _article(row, window.name))
        return sorted(found.values(), key=lambda article: (article.dated, article.id), reverse=True)

    def forget_texts_before(self, moment: datetime) -> int:
        """Drop the texts of articles that were first seen before `moment`; returns how many.

        They are candidates no more. Titles, addresses and keys stay: what was seen once is never new again.
        """
        old = update(articles).where(articles.c.first_seen < moment, articles.c.text != "").values(text="")
        with writing(self._engine) as connection:
            return connection.execute(old).rowcount

    def get(self, ids: Iterable[str]) -> list[Article]:
        """The articles with these ids, in the order asked for; an id that is not there is left out.

        `source` is the reference of the source that brought the article, as its name may have changed since.
        """
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Article] = {}
        with reading(self._engine) as connection:
            for batch in batches(wanted):
                query = (
                    select(articles, article_sources.c.source_ref)
                    .join(article_sources, isouter=True)
                    .where(articles.c.id.in_(batch))
                    .order_by(article_sources.c.source_ref)
                )
                for row in connection.execute(query):
                    found.setdefault(row.id, _article(row, row.source_ref or ""))
        return [found[i] for i in wanted if i in found]


def _owners(connection: Connection, keys: Iterable[str]) -> dict[str, str | None]:
    return dict(connection.execute(_owners_query(connection.dialect.name), bound(connection, keys)).all())


@cache
def _owners_query(dialect: str) -> Select[Any]:
    """Asked of each source of a run: to build it takes SQLAlchemy as long as the database needs for the answer."""
    return select(article_keys.c.key, article_keys.c.article_id).where(among(article_keys.c.key, dialect))


def _noted_key(ref: str, key: str) -> str:
    """What stands for a key of an item that one source showed and that was not kept.

    Of a new source only the latest items are kept. Its archive must not make them old that another source brings.
    """
    return hashlib.sha256(f"{ref}\0{key}".encode()).hexdigest()


class _Named:
    """An arrival, its keys as articles have them, and the same as its source `ref` notes them."""

    __slots__ = ("article", "keys", "noted")

    def __init__(self, ref: str, arrival: Arrival) -> None:
        self.article = arrival.article
        self.keys = arrival.keys
        self.noted = [_noted_key(ref, key) for key in arrival.keys]

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.keys, *self.noted)


def _owner(keys: Iterable[str], owners: dict[str, str | None]) -> tuple[str | None, bool]:
    """Whose keys these are, and whether anyone's: a kept article goes before an item that was only seen."""
    hits = [owners[key] for key in keys if key in owners]
    return next((owner for owner in hits if owner is not None), None), bool(hits)


def _seen_in(connection: Connection, ids: Iterable[str | None]) -> set[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    for batch in batches(sorted({i for i in ids if i is not None})):
        query = select(article_sources.c.source_ref, article_sources.c.article_id).where(
            article_sources.c.article_id.in_(batch)
        )
        seen.update((row.source_ref, row.article_id) for row in connection.execute(query))
    return seen


class _Added:
    """The rows that a batch adds to what is there: `owners` of the keys, and in which source each was `seen_in`."""

    def __init__(self, owners: dict[str, str | None], seen_in: set[tuple[str, str]]) -> None:
        self._owners = owners
        self._seen_in = seen_in
        self.articles: list[dict[str, object]] = []
        self.seen: list[dict[str, object]] = []
        self.keys: list[dict[str, object]] = []

    def take(self, ref: str, arrival: _Named) -> Article | None:
        """Add one arrival; returns its article when it is new."""
        owner, found = _owner(arrival.names, self._owners)
        new = arrival.article if not found else None
        if new is not None:
            owner = new.id
            self.articles.append(_values(new))
        if owner is not None and (ref, owner) not in self._seen_in:
            self._seen_in.add((ref, owner))
            self.seen.append({"article_id": owner, "source_ref": ref})
        for name in arrival.keys if owner is not None else arrival.noted:
            if name not in self._owners:
                self._owners[name] = owner
                self.keys.append({"key": name, "article_id": owner})
        return new


def _values(article: Article) -> dict[str, object]:
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "author": article.author,
        "published": article.published,
        "first_seen": article.first_seen,
        "dated": article.dated,
        "language": article.language,
        "text": article.text,
        "image": article.image,
        "image_alt": article.image_alt,
        "words": article.words,
        "content_hash": article.content_hash,
        "publisher": article.publisher,
    }


def _article(row: Row[Any], source: str) -> Article:
    columns = {name: getattr(row, name) for name in _values_of_row}
    return Article(source=source, **columns)


_values_of_row = tuple(column.name for column in articles.columns if column.name != "dated")

__all__ = ["Arrival", "Articles", "Window", "article_keys", "article_sources", "articles"]
