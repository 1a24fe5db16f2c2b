"""Pictures are fetched with the limits of all fetching."""

from digest.collect import fetch_pictures
from digest.config import CollectSettings
from tests.collect.conftest import WebServer, respond


def test_each_picture_is_there_or_has_its_reason(web: WebServer) -> None:
    there = web.put("/a.png", respond(b"\x89PNG", content_type="image/png"))
    moved = web.put("/b.png", respond(status="302 Found", location=there))
    large = web.put("/c.png", respond(b"x" * 2_000_000))
    settings = CollectSettings(allow_private=True, max_page_mb=1.0)
    found, skipped = fetch_pictures([there, moved, large, web.url("/none.png")], settings)
    assert found == {there: b"\x89PNG", moved: b"\x89PNG"}
    assert {one.ref: one.stage for one in skipped} == {large: "compose", web.url("/none.png"): "compose"}
    assert any("larger than 1 MB" in one.reason for one in skipped)
    assert any("HTTP 404" in one.reason for one in skipped)


def test_no_private_address_is_reached(web: WebServer) -> None:
    there = web.put("/a.png", respond(b"\x89PNG"))
    found, (skipped,) = fetch_pictures([there], CollectSettings())
    assert found == {}
    assert "not on the public internet" in skipped.reason
    assert web.paths() == []


def test_what_a_site_says_to_programs_that_read_pages_is_not_asked(web: WebServer) -> None:
    there = web.put("/a.png", respond(b"\x89PNG"))
    fetch_pictures([there], CollectSettings(allow_private=True))
    assert web.paths() == ["/a.png"]
    assert web.requests[0][1]["accept"].startswith("image/jpeg")
