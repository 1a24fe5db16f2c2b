"""One run over a server with every bad manner: each source fails with its reason, and the good ones never notice."""

import asyncio
import gzip
import ipaddress
import re

import brotli
import pytest

from digest.collect import collect
from digest.config import CollectSettings
from digest.store import Store
from tests.collect.conftest import NOW, Handler, WebServer, gzipped, item, kept, page, respond, rss, source, web_server

ZEROS = b"\0" * 50_000_000
FEED = rss(item(1, text="Caf\u00e9 on the mole is open again after the storm."))


def endlessly(head: bytes, part: bytes, pause: float) -> Handler:
    async def answer(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


async def silence(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def hang_up(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
    writer.close()


MANNERS: dict[str, tuple[bytes | Handler, str]] = {
    "drip": (endlessly(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"x", 0.05), "no whole answer within"),
    "drip of headers": (endlessly(b"HTTP/1.1 200 OK\r\n", b"x-more: 1\r\n", 0.05), "no whole answer within"),
    "silence": (silence, "no whole answer within"),
    "endless headers": (endlessly(b"HTTP/1.1 200 OK\r\nx: ", b"x" * 65536, 0), "Receive buffer too long|too l"),
    "endless body": (endlessly(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, 0), "larger than 2 MB"),
    "brotli bomb": (respond(brotli.compress(ZEROS), content_encoding="br"), "larger than 2 MB"),
    "gzip bomb": (gzipped(ZEROS), "larger than 2 MB"),
    "gzip bomb in gzip": (respond(gzip.compress(gzip.compress(ZEROS)), content_encoding="gzip, gzip"), "larger than 2"),
    "broken gzip": (respond(b"no gzip at all", content_encoding="gzip"), "its answer cannot be read"),
    "redirect loop": (respond(status="302 Found", location="/redirect-loop"), "more than 5 redirects"),
    "redirect to a private address": (
        respond(status="302 Found", location="http://169.254.169.254/latest/meta-data"),
        "169.254.169.254 is not on the public internet",
    ),
    "redirect to a file": (respond(status="302 Found", location="file:///etc/passwd"), "no web address"),
    "redirect to nowhere": (respond(status="301 Moved"), "no web address"),
    "too many": (respond(status="429 Too Many Requests", retry_after="60"), "HTTP 429"),
    "gone": (respond(status="410 Gone"), "HTTP 410"),
    "busy": (respond(status="503 Busy", retry_after="60"), "HTTP 503"),
    "broken server": (respond(status="500 Oh"), "HTTP 500"),
    "hangs up": (hang_up, "disconnected|without sending"),
    "no HTTP": (b"220 mail.harbour.example ESMTP\r\n", "illegal|cannot be read|disconnected|protocol"),
    "shorter than it says": (b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n<rss>", "closed|incomplete"),
    "nothing new, unasked": (respond(status="304 Not Modified"), "was not asked"),
    "empty": (respond(b""), "it is empty"),
    "HTML for a feed": (respond(page(), content_type="application/rss+xml"), "HTML page, not a feed"),
    "PDF for a feed": (respond(b"%PDF-1.7\n" + bytes(range(256)) * 40), "not a feed"),
    "JSON that is no feed": (respond('{"error": "sorry"}', content_type="application/json"), "not a JSON Feed"),
}


ASKS_FOR_A_PAUSE = {"too many", "busy"}  # which holds for their whole host


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers of this test as if they were on the public internet: all else here stays private."""
    from digest.collect import network

    vetted, here = network.is_public, ipaddress.ip_address("127.0.0.1")
    monkeypatch.setattr(network, "is_public", lambda address: address == here or vetted(address))


@pytest.mark.usefixtures("public")
def test_every_bad_manner_has_its_reason_and_harms_nobody_else(web: WebServer, store: Store) -> None:
    settings = CollectSettings(timeout=4.0, max_feed_mb=2.0, per_host=20)
    with web_server() as other:
        bad = []
        for name, (answer, _) in MANNERS.items():
            server = other if name in ASKS_FOR_A_PAUSE else web
            bad.append(source("feed", server.put(f"/{name.replace(' ', '-')}", answer), name=name))
        good = [source("feed", web.put(f"/good/{n}", respond(rss(item(n)))), name=f"good {n}") for n in range(4)]
        found = collect([*good[:2], *bad, *good[2:]], settings, store, now=NOW)
    reports = {report.name: report for report in found.sources}
    for name, (_, reason) in MANNERS.items():
        assert reports[name].status in {"failed", "paused", "skipped"}, name
        assert re.search(reason, reports[name].error or ""), (name, reports[name].error)
    assert [reports[f"good {n}"].new for n in range(4)] == [1] * 4
    assert len(found.new) == 4
    assert reports["gone"].gone
    assert "/latest/meta-data" not in web.paths()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (FEED.encode("latin-1"), "application/rss+xml; charset=utf-8"),
        (FEED.encode(), "text/xml; charset=us-ascii"),
        (FEED.encode(), "text/html; charset=iso-8859-1"),
        (FEED.replace("utf-8", "iso-8859-1").encode("latin-1"), "application/octet-stream"),
        (FEED.replace("utf-8", "windows-1251").encode(), "image/png"),
    ],
    ids=["not UTF-8", "not ASCII", "HTML", "bytes", "picture"],
)
def test_a_feed_is_read_whatever_charset_and_type_its_server_names(
    web: WebServer, settings: CollectSettings, store: Store, body: bytes, content_type: str
) -> None:
    feed = source("feed", web.put("/feed", respond(body, content_type=content_type)))
    (article,) = kept(collect([feed], settings, store, now=NOW), store)
    assert article.text.startswith("Caf\u00e9 on the mole")
