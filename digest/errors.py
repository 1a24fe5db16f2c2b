"""The one tree of errors. An error says what is wrong, where, and how to mend it; only the CLI turns it into words."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that a person has to mend.

    `where` is a place that a person can open: `config.toml:12 [curate] limt`, a file and line, a URL.
    """

    what: str
    where: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  {self.remedy}" if self.remedy else text


class DigestError(Exception):
    """Ends the run. Carries every problem that was found, not only the first."""

    def __init__(self, what: str | Sequence[Problem], *, where: str = "", remedy: str = "") -> None:
        self.problems: tuple[Problem, ...] = (
            (Problem(what=what, where=where, remedy=remedy),) if isinstance(what, str) else tuple(what)
        )
        super().__init__("\n".join(map(str, self.problems)))


class UsageError(DigestError):
    """The command line asks for something that cannot be."""


class ConfigError(DigestError):
    """The configuration is wrong: a key, a type, a value, a secret that is not to be had."""


class TemplateError(DigestError):
    """A theme or template is wrong. `where` holds file and line."""


class InputError(DigestError):
    """An input file could not be read as what it should be."""


class ModelError(DigestError):
    """A summarization model is missing, damaged, or not of a kind that can be used."""


class SourceError(DigestError):
    """One source could not be read. It is told in the report; the other sources go on."""


class AllSourcesFailedError(DigestError):
    """Not one source could be read; or, with `--strict`, one could not."""


class StoreError(DigestError):
    """The store could not be opened, read or written (a full disk, a damaged file, no server)."""


class BrokenStoreError(StoreError):
    """The store is damaged, of a newer digest, no store, or not to be written to: a person has to mend it."""


class LockedError(DigestError):
    """Another run holds the lock."""


class OutputError(DigestError):
    """A preview or an outbox file could not be written (a full disk, no permission)."""


class BusyPortError(DigestError):
    """Another program listens on the port that was asked for."""


class TransportError(DigestError):
    """The mail server cannot be used now: unreachable, or it refuses the whole session. Nothing was sent by it."""


class LoginError(ConfigError):
    """The mail server refuses the user name or password, or its certificate cannot be verified."""
