"""Exit codes, after sysexits.h, and which error ends with which."""

import errno
from enum import IntEnum

from digest import errors


class Exit(IntEnum):
    """What a cron job or a script can tell from how a command ended."""

    DONE = 0
    DEFECT = 1
    USAGE = 2
    BAD_INPUT = 65
    ALL_SOURCES_FAILED = 69
    INCOMPLETE = 75
    UNKNOWN_DELIVERIES = 76
    CONFIG = 78
    INTERRUPTED = 130


_BY_ERROR: tuple[tuple[type[errors.DigestError], Exit], ...] = (
    (errors.UsageError, Exit.USAGE),
    (errors.ConfigError, Exit.CONFIG),
    (errors.TemplateError, Exit.CONFIG),
    (errors.ModelError, Exit.CONFIG),
    (errors.BrokenStoreError, Exit.CONFIG),
    (errors.InputError, Exit.BAD_INPUT),
    (errors.AllSourcesFailedError, Exit.ALL_SOURCES_FAILED),
    (errors.SourceError, Exit.ALL_SOURCES_FAILED),
    (errors.LockedError, Exit.INCOMPLETE),
    (errors.StoreError, Exit.INCOMPLETE),
    (errors.OutputError, Exit.INCOMPLETE),
    (errors.BusyPortError, Exit.INCOMPLETE),
    (errors.TransportError, Exit.INCOMPLETE),
)


def is_forbidden(error: BaseException | None) -> bool:
    """Whether the system refuses to let a file be written: that lasts until a person changes it."""
    return isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}


def exit_code(error: errors.DigestError) -> Exit:
    """The exit code that says to a script what the error says to a person."""
    if isinstance(error, errors.OutputError) and is_forbidden(error.__cause__):
        return Exit.CONFIG
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), Exit.DEFECT)
