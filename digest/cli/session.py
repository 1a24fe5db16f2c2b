"""What one invocation works with: its options, settings, store, and how it talks to the person in front of it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from digest.cli.output import visible
from digest.model import Progress, no_progress

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options that every command takes."""

    config: Path | None = None
    verbose: bool = False
    quiet: bool = False


class Session:
    """Made once per invocation. Settings and store are opened when first asked for."""

    def __init__(self, options: Options, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.options = options
        self.clock = clock

    @cached_property
    def settings(self) -> "Settings":
        """The configuration. Raises ConfigError."""
        from digest.config import find_config, load_config

        return load_config(find_config(self.options.config))

    @cached_property
    def settings_or_defaults(self) -> "Settings":
        """The configuration if one is there or named, else the defaults: for commands that work without one."""
        from digest.config import Settings, find_config, load_config
        from digest.errors import ConfigError

        try:
            path = find_config(self.options.config)
        except ConfigError:
            if self.options.config is not None:
                raise
            return Settings()
        return load_config(path)

    @contextmanager
    def store(self) -> Iterator["Store"]:
        """The store that the configuration names. Raises ConfigError, StoreError."""
        from digest.store import open_store, store_url

        with open_store(store_url(self.settings)) as store:
            if self.settings.store.url:  # one that was named might be named by another newsletter too
                store.claim(self.settings.newsletter.name, formerly=self.settings.newsletter.formerly)
            yield store

    @contextmanager
    def locked_store(self) -> Iterator["Store"]:
        """The store, while no other run collects, builds or sends. Raises LockedError as well."""
        from digest.store import run_lock

        with self.store() as store, run_lock(store):
            yield store

    def say(self, text: str) -> None:
        """Tell what was done; nothing with -q."""
        if not self.options.quiet:
            print(visible(text), file=sys.stderr)  # noqa: T201 - the CLI is where printing belongs

    def insist(self, text: str) -> None:
        """Tell what a person has to see, also with -q: the run did not end well."""
        print(visible(f"warning: {text}"), file=sys.stderr)  # noqa: T201 - the CLI is where printing belongs

    def warn(self, text: str) -> None:
        """Tell what a person may want to mend, though the run goes on; nothing with -q."""
        self.say(f"warning: {text}")

    def detail(self, text: str) -> None:
        """Tell what only -v shows."""
        if self.options.verbose:
            self.say(text)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A progress display on a terminal; elsewhere nobody is told."""
        if self.options.quiet or not sys.stderr.isatty():
            yield no_progress
            return
        from digest.cli.progress import progress_bars

        with progress_bars() as bars:
            yield bars
