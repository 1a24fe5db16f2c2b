"""Tells where two sentences on the same matter say different things: other figures, other dates, yes against no."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from digest.summarize.figures import Figure, Read, read_figures
from digest.summarize.lexical import terms
from digest.summarize.words import STOP_WORDS

_RELATED = 0.5  # cosine of two sentences that may speak of the same thing, when they count the same thing
_ALIKE = 0.7  # cosine of two sentences that tell the same thing, whatever they count
_SAID = 0.8  # share of the words of a sentence that another must hold to have said it already
_SHORT_UNIT = 3
_TOLERANCE = Decimal("0.01")  # 1.2 million and 1,203,000 are no contradiction
_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|without|cannot|den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?"
    r"|refus(?:e|es|ed|ing)|dismiss(?:es|ed)?|disput(?:e|es|ed)|rul(?:e|es|ed) out)\b|n['’]t\b",
    re.IGNORECASE,
)


def differ(one: str, other: str, closeness: float, language: str) -> bool:
    """Whether two sentences contradict each other on the face of it. `closeness` is their cosine by the encoder."""
    if closeness < _RELATED:
        return False
    first, second = read_figures(one, language), read_figures(other, language)
    if _counts_differ(first, second):
        return True
    if closeness < _ALIKE:
        return False
    return (
        _dates_differ(first, second)
        or (_lone_number(first, second) and _words_shared(one, other, language))
        or bool(_NOT.search(one)) is not bool(_NOT.search(other))
    )


def said_by(wanted: Set[str], others: Iterable[Set[str]]) -> bool:
    """Whether one of `others` holds nearly all of `wanted`; each is the terms of a sentence."""
    return bool(wanted) and any(len(wanted & other) >= _SAID * len(wanted) for other in others)


def with_differences(
    chosen: Sequence[int],
    against: Mapping[int, Sequence[int]],
    words: Sequence[int],
    *,
    sentences: int,
    max_words: int,
) -> list[int]:
    """`chosen` with sentences that contradict one of them, in the place of those that matter least.

    `chosen` is in the order of choice; `against` names for a sentence those that contradict it, the closest first. At
    most half of a summary is given to contradiction, and what is contradicted always stays.
    """
    kept, added, tied = list(chosen), list[int](), set(chosen[:1])
    for index in chosen:
        rival = next((r for r in against.get(index, ()) if r not in kept), None)
        if index not in kept or rival is None or len(added) >= sentences // 2:
            continue
        trial, spare = [*kept, rival], [k for k in reversed(kept) if k not in tied | {index}]
        while spare and (len(trial) > sentences or sum(words[k] for k in trial) > max_words):
            trial.remove(spare.pop(0))
        if len(trial) <= sentences and sum(words[k] for k in trial) <= max_words:
            kept, added, tied = trial, [*added, rival], tied | {index, rival}
    return kept


def contradictions(
    chosen: Sequence[int],
    candidates: Sequence[int],
    texts: Sequence[str],
    owners: Sequence[int],
    vectors: NDArray[np.float32],
    language: str,
) -> dict[int, list[int]]:
    """For each chosen sentence the candidates of other articles that contradict it, the closest first."""
    found: dict[int, list[int]] = {}
    for index in chosen:
        closeness = vectors @ vectors[index]
        rivals = [
            other
            for other in candidates
            if owners[other] != owners[index] and differ(texts[index], texts[other], float(closeness[other]), language)
        ]
        if rivals:
            found[index] = sorted(rivals, key=lambda other: -float(closeness[other]))
    return found


def _counts_differ(first: Read, second: Read) -> bool:
    """Whether both count the same thing, and not to the same number: 14 people, 17 people."""
    one, other = _by_unit(first), _by_unit(second)
    return any(not _agree(one[unit], other[unit]) for unit in one.keys() & other.keys())


def _by_unit(read: Read) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for figure in read.figures:
        if len(figure.unit) >= _SHORT_UNIT and figure.unit not in STOP_WORDS:
            found.setdefault(figure.unit, []).append(figure)
    return found


def _agree(one: Sequence[Figure], other: Sequence[Figure]) -> bool:
    """Whether the figures of one are among those of the other, give or take rounding."""
    return any(_equal(a, b) for a in one for b in other)


def _equal(one: Figure, other: Figure) -> bool:
    return any(abs(a - b) <= _TOLERANCE * max(abs(a), abs(b)) for a in one.values for b in other.values)


def _lone_number(first: Read, second: Read) -> bool:
    """Whether each holds one number beside its dates, and not the same."""
    one, other = _plain(first), _plain(second)
    return len(one) == len(other) == 1 and not _agree(one, other)


def _plain(read: Read) -> list[Figure]:
    days = {Decimal(day) for _, day in read.days}
    return [f for f in read.figures if not f.values & days and f.text not in {"one", "One"}]


def _dates_differ(first: Read, second: Read) -> bool:
    if first.days and second.days:
        return not first.days & second.days
    if first.months and second.months:
        return not first.months & second.months
    return bool(first.weekdays and second.weekdays and not first.weekdays & second.weekdays)


def _words_shared(one: str, other: str, language: str) -> bool:
    """Whether half of the shorter one's words stand in both."""
    first, second = set(terms(one, language)), set(terms(other, language))
    return 2 * len(first & second) >= min(len(first), len(second)) > 0
