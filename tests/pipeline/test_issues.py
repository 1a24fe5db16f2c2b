"""Which articles an issue holds, and which issue goes out, over days and weeks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import AllSourcesFailedError, ConfigError, OutputError, UsageError
from digest.model import DeliveryState, IssueState
from tests.pipeline.newsroom import Newsroom, newsroom

pytestmark = pytest.mark.model


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path) as opened:
        yield opened


def test_an_issue_holds_what_is_new_since_the_last(room: Newsroom) -> None:
    first = room.write(1)
    assert room.build() == [first]
    room.send()
    room.later(days=1)
    second = room.write(2)
    assert room.build() == [second]


def test_a_build_that_was_not_sent_takes_nothing_away(room: Newsroom) -> None:
    first = room.write(1)
    room.build()
    room.later(days=1)
    second = room.write(2)
    assert set(room.build()) == {first, second}


def test_missed_days_are_covered(room: Newsroom) -> None:
    room.write(1)
    room.send()
    room.later(days=20)
    early = room.write(2, published=room.now - timedelta(days=15))
    assert room.build() == [early], "older than since, but younger than the last issue"


def test_what_is_older_than_the_window_stays_out(room: Newsroom) -> None:
    room.write(1, published=room.now - timedelta(days=30))
    assert room.build() == []


def test_what_an_issue_left_out_comes_back_only_when_a_person_reaches_for_it(tmp_path: Path) -> None:
    with newsroom(tmp_path, extra="[curate]\nlimit = 1\n") as room:
        titles = {room.write(1), room.write(2)}
        (chosen,) = room.build()
        room.send()
        room.later(hours=1)
        assert room.build() == []
        assert room.build(since=timedelta(days=7)) == list(titles - {chosen})


def test_a_second_send_at_once_sends_nothing(room: Newsroom) -> None:
    room.write(1)
    assert room.send().count(DeliveryState.SENT) == 1
    room.later(minutes=1)
    assert room.send().outcomes == ()
    assert room.delivered() == 1


def test_the_issue_of_a_day_keeps_its_id_until_it_goes_out(room: Newsroom) -> None:
    room.write(1)
    room.build()
    room.later(hours=1)
    room.write(2)
    room.build()
    assert list(room.store.issues.states()) == ["week-2026-11-02"]
    room.send()
    room.later(hours=1)
    room.write(3)
    room.build()
    assert set(room.store.issues.states()) == {"week-2026-11-02", "week-2026-11-02-2"}
    numbers = {row.id: row.number for row in room.store.issues.list()}
    assert numbers == {"week-2026-11-02": 1, "week-2026-11-02-2": 2}


def test_a_stale_preview_is_not_sent_but_built_anew(room: Newsroom) -> None:
    room.write(1)
    room.build()
    room.later(days=4)
    room.write(2)
    sent = room.send()
    assert [issue.id for issue, _ in sent.outcomes] == ["week-2026-11-06"]
    assert room.store.issues.states()["week-2026-11-02"] is IssueState.REPLACED


def test_a_stale_issue_that_some_have_waits_for_a_person_and_holds_nothing_up(room: Newsroom) -> None:
    room.write(1)
    room.build()
    room.store.deliveries.begin("week-2026-11-02", now=room.now)  # a run that ended before its first letter
    room.later(days=4)
    room.write(2)
    sent = room.send()
    assert [issue.id for issue in sent.stale] == ["week-2026-11-02"]
    assert [issue.id for issue, _ in sent.outcomes] == ["week-2026-11-06"]
    assert sent.incomplete
    named = room.send("week-2026-11-02")
    assert named.count(DeliveryState.SENT) == 1
    assert not room.send().incomplete


def test_an_interrupted_issue_is_finished_and_the_run_ends_with_it(room: Newsroom) -> None:
    room.write(1)
    room.build()
    room.store.deliveries.begin("week-2026-11-02", now=room.now)
    room.later(hours=1)
    room.write(2)
    assert [issue.id for issue, _ in room.send().outcomes] == ["week-2026-11-02"]
    assert [issue.id for issue, _ in room.send().outcomes] == ["week-2026-11-02-2"]


def test_an_issue_that_nobody_can_name_is_told(room: Newsroom) -> None:
    with pytest.raises(UsageError, match="no issue 'week-1999-01-01'"):
        room.send("week-1999-01-01")


def test_a_preview_that_cannot_be_written_leaves_the_issue_frozen(room: Newsroom) -> None:
    room.write(1)
    (room.folder / "out").write_text("a file where a folder should be")
    with pytest.raises(OutputError, match="cannot be written"):
        room.build()
    assert room.store.issues.states() == {"week-2026-11-02": IssueState.WAITING}


def test_no_sources_and_no_source_that_can_be_read_are_two_things(room: Newsroom) -> None:
    (room.folder / "desk").rmdir()
    with pytest.raises(AllSourcesFailedError):
        room.build()
    room.settings = room.settings.model_copy(update={"sources": ()})
    with pytest.raises(ConfigError, match="no sources"):
        room.build()
