"""Opens the store, and gives each part of digest the tables that it works with."""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError

from digest.config import Settings
from digest.errors import ConfigError, StoreError
from digest.store.articles import Articles
from digest.store.deliveries import Deliveries
from digest.store.embeddings import Embeddings
from digest.store.engine import make_engine, sqlite_file, told
from digest.store.issues import Issues
from digest.store.letters import LettersRead
from digest.store.migrate import is_filled, migrate
from digest.store.newsletter import check_owner, claim
from digest.store.sources import Sources
from digest.store.subscribers import Subscribers
from digest.store.summaries import Summaries


class Store:
    """One open store. Safe to use from several threads; each call is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def place(self) -> str:
        """Where the store is, for a person: never with a password in it."""
        return self.engine.url.render_as_string(hide_password=True)

    @cached_property
    def articles(self) -> Articles:
        return Articles(self.engine)

    @cached_property
    def sources(self) -> Sources:
        return Sources(self.engine)

    @cached_property
    def embeddings(self) -> Embeddings:
        return Embeddings(self.engine)

    @cached_property
    def summaries(self) -> Summaries:
        return Summaries(self.engine)

    @cached_property
    def issues(self) -> Issues:
        return Issues(self.engine)

    @cached_property
    def subscribers(self) -> Subscribers:
        return Subscribers(self.engine)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.engine)

    @cached_property
    def letters_read(self) -> LettersRead:
        return LettersRead(self.engine)

    def claim(self, newsletter: str, *, formerly: str = "") -> None:
        """Make it the store of this newsletter. Raises ConfigError when it is another's, StoreError."""
        claim(self.engine, newsletter, formerly=formerly)

    def check_owner(self, newsletter: str, *, formerly: str = "") -> None:
        """Look whether it is the store of this newsletter, or nobody's yet. Raises ConfigError, StoreError."""
        check_owner(self.engine, newsletter, formerly=formerly)

    def close(self) -> None:
        """Give the connections back. The store cannot be used after it."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def store_url(settings: Settings) -> str:
    """The address of the store that the settings name, with an absolute path."""
    url = settings.store.url
    base = settings.file.parent if settings.file else Path.cwd()
    if not url:
        stem = settings.file.stem if settings.file else "config"
        return f"sqlite:///{base / f'{stem}.db'}"
    if url.startswith("sqlite:///"):
        return f"sqlite:///{(base / Path(unquote(url.removeprefix('sqlite:///'))).expanduser()).absolute()}"
    return url


def open_store(url: str) -> Store:
    """Open the store at `url`, making or migrating it as needed. Raises StoreError, ConfigError."""
    engine = _engine(url)
    with ExitStack() as on_failure:
        on_failure.callback(engine.dispose)
        try:
            with told(engine):
                migrate(engine)
        except OSError as error:
            raise StoreError(str(error), where=engine.url.render_as_string(hide_password=True)) from error
        on_failure.pop_all()
    return Store(engine)


def open_to_read(url: str) -> Store | None:
    """Open the store at `url` so that nothing can be written to it; None when there is none yet.

    Raises BrokenStoreError when it is not of this version of digest; StoreError, ConfigError.
    """
    engine = _engine(url, read_only=True)
    file = sqlite_file(engine)
    if file is not None and not file.exists():  # to connect would make it
        return None
    with ExitStack() as unless_filled:
        unless_filled.callback(engine.dispose)
        with told(engine):
            if not is_filled(engine):
                return None
        unless_filled.pop_all()
    return Store(engine)


def _engine(url: str, *, read_only: bool = False) -> Engine:
    try:
        return make_engine(url, read_only=read_only)
    except ImportError as error:
        raise ConfigError(
            f"PostgreSQL needs one more package: {error}",
            where="[store] url",
            remedy='install it with: pip install "article-digest[postgres]"',
        ) from error
    except (ArgumentError, ValueError) as error:
        raise ConfigError(
            "this is no address of a database",
            where="[store] url",
            remedy="write it like postgresql://USER@HOST:5432/DATABASE, with %40 for an @ in a password",
        ) from error
