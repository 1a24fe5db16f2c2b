from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest

from digest.config import CurateSettings
from digest.curate import curate
from digest.model import Article, Curated, Told
from tests.curate.prose import prose

Make = Callable[..., Article]
Tell = Callable[..., Told]
Run = Callable[..., Curated]

SAILS = (
    "Electric ferry to Tarn Island sails after two years of delays",
    (
        "The first electric ferry to Tarn Island left Orsel harbour on Monday with 140 passengers, two years later "
        "than planned. The ship cost 31 million and is charged at both piers. "
        "Captain Mira Holt said nobody will hear it."
    ),
)
AGAIN = (
    "Tarn Island electric ferry sails at last",
    (
        "Two years later than planned, the electric ferry to Tarn Island left Orsel harbour with 140 passengers. "
        "Captain Mira Holt said that the ship, which cost 31 million, is charged at both piers."
    ),
)
FIRE = (
    "Electric ferry to Tarn Island stopped after fire in battery room",
    (
        "The electric ferry to Tarn Island was taken out of service after a fire. Two engineers breathed smoke and "
        "were taken to hospital in Pellworth. Investigators suspect a faulty coolant pump of the maker, Voltran."
    ),
)


@pytest.fixture
def told(now: datetime) -> Tell:
    def make(article: Article, *, number: int = 3, hours: float = 24) -> Told:
        return Told(article=article, issue_id=f"week-{number}", number=number, when=now - timedelta(hours=hours))

    return make


@pytest.fixture
def run(now: datetime) -> Run:
    """Curate with vectors by which whatever tells of the ferry is alike, and nothing else."""

    def call(articles: list[Article], told: list[Told]) -> Curated:
        axes = np.eye(20, dtype=np.float32)
        everything = [*articles, *(each.article for each in told)]
        vectors = {
            one.content_hash: 0.9 * axes[0] + 0.4359 * axes[place] if "ferry" in one.text else axes[place]
            for place, one in enumerate(everything, start=1)
        }
        return curate(articles, vectors, CurateSettings(), (), now=now, told=told)

    return call


def test_another_outlet_that_tells_the_same_a_day_later_is_no_news(article: Make, told: Tell, run: Run) -> None:
    before = told(article(*SAILS, source="Gazette", hours=30))
    curated = run([article(*AGAIN, source="Herald", hours=3)], [before])
    assert curated.sections == ()
    (skipped,) = curated.skipped
    assert skipped.reason == f"told in issue 3: “{SAILS[0]}”"
    assert skipped.title == AGAIN[0]


def test_a_story_that_developed_goes_in_and_says_what_it_goes_on_from(article: Make, told: Tell, run: Run) -> None:
    before = told(article(*SAILS, source="Gazette", hours=30))
    ((story,),) = [section.stories for section in run([article(*FIRE, source="Herald", hours=3)], [before]).sections]
    assert story.reasons[0] == "goes on from issue 3"
    assert story.earlier == (before,)


def test_of_a_story_that_developed_only_the_articles_with_news_go_in(article: Make, told: Tell, run: Run) -> None:
    before = told(article(*SAILS, source="Gazette", hours=30))
    curated = run([article(*AGAIN, source="Post", hours=2), article(*FIRE, source="Herald", hours=3)], [before])
    ((story,),) = [section.stories for section in curated.sections]
    assert (story.lead.title, story.also) == (FIRE[0], ())
    assert [skipped.title for skipped in curated.skipped] == [AGAIN[0]]


def test_what_came_out_before_the_issue_was_closed_does_not_go_on_from_it(article: Make, told: Tell, run: Run) -> None:
    before = told(article(*SAILS, source="Gazette", hours=30))
    assert run([article(*FIRE, source="Herald", hours=26)], [before]).sections == ()


def test_a_copy_from_another_source_under_another_title_stays_out(article: Make, told: Tell, run: Run) -> None:
    text = prose(4, 200)
    before = told(article("Ferry sails", text, source="Gazette", hours=30))
    curated = run([article("On the quay", f"{prose(5, 20)} {text}", source="Herald", hours=1)], [before])
    assert curated.sections == ()
    assert [skipped.reason for skipped in curated.skipped] == ["told in issue 3: “Ferry sails”"]


def test_another_event_is_not_touched_by_what_was_told(article: Make, told: Tell, run: Run) -> None:
    before = told(article(*SAILS, source="Gazette", hours=30))
    owls = article("Microphones count owls in Harrow Wood", prose(9, 60), source="Herald", hours=3)
    ((story,),) = [section.stories for section in run([owls], [before]).sections]
    assert (story.lead, story.earlier) == (owls, ())


def test_the_latest_issue_is_named_first(article: Make, told: Tell, run: Run) -> None:
    first = told(article(*SAILS, source="Gazette", hours=80), number=2, hours=70)
    second = told(article(*AGAIN, source="Post", hours=30), number=3, hours=24)
    ((story,),) = [section.stories for section in run([article(*FIRE, source="Herald")], [first, second]).sections]
    assert story.earlier == (second, first)
