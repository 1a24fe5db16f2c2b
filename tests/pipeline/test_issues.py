"""Which articles an issue holds, and which issue goes out, over days and weeks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest import pipeline
from digest.errors import AllSourcesFailedError, ConfigError, OutputError, UsageError
from digest.model import DeliveryState, IssueState
from digest.pipeline.candidates import find_candidates
from tests.pipeline.newsroom import START, Newsroom, newsroom

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


def test_a_clock_that_was_a_year_ahead_for_a_day_silences_nothing(room: Newsroom) -> None:
    sent = []
    for number, clock in enumerate([0, 1, 400, 3, 4]):
        room.now = START + timedelta(days=clock)
        room.write(number, published=START + timedelta(days=number))
        sent.append(len(room.send().outcomes))
    assert sent == [1] * 5
    assert room.delivered() == 5


def test_nothing_is_a_retelling_of_an_issue_of_a_wrong_clock(room: Newsroom) -> None:
    told = []
    for number, clock in enumerate([0, 400]):
        room.now = START + timedelta(days=clock)
        told.append(room.write(number, published=START))
        room.send()
    room.now = START + timedelta(days=1)
    room.write(2)
    room.build()
    found = find_candidates(room.settings, room.store, since=None, now=room.now)
    assert [one.article.title for one in found.told] == told[:1]


def test_what_an_issue_of_a_wrong_clock_left_out_is_not_new_for_the_next(room: Newsroom) -> None:
    room.now = START + timedelta(days=400)
    titles = {room.write(number, published=START) for number in range(8)}
    [chosen] = room.build(limit=1, since=timedelta(days=1000))
    assert chosen in titles
    room.send()
    room.now = START + timedelta(days=1)
    assert room.build() == []


def test_what_a_wrong_clock_only_collected_is_news_for_the_next_issue(room: Newsroom) -> None:
    room.write(0)
    room.send()
    room.now = START + timedelta(days=400)
    title = room.write(1, published=START)
    pipeline.collect(room.settings, room.store, clock=lambda: room.now)
    room.now = START + timedelta(days=1)
    assert room.build() == [title]
    assert room.send().count(DeliveryState.SENT) == 1
    room.later(days=1)
    assert room.build() == [], "it went out"


def test_a_clock_that_is_years_behind_sends_nothing_again(room: Newsroom) -> None:
    room.write(0)
    assert room.send().count(DeliveryState.SENT) == 1
    room.later(days=1)
    room.write(1)
    room.write(2)
    assert len(room.build(limit=1)) == 1
    room.send()
    room.now = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    assert room.send().outcomes == ()
    assert room.delivered() == 2


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


_HALL = (
    "The council of Orsel met on Friday to settle who pays for the roof of the swimming hall, which has leaked "
    "since the storm in March. It will cost 2.4 million. Mayor Ines Varga wants to close the hall until summer; "
    "the swimming club, with 900 members, has called that the end of its team. A vote is planned for the ninth of "
    "December. "
)
_CLOSED = (
    "On Friday the council of Orsel argued over who pays for the leaking roof of the swimming hall; on Sunday night a "
    "beam fell from it into the empty pool. Mayor Ines Varga closed the hall at once. Fire inspector Ruth Adeyemi "
    "spoke of rust in eleven of fourteen girders, found by radar. Schools move their lessons to Pellworth by bus. The "
    "insurer Norhaven sends an engineer; rebuilding may take three years. "
)


def _hall(room: Newsroom, number: int, title: str, body: str) -> str:
    when = room.now.isoformat()
    text = f"---\ntitle: {title}\ndate: {when}\n---\n\n{body}\n"
    (room.folder / "desk" / f"hall-{number}.md").write_text(text, encoding="utf-8")
    return title


def test_a_story_told_again_under_another_title_stays_out_and_one_that_developed_goes_on(room: Newsroom) -> None:
    _hall(room, 1, "Orsel council argues over the roof of the swimming hall", _HALL)
    room.send()
    room.later(days=1)
    again = _hall(room, 2, "Who pays for a leaking roof?", f"It rains on swimmers. {_HALL}Readers may write to us.")
    new = _hall(room, 3, "Orsel swimming hall closed: council argued over its roof, then a beam fell", _CLOSED)
    built = pipeline.build(room.settings, room.store, pipeline.BuildOptions(), clock=lambda: room.now)
    (entry,) = [entry for section in built.report["sections"] for entry in section["entries"]]
    assert entry["title"] == new
    assert [told["title"] for told in entry["earlier"]] == ["Orsel council argues over the roof of the swimming hall"]
    assert entry["reasons"][0] == "goes on from issue 1"
    assert built.issue is not None
    assert "Earlier, in issue 1:" in built.issue.rendered.text
    verdicts = {verdict.title: (verdict.verdict, verdict.reasons) for verdict in built.verdicts}
    assert verdicts[new][0] == "in"
    assert verdicts[again] == ("out", ("told in issue 1: “Orsel council argues over the roof of the swimming hall”",))
    assert verdicts["Orsel council argues over the roof of the swimming hall"] == (
        "out",
        ("was in an issue that went out",),
    )


def test_each_article_is_explained(tmp_path: Path) -> None:
    with newsroom(tmp_path, extra="[curate]\nlimit = 1\n") as room:
        titles = {room.write(1), room.write(2)}
        old = room.write(3, published=room.now - timedelta(days=30))
        built = pipeline.build(room.settings, room.store, pipeline.BuildOptions(), clock=lambda: room.now)
        first, second, third = built.verdicts
        assert (first.verdict, first.where, first.title in titles) == ("in", "1", True)
        assert (second.verdict, second.reasons[0][:19]) == ("out", "over the limit of 1")
        assert (third.title, third.reasons[0][:18]) == (old, "older than the 7 d")
        room.send()
        room.later(hours=1)
        room.write(4)
        again = pipeline.build(room.settings, room.store, pipeline.BuildOptions(), clock=lambda: room.now)
        assert {verdict.reasons[0][:24] for verdict in again.verdicts if verdict.verdict == "out"} == {
            "was in an issue that wen",
            "was there for an earlier",
        }


@pytest.mark.parametrize(("hours", "said"), [(12, "12 hours"), (36, "36 hours"), (48, "2 days")])
def test_the_span_of_an_issue_is_told_as_it_is(hours: int, said: str, tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.write(1, published=room.now - timedelta(days=30))
        options = pipeline.BuildOptions(since=timedelta(hours=hours))
        [verdict] = pipeline.build(room.settings, room.store, options, clock=lambda: room.now).verdicts
        assert verdict.reasons == (f"older than the {said} that this issue covers; see --since",)


def test_what_is_told_in_brief_gets_one_sentence(tmp_path: Path) -> None:
    with newsroom(tmp_path, extra="[curate]\nlimit = 1\nin_brief = 1\n") as room:
        room.write(1)
        room.write(2)
        built = pipeline.build(room.settings, room.store, pipeline.BuildOptions(), clock=lambda: room.now)
        full, brief = built.report["sections"]
        assert (full["title"], brief["title"]) == ("", "In brief")
        assert len(full["entries"][0]["summary"]) > len(brief["entries"][0]["summary"]) > 0


def test_sections_are_filled_by_what_they_are_about(tmp_path: Path) -> None:
    extra = """
[[sections]]
title = "Animals"
about = "bees, birds and other animals"
[[sections]]
title = "Sky"
about = "astronomy, comets and telescopes"
"""
    with newsroom(tmp_path, extra=extra) as room:
        observatory, beekeepers = room.write(4), room.write(7)
        built = pipeline.build(room.settings, room.store, pipeline.BuildOptions(), clock=lambda: room.now)
        shown = {s["title"]: [entry["title"] for entry in s["entries"]] for s in built.report["sections"]}
        assert shown == {"Animals": [beekeepers], "Sky": [observatory]}
