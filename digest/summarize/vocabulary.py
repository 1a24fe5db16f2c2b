"""How rare words are in the language, as far as the encoder's vocabulary tells."""

import functools
import json
import math
from collections.abc import Mapping
from itertools import count

from digest.summarize.encoder import package_folder

# Where the weight of a word begins to grow: the commonest twenty are next to nothing.
_HEAD = 20


@functools.lru_cache(maxsize=1)
def word_rarity() -> Mapping[str, float]:
    """Word -> 0 (the commonest) to 1; words that are not there are rarer than all of these. Raises ModelError.

    The vocabulary of the encoder is in order of frequency, and what a word tells grows with the logarithm of its rank
    (Zipf). It is English: of other languages it knows few words, and so says nothing of them.
    """
    tokens = json.loads((package_folder() / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    words = [token for token in sorted(tokens, key=tokens.__getitem__) if len(token) > 1 and token.isalnum()]
    full = math.log1p(len(words) / _HEAD)
    return dict(zip(words, (math.log1p(rank / _HEAD) / full for rank in count()), strict=False))
