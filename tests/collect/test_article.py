"""What is computed of an article beforehand is what is computed of it later."""

import hashlib
import re
from dataclasses import replace

import pytest

from digest.collect.article import make_article, measure
from digest.collect.draft import Draft
from digest.collect.feedtext import parse_feed
from digest.collect.prose import content_hash
from tests.collect.conftest import NOW, WORDS, item, rss


@pytest.mark.parametrize("title", ["The dredger left", "Der Bagger verließ den Hafen", "x" * 400, " ", ""])
def test_an_article_is_the_same_whenever_it_was_measured(title: str) -> None:
    draft = Draft(title=title, text="\n".join(WORDS), url="https://harbour.example.org/1")
    article = make_article(draft, key="k", source="Harbour", now=NOW)
    assert make_article(draft, key="k", source="Harbour", now=NOW, measured=measure(draft)) == article
    assert article.content_hash == content_hash(f"{article.title}\n{article.text}")
    assert article.words == len(article.text.split())


def test_the_items_of_a_feed_come_measured() -> None:
    parsed = parse_feed(rss(*(item(number) for number in range(3))).encode(), now=NOW)
    assert parsed.measures == tuple(map(measure, parsed.drafts))
    assert len({each.content_hash for each in parsed.measures}) == 3


def test_case_spacing_and_punctuation_are_no_part_of_the_hash() -> None:
    every = "".join(map(chr, range(128))) + " The pilots_2 WAITED,\tuntil\x1fthe swell—had eased"
    for text in (every, every.encode("ascii", "ignore").decode(), "", "Straße ΣΊΣΥΦΟΣ"):
        words = re.findall(r"\w+", text.casefold())
        assert content_hash(text) == hashlib.sha256(" ".join(words).encode()).hexdigest()
    assert content_hash("The pilots -- waited") == content_hash("the PILOTS\nwaited!") != content_hash("pilots waited")


def test_another_text_has_another_measure() -> None:
    draft = Draft(title="The dredger left", text=WORDS[0])
    assert measure(replace(draft, text=f"{WORDS[0]} And more")) != measure(draft)
