"""Pictures are fetched once, frozen with their issue, sent as they were looked at, and left out where told."""

import io
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from PIL import Image

from digest import pipeline
from tests.collect.conftest import WebServer, respond, web  # noqa: F401 - a fixture
from tests.pipeline.newsroom import Newsroom, newsroom

pytestmark = pytest.mark.model


_STORIES = {
    1: ("A ferry came home", "<p>The ferry passed the last buoy at noon and lay at the inner quay by two.</p>" * 9),
    2: ("Old pears are grafted", "<p>A nursery cuts twigs from orchard trees and joins them to young roots.</p>" * 9),
}


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1600, 900), "#336699").save(out, "JPEG")
    return out.getvalue()


def write(desk: Newsroom, number: int, image: str) -> None:
    """A saved page that names its picture."""
    title, body = _STORIES[number]
    html = (
        f"<html><head><title>{title}</title><meta property='og:image' content='{image}'>"
        f"<meta property='article:published_time' content='{desk.now.isoformat()}'></head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )
    (desk.folder / "desk" / f"{number}.html").write_text(html, encoding="utf-8")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    extra = "[collect]\nallow_private = true\n[email]\nimages = 'embedded'\n"
    with newsroom(tmp_path, extra=extra) as desk:
        yield desk


def build(desk: Newsroom, **options: object) -> pipeline.Built:
    return pipeline.build(desk.settings, desk.store, pipeline.BuildOptions(**options), clock=lambda: desk.now)  # type: ignore[arg-type]  # the tests know the options


def test_pictures_are_frozen_and_preview_and_letter_show_the_same(room: Newsroom, web: WebServer) -> None:  # noqa: F811
    write(room, 1, web.put("/a.jpg", respond(jpeg(), content_type="image/jpeg")))
    write(room, 2, web.url("/gone.jpg"))
    built = build(room)
    assert built.issue is not None
    assert built.folder is not None
    frozen = room.store.issues.get(built.issue.id)
    assert frozen is not None
    assert frozen.rendered == built.issue.rendered
    (picture,) = frozen.rendered.pictures
    assert f'src="cid:{picture.cid}"' in frozen.rendered.html
    assert "/gone.jpg" not in frozen.rendered.html
    (skipped,) = (one for one in built.report["skipped"] if one["stage"] == "compose")
    assert (skipped["ref"], "HTTP 404" in skipped["reason"]) == (web.url("/gone.jpg"), True)
    assert "data:image/jpeg;base64," in (built.folder / "index.html").read_text(encoding="utf-8")
    room.send()
    (letter,) = (room.folder / "outbox").rglob("*.eml")
    for path in (letter, built.folder / "digest.eml"):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert [part.get_content() for part in message.walk() if part.get_content_maintype() == "image"] == [
            picture.data
        ]


def test_a_second_build_fetches_nothing_again_and_works_offline(room: Newsroom, web: WebServer) -> None:  # noqa: F811
    write(room, 1, web.put("/a.jpg", respond(jpeg(), content_type="image/jpeg")))
    first = build(room).issue
    second = build(room, offline=True).issue
    assert first is not None
    assert second is not None
    assert first.rendered.pictures == second.rendered.pictures
    assert web.paths() == ["/a.jpg"]


def test_offline_a_picture_that_is_not_there_is_left_out_with_its_reason(room: Newsroom, web: WebServer) -> None:  # noqa: F811
    write(room, 1, web.url("/a.jpg"))
    built = build(room, offline=True)
    assert built.issue is not None
    assert "<img" not in built.issue.rendered.html
    assert [one["reason"] for one in built.report["skipped"]] == [
        "its picture is left out: nothing is fetched with --offline"
    ]
    assert web.paths() == []


def test_pictures_of_old_issues_are_dropped_and_their_texts_stay(room: Newsroom, web: WebServer) -> None:  # noqa: F811
    write(room, 1, web.put("/a.jpg", respond(jpeg(), content_type="image/jpeg")))
    issue = build(room).issue
    assert issue is not None
    room.store.issues.forget_pictures_before(room.now)
    kept = room.store.issues.get(issue.id)
    assert kept is not None
    assert kept.rendered == issue.rendered
    room.store.issues.forget_pictures_before(room.now + timedelta(seconds=1))
    kept = room.store.issues.get(issue.id)
    assert kept is not None
    assert kept.rendered.pictures == ()
    assert kept.rendered.html == issue.rendered.html


def test_an_issue_that_gmail_would_cut_off_is_fitted_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.compose.fitting.LARGEST", 17 * 1024)
    monkeypatch.setattr("digest.compose.weight._NEARLY", 12 * 1024)  # else told as being nearly too large
    with newsroom(tmp_path, extra="[curate]\nlimit = 8\nper_source = 8\n") as desk:
        for number in range(8):
            desk.write(number)
        built = build(desk)
        assert built.issue is not None
        assert built.report["bytes"]["html"] <= 17 * 1024
        shown = [entry["title"] for section in built.report["sections"] for entry in section["entries"]]
        told = [one["reason"] for one in built.report["skipped"] if one["stage"] == "compose"]
        left_out = [reason for reason in told if reason.startswith("left out")]
        assert left_out
        assert built.report["lint"] == []
        assert len(shown) + len(left_out) == 8
        desk.send()
        assert len(desk.store.issues.delivered_articles()) == len(shown)
