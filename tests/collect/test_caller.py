"""Secrets of a source come from the environment and reach that source alone."""

import asyncio
import base64

import pytest

from digest.collect import collect
from digest.collect.caller import Caller, caller_of
from digest.collect.fetch import Fetcher
from digest.config import CollectSettings
from digest.errors import ConfigError
from digest.store import Store
from tests.collect.conftest import NOW, WebServer, item, page, respond, rss, source


def test_headers_and_login_come_from_the_environment(
    web: WebServer, settings: CollectSettings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWS_KEY", "k-1")
    monkeypatch.setenv("NEWS_WORD", "secret word")
    options = {"headers_env": {"X-Key": "NEWS_KEY"}, "username": "anna", "password_env": "NEWS_WORD"}
    url = web.put("/feed", respond(rss(item(1))))
    collect([source("feed", url, user_agent="reader/2", **options)], settings, store, now=NOW)
    headers = web.requests[0][1]
    assert headers["x-key"] == "k-1"
    assert headers["user-agent"] == "reader/2"
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")) == b"anna:secret word"


def test_a_secret_that_is_missing_fails_its_source_alone(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    url = web.put("/feed", respond(rss(item(1))))
    found = collect(
        [
            source("feed", url, name="locked", headers_env={"X-Key": "NO_SUCH_KEY"}),
            source("feed", web.put("/other", respond(rss(item(2))))),
        ],
        settings,
        store,
        now=NOW,
    )
    assert [report.status for report in found.sources] == ["failed", "ok"]
    assert "NO_SUCH_KEY is not set" in (found.sources[0].error or "")


def test_a_secret_cannot_carry_another_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS_KEY", "a\r\nX-Other: b")
    with pytest.raises(ConfigError, match="cannot stand in a header"):
        caller_of(source("feed", "https://a.example/feed", headers_env={"X-Key": "NEWS_KEY"}))


def test_secrets_stay_behind_when_a_redirect_leaves_the_site(web: WebServer, settings: CollectSettings) -> None:
    elsewhere = web.put("/end", respond("x")).replace("127.0.0.1", "localhost")
    start = web.put("/start", respond(status="302 Found", location=elsewhere))

    async def run() -> None:
        async with Fetcher(settings, lambda: NOW) as fetcher:
            await fetcher.feed(start, caller=Caller(home=start, secrets={"authorization": "Basic x"}))

    asyncio.run(run())
    assert [headers.get("authorization") for _, headers in web.requests] == ["Basic x", None]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/page", True), ("https://A.example:443/x", True), ("http://a.example/page", False),
        ("https://a.example:8443/", False), ("https://b.a.example/", False), ("https://a.example.evil/", False),
    ],
)  # fmt: skip
def test_secrets_are_for_one_origin(url: str, shown: bool) -> None:
    caller = Caller(home="https://a.example/feed", secrets={"x-key": "1"})
    assert bool(caller.headers_for(url)) is shown


def test_secrets_are_not_shown_by_repr() -> None:
    assert "word" not in repr(Caller(home="https://a.example", secrets={"x-key": "word"}))


def test_patterns_let_items_in_and_out(web: WebServer, settings: CollectSettings, store: Store) -> None:
    items = [item(1, title="Harbour news"), item(2, title="Sponsored: harbour"), item(3, title="Chess")]
    url = web.put("/feed", respond(rss(*items)))
    found = collect(
        [source("feed", url, include=("harbour news", "chess"), exclude=("/boats/3$",))], settings, store, now=NOW
    )
    assert [article.title for article in found.new] == ["Harbour news"]
    assert [skipped.reason for skipped in found.skipped] == ["2 left out by include and exclude"]


def test_patterns_are_asked_again_when_an_item_is_opened(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    web.put("/robots.txt", respond(status="404 Not Found"))
    url = web.put("/crane", respond(page(), content_type="text/html"))
    found = collect([source("page", url, exclude=("crane that lifted",))], settings, store, now=NOW)
    assert found.new == ()
    assert found.skipped[0].reason == "1 left out by include and exclude"
