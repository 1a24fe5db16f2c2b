"""Titles lose the name of their site, and nothing that they say."""

import pytest

from digest.collect.titles import title_of_page, without_site

TITLE = "The crane that lifted a hull"


@pytest.mark.parametrize("between", [" | ", " - ", " – ", " — ", " · ", " » "])
def test_the_name_of_the_site_goes_from_either_end(between: str) -> None:
    assert without_site(f"{TITLE}{between}Harbour Notes", ["Harbour notes"]) == TITLE
    assert without_site(f"Harbour Notes{between}{TITLE}", ["Harbour notes"]) == TITLE


def test_a_site_is_known_by_its_host() -> None:
    assert without_site(f"{TITLE} | HarbourNotes", ["harbour-notes.com"]) == TITLE


def test_a_heading_tells_what_the_title_is() -> None:
    assert without_site(f"{TITLE} - Boats - Harbour", [], [TITLE]) == TITLE
    assert without_site("Home - Harbour", [], ["Home"]) == "Home - Harbour"
    assert without_site(f"{TITLE} twice - Boats", [], [TITLE]) == f"{TITLE} twice - Boats"


@pytest.mark.parametrize("title", ["Berlin - Hamburg in an hour", "Harbour Notes", "Well-known cranes: a list", ""])
def test_a_title_that_names_no_site_stays(title: str) -> None:
    assert without_site(title, ["Harbour Notes", ""]) == title


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        (f"{TITLE} – My website", TITLE),
        (f"{TITLE} » Boats » Harbour", f"{TITLE} » Boats"),
        ("Berlin - Hamburg by train", "Berlin - Hamburg by train"),
        (f"{TITLE} - and why nobody on the quay had thought that it could", None),
        (f"{TITLE} — and the mole", None),
    ],
)
def test_the_title_of_a_page_loses_a_short_last_part(shown: str, title: str | None) -> None:
    assert title_of_page(shown, []) == (title or shown)


def test_the_title_of_a_page_stays_whole_where_a_heading_says_the_same() -> None:
    assert title_of_page(f"{TITLE} - or not", [], [f"{TITLE} - or not"]) == f"{TITLE} - or not"


def test_the_only_heading_stands_for_a_title_that_says_nothing() -> None:
    assert title_of_page("Blog", [], [TITLE]) == TITLE
    assert title_of_page("Blog", [], [TITLE, "Another"]) == "Blog"
    assert title_of_page("Blog", [], ["Cranes"]) == "Blog"
