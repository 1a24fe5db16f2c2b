"""In which order the sources of one run are begun."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from digest.config import SourceSettings


def taking_turns(sources: Sequence[SourceSettings]) -> list[int]:
    """The numbers of the sources, so that hosts take turns: a hundred feeds of one host must not hold up the others."""
    seen: Counter[str] = Counter()
    turns = []
    for number, source in enumerate(sources):
        host = urlsplit(source.url).netloc.lower() if source.url is not None else ""
        turns.append((seen[host] if host else 0, number))
        seen[host] += 1
    return [number for _, number in sorted(turns)]
