"""Section pages as sites of every kind build them: the articles they list are picked, all of them and nothing else."""

import pytest

from digest.collect.draft import Rejected
from digest.collect.headlines import Link
from digest.collect.identity import canonical
from digest.collect.listing import Listing, read_listing
from tests.collect.conftest import NOW
from tests.collect.sections import SECTIONS
from tests.collect.sections.site import Section


def named(kind: str) -> list[str]:
    return [name for name, section in SECTIONS.items() if section.kind == kind]


def read(section: Section) -> Listing:
    return read_listing(section.html, charset=None, url=section.url, now=NOW)


def picked(section: Section) -> list[Link]:
    """The links of a page but for those that may be picked or not."""
    return [link for link in read(section).links if link.url not in section.either]


def test_every_kind_of_page_is_there() -> None:
    assert (len(named("list")), len(named("article")), len(named("empty"))) == (68, 7, 3)


@pytest.mark.parametrize("name", named("list"))
def test_the_articles_of_a_section_are_picked_in_order_with_their_titles(name: str) -> None:
    section = SECTIONS[name]
    found = picked(section)
    assert [canonical(link.url) for link in found] == [canonical(story.url) for story in section.stories]
    assert [link.text for link in found] == [story.title for story in section.stories]


@pytest.mark.parametrize("name", named("list"))
def test_dates_and_authors_that_a_section_shows_are_read(name: str) -> None:
    section = SECTIONS[name]
    found = {canonical(link.url): link for link in picked(section)}
    for story in section.stories:
        link = found[canonical(story.url)]
        if story.published is not None:
            assert link.published is not None
            assert link.published.date() == story.published
        if story.author is not None:
            assert link.author == story.author


@pytest.mark.parametrize("name", named("article"))
def test_an_article_among_links_to_others_is_an_article(name: str) -> None:
    found = read(SECTIONS[name])
    assert found.links == ()
    assert found.article is not None


@pytest.mark.parametrize("name", named("empty"))
def test_a_section_without_articles_says_so(name: str) -> None:
    with pytest.raises(Rejected, match=r"it lists (no articles yet|files, and no articles)"):
        read(SECTIONS[name])
