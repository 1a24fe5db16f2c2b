"""Frozen issues: replaced while they wait, never changed once they went out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.model import Article, FrozenIssue, IssueState, Period, Picture, Rendered, Slot
from digest.store import Store, open_store
from digest.store.articles import Arrival

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


def frozen(
    issue_id: str = "daily-2026-11-20", *, number: int = 1, day: int = 0, html: str = "<p>one</p>"
) -> FrozenIssue:
    created = NOW + timedelta(days=day)
    return FrozenIssue(
        id=issue_id,
        newsletter="Daily",
        number=number,
        created=created,
        state=IssueState.WAITING,
        period=Period(start=created - timedelta(days=1), end=created),
        rendered=Rendered(
            issue_id=issue_id,
            subject="Daily: a bridge ✓",
            preheader="and more",
            html=html,
            text="one\n",
            slots={Slot.NAME: "slot1", Slot.UNSUBSCRIBE_URL: "slot2"},
        ),
        report={"issue": issue_id, "sections": []},
    )


def test_an_issue_comes_back_as_it_was_frozen(store: Store) -> None:
    issue = frozen()
    store.issues.freeze(issue, ["a", "b", "a"])
    assert store.issues.get(issue.id) == issue


def test_its_pictures_come_back_in_their_order_and_go_with_it(store: Store) -> None:
    def picture(name: str, width: int = 9) -> Picture:
        return Picture(cid=name, content_type="image/png", data=bytes(range(256)), url=f"https://x/{name}", width=width)

    issue = frozen()
    both = replace(issue, rendered=replace(issue.rendered, pictures=(picture("z"), picture("a"))))
    store.issues.freeze(both, [])
    assert store.issues.get(issue.id) == both
    assert store.issues.open_issues() == [both]
    wanted = {"https://x/z": 9, "https://x/a": 10, "https://x/other": 9}
    assert store.issues.pictures(wanted) == {"https://x/z": picture("z")}
    store.issues.freeze(issue, [])
    assert store.issues.get(issue.id) == issue
    assert store.issues.pictures(wanted) == {}


def test_a_waiting_issue_is_replaced_by_the_next_build_of_the_day(store: Store) -> None:
    store.issues.freeze(frozen(html="<p>old</p>"), ["a"])
    store.issues.freeze(frozen(html="<p>new</p>"), ["b"])
    kept = store.issues.get("daily-2026-11-20")
    assert kept is not None
    assert kept.rendered.html == "<p>new</p>"
    assert len(store.issues.open_issues()) == 1


def test_a_build_on_another_day_replaces_the_one_that_waited(store: Store) -> None:
    store.issues.freeze(frozen(), ["a"])
    store.issues.freeze(frozen("daily-2026-11-21", day=1), ["a"])
    assert store.issues.states() == {
        "daily-2026-11-20": IssueState.REPLACED,
        "daily-2026-11-21": IssueState.WAITING,
    }


@pytest.mark.parametrize("state", [IssueState.SENDING, IssueState.SENT, IssueState.DISCARDED])
def test_what_went_out_or_was_discarded_never_changes(store: Store, state: IssueState) -> None:
    store.issues.freeze(frozen(), ["a"])
    store.issues.set_state("daily-2026-11-20", state)
    with pytest.raises(ValueError, match="cannot be built again"):
        store.issues.freeze(frozen(html="<p>other</p>"), ["b"])
    kept = store.issues.get("daily-2026-11-20")
    assert kept is not None
    assert kept.rendered.html == "<p>one</p>"


def test_only_issues_that_went_out_count_as_delivered(store: Store) -> None:
    store.issues.freeze(frozen(), ["a", "b"])
    assert store.issues.delivered_articles() == set()
    assert store.issues.next_number() == 1
    assert store.issues.last_period_end(now=NOW) is None
    store.issues.set_state("daily-2026-11-20", IssueState.SENDING)
    assert store.issues.delivered_articles() == {"a", "b"}
    assert store.issues.next_number() == 2
    assert store.issues.last_period_end(now=NOW) == NOW


def test_the_list_is_newest_first(store: Store) -> None:
    for day, issue_id in enumerate(["one", "two", "three"]):
        store.issues.freeze(frozen(issue_id, day=day, number=day + 1), [])
    assert [row.id for row in store.issues.list()] == ["three", "two", "one"]


def test_texts_that_went_out_are_known_but_for_short_ones(store: Store) -> None:
    for number, words in (("a", 100), ("b", 3), ("c", 100)):
        found = Article(
            id=number, url=None, source="s", title=number, author=None, published=NOW, first_seen=NOW, language="en",
            text="…", image=None, words=words, content_hash=f"hash {number}",
        )  # fmt: skip
        store.articles.add("ref", [Arrival(keys=(number,), article=found)])
    store.issues.freeze(frozen(), ["a", "b"])
    assert store.issues.delivered_texts(min_words=25) == set()
    store.issues.set_state("daily-2026-11-20", IssueState.SENDING)
    assert store.issues.delivered_texts(min_words=25) == {"hash a"}


def test_what_went_out_is_known_with_the_last_issue_that_held_it(store: Store) -> None:
    for day, (number, ids) in enumerate([(1, "ab"), (2, "bc"), (3, "cd")]):
        made = frozen(f"daily-{number}", number=number, day=day)
        store.issues.freeze(made, list(ids))
        if number < 3:
            store.issues.set_state(made.id, IssueState.SENT)
    first, second = NOW, NOW + timedelta(days=1)
    assert store.issues.delivered_since(NOW - timedelta(days=1)) == {
        "a": ("daily-1", 1, first),
        "b": ("daily-2", 2, second),
        "c": ("daily-2", 2, second),
    }
    assert set(store.issues.delivered_since(second)) == {"b", "c"}
