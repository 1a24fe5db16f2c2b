"""The first sentences of a summary, for themes that show less of it."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def first_sentences(text: str, count: int, language: str = "en") -> str:
    """At most `count` sentences of a text in one paragraph; all of it when `count` is 0."""
    from sentencex import segment

    if count < 1:
        return text
    pieces = segment(language.replace("_", "-").split("-")[0], text)
    return "".join(list(pieces)[:count]).strip()
