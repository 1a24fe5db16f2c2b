"""Plain text saved from a page loses its furniture; an article that never was on one loses nothing."""

from datetime import UTC, datetime

import pytest

from digest.collect.document import parse_text
from digest.collect.furniture import clean_saved

NOW = datetime(2026, 11, 20, tzinfo=UTC)
BODY = [
    "The council of Vessen has agreed to rebuild the covered bridge that burned down in the spring.",
    "Mayor Lotte Brandeis said that the new bridge will carry cyclists as well as people on foot.",
    "It will cost nine million and be open in two years.",
    "“We owe it to those who built the first one,” she said.",
]
TITLE = "Vessen will rebuild its covered bridge"


def test_weather_date_labels_and_adverts_go_and_the_date_is_not_believed() -> None:
    saved = ["14.2 °C", "Friday, March 6, 2026", TITLE, "Must read", *BODY, "- Advertisement -", "More articles",
             "Ferry strike ends", "- Advertisement -", "Latest article", "%d bloggers like this:"]  # fmt: skip
    cleaned = clean_saved(saved)
    assert cleaned.title == TITLE
    assert list(cleaned.paragraphs) == BODY
    assert list(cleaned.removed) == [line for line in saved if line not in {TITLE, *BODY}]
    assert cleaned.dated == ""


def test_a_menu_before_and_a_comment_form_after_go() -> None:
    menu = ["Skip to content", "Home", "Politics", "Sport"]
    after = ["Share this:", "Click to share on Mastodon (Opens in new window)", "Like this:", "Loading…", "Related",
             "Leave a Reply Cancel reply", "Your email address will not be published.", "Comments"]  # fmt: skip
    cleaned = clean_saved([*menu, TITLE, "By Ada Moreau", "6 March 2026", *BODY, *after])
    assert (cleaned.title, cleaned.author, cleaned.dated) == (TITLE, "Ada Moreau", "6 March 2026")
    assert list(cleaned.paragraphs) == BODY
    assert list(cleaned.removed) == [*menu, *after]


def test_adverts_between_paragraphs_go() -> None:
    cleaned = clean_saved([TITLE, BODY[0], "ADVERTISEMENT", BODY[1], "Story continues below advertisement", *BODY[2:]])
    assert list(cleaned.paragraphs) == BODY


def test_teasers_of_other_articles_after_the_text_go() -> None:
    teaser = "The ferry strike that kept four islands without fresh bread for nine days has ended this afternoon."
    cleaned = clean_saved(
        [TITLE, *BODY * 3, "Share this", "Most read", "Related articles", "Ferry strike ends", "Sport", teaser]
    )
    assert teaser in cleaned.removed
    assert list(cleaned.paragraphs) == BODY * 3


@pytest.mark.parametrize(
    "clean",
    [
        [TITLE, *BODY],
        [TITLE, BODY[0], "What it will cost", *BODY[1:], "Comments", "Nobody on the council voted against it."],
        [TITLE, "Search", BODY[0], *BODY],
        ["Three ways to cross", "on foot", "by boat", "not at all"],
        [TITLE, *BODY, "1. The span", "2. The roof", "3. The toll house"],
        ["-5 C", "How cold the river gets", "The river at Vessen has not been colder since 1987, and boats are stuck."],
    ],
    ids=["plain", "subheadings", "heading named search", "no prose", "list at the end", "a figure"],
)  # fmt: skip
def test_a_clean_article_loses_nothing(clean: list[str]) -> None:
    cleaned = clean_saved(clean)
    assert cleaned.removed == ()
    assert {cleaned.title, *cleaned.paragraphs} >= set(clean)


def test_a_date_under_the_title_is_when_it_was_published() -> None:
    draft = parse_text("\n\n".join([TITLE, "Published on 6 March 2026", *BODY]), now=NOW)
    assert draft.published == datetime(2026, 3, 6, tzinfo=UTC)
    assert draft.text == "\n".join(BODY)


def test_a_text_without_a_title_is_named_by_its_first_sentence() -> None:
    assert parse_text("\n".join(BODY), now=NOW).title == BODY[0].rstrip(".")


def test_the_title_is_the_line_that_speaks_of_the_text() -> None:
    cleaned = clean_saved(["Vessen Courier", "Local news and sport", TITLE, *BODY])
    assert cleaned.title == TITLE


def test_wrapped_lines_are_joined_into_paragraphs() -> None:
    wrapped = (
        f"{TITLE}\n\nThe council of Vessen has agreed to rebuild the covered bridge\nthat burned down in the spring,"
        " and to do so in wood and slate as\nbefore.\n\n"
        "It will cost nine million, of which the state pays half, and open\nin two years.\n"
    )
    draft = parse_text(wrapped, now=NOW)
    assert draft.text.split("\n")[1] == (
        "It will cost nine million, of which the state pays half, and open in two years."
    )


def test_other_scripts_are_left_whole() -> None:
    lines = [
        "维森市将重建廊桥",
        "维森市议会已同意重建今年春天烧毁的廊桥，新桥将供行人和自行车通行。",
        "工程将于两年后完成。",
    ]
    cleaned = clean_saved(lines)
    assert (cleaned.title, list(cleaned.paragraphs), cleaned.removed) == (lines[0], lines[1:], ())
