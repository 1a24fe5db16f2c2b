"""Two opinions on an article, of which the fuller counts where the first is doubtful."""

from typing import Any

import lxml.html
import pytest

from digest.collect import opinions
from digest.collect.readability import Reading
from tests.collect.conftest import WORDS, page


def tree() -> Any:
    return lxml.html.document_fromstring(page(paragraphs=WORDS * 2))


@pytest.mark.parametrize(
    ("found", "expected"),
    [("Too little.", WORDS[0]), ("\n".join(WORDS * 2), "\n".join(WORDS * 2))],
    ids=["little", "enough"],
)
def test_a_doubtful_reading_gives_way_to_a_much_fuller_one(
    monkeypatch: pytest.MonkeyPatch, found: str, expected: str
) -> None:
    monkeypatch.setattr(opinions, "read_article", lambda tree: Reading(found, 5000))
    assert opinions.best_reading(tree()).text.removeprefix("The crane that lifted a hull\n").startswith(expected)


def test_the_same_page_gives_the_same_text_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "read_article", lambda tree: Reading("", 0))
    texts = [opinions.best_reading(tree()).text for _ in range(6)]
    assert texts == [texts[0]] * 6
    assert WORDS[0] in texts[0]
