"""Decides which items of a source are let in by its patterns."""

import re

from digest.config import SourceSettings


def is_wanted(source: SourceSettings, *names: str) -> bool:
    """Whether one of `include` is found in a name, if there are any, and none of `exclude`.

    `names` are title and address as far as they are known; upper and lower case are alike. An item of which nothing is
    known yet is wanted.
    """
    if not (source.include or source.exclude):
        return True
    known = [name for name in names if name]
    if not known:
        return True
    if any(_found(pattern, known) for pattern in source.exclude):
        return False
    return not source.include or any(_found(pattern, known) for pattern in source.include)


def _found(pattern: str, names: list[str]) -> bool:
    return any(re.search(pattern, name, re.IGNORECASE) is not None for name in names)
