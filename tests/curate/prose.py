"""Distinct made-up prose of any length, the same every time."""

import random

_SYLLABLES = "ba ce di fo gu ha ki lo mu ne pa ri so tu va we xi yo za tre bri clo dru fla gri".split()


def prose(seed: int, words: int) -> str:
    """`words` words from a vocabulary of 3,000 that is the same for every seed, the common ones common."""
    vocabulary = _vocabulary()
    chosen = random.Random(seed).choices(vocabulary, weights=[1 / (k + 5) for k in range(len(vocabulary))], k=words)
    return " ".join(chosen)


def _vocabulary() -> list[str]:
    rng = random.Random(1)
    return ["".join(rng.choices(_SYLLABLES, k=rng.choice([2, 3, 4]))) for _ in range(3000)]
