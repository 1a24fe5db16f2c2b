"""Every bad manner of a server ends soon, with a reason, and costs no more than its limit."""

import asyncio
import gzip
import ipaddress
import threading
from datetime import UTC, datetime, timedelta

import brotli
import pytest

from digest.collect.fetch import Fetched, Fetcher, FetchError
from digest.collect.network import is_public
from digest.config import CollectSettings
from tests.collect.conftest import NOW, WebServer, gzipped, respond, web_server


def get(url: str, **changes: object) -> Fetched:
    return get_all([url], **changes)[0]


def get_all(urls: list[str], **changes: object) -> list[Fetched]:
    settings = CollectSettings.model_validate({"allow_private": True, "timeout": 5.0, **changes})

    async def run() -> list[Fetched]:
        async with Fetcher(settings, lambda: NOW) as fetcher:
            return list(await asyncio.gather(*(fetcher.feed(url) for url in urls)))

    return asyncio.run(run())


def test_a_drip_ends_with_the_deadline(web: WebServer) -> None:
    async def drip(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    with pytest.raises(FetchError, match=r"no whole answer within 0\.5 seconds"):
        get(web.put("/drip", drip), timeout=0.5)


def test_an_endless_body_ends_at_the_cap(web: WebServer) -> None:
    async def endless(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    with pytest.raises(FetchError, match="larger than 1 MB"):
        get(web.put("/endless", endless), max_feed_mb=1.0)


@pytest.mark.parametrize(
    "bomb",
    [
        respond(brotli.compress(b"\0" * 50_000_000), content_encoding="br"),
        gzipped(b"\0" * 50_000_000),
        respond(gzip.compress(gzip.compress(b"\0" * 50_000_000)), content_encoding="gzip, gzip"),
    ],
    ids=["brotli", "gzip", "gzip twice"],
)
def test_a_compressed_bomb_ends_at_the_cap_while_it_is_decoded(web: WebServer, bomb: bytes) -> None:
    with pytest.raises(FetchError, match="larger than 2 MB"):
        get(web.put("/bomb", bomb), max_feed_mb=2.0)


def test_a_redirect_loop_ends(web: WebServer) -> None:
    web.put("/a", respond(status="302 Found", location="/b"))
    with pytest.raises(FetchError, match="more than 5 redirects"):
        get(web.put("/b", respond(status="302 Found", location="/a")))
    assert len(web.requests) == 6


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "gopher://x/", "javascript:1", "http://user:word@127.0.0.1/", ""]
)
def test_a_redirect_to_what_is_no_web_address_is_refused(web: WebServer, target: str) -> None:
    with pytest.raises(FetchError, match="redirects to something that is no web address"):
        get(web.put("/r", respond(status="302 Found", location=target)))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://0.0.0.0/", "http://127.1/",
        "http://2130706433/", "http://0x7f.1/",
        "http://10.0.0.1/", "http://192.168.1.1/", "http://172.16.0.1/", "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/",
        "http://[fd00::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/",
        "http://224.0.0.1/", "http://255.255.255.255/",
    ],
)  # fmt: skip
def test_no_private_address_is_reached_in_any_form(url: str) -> None:
    with pytest.raises(FetchError, match=r"not on the public internet|cannot be resolved|nothing answers"):
        get(url, allow_private=False, timeout=3.0)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:220:1::1", True), ("64:ff9b::5db8:d70e", True),
        ("192.0.2.1", False),
        ("64:ff9b::a00:1", False), ("64:ff9b:1::5db8:d70e", False), ("2002:5db8:d70e::1", False),
        ("::5db8:d70e", False),
        ("::ffff:10.0.0.1", False), ("ff02::1", False), ("198.18.0.1", False), ("fe80::1%eth0", False),
        ("fec0::1", False),
    ],
)  # fmt: skip
def test_addresses_are_judged_with_what_they_carry(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_a_redirect_is_vetted_like_a_first_address(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from digest.collect import network

    served = ipaddress.ip_address("127.0.0.1")
    monkeypatch.setattr(network, "is_public", lambda address: address == served)
    with pytest.raises(FetchError, match=r"169\.254\.169\.254 is not on the public internet"):
        get(web.put("/r", respond(status="302 Found", location="http://169.254.169.254/")), allow_private=False)


def test_the_environment_names_no_proxy(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert get(web.put("/", respond("here"))).body == b"here"


def test_a_passing_fault_is_tried_again(web: WebServer) -> None:
    assert get(web.put("/", respond(status="502 Bad Gateway"), respond("there"))).body == b"there"


def test_a_lasting_fault_is_told(web: WebServer) -> None:
    with pytest.raises(FetchError, match="HTTP 500"):
        get(web.put("/", respond(status="500 Oh")))
    assert len(web.requests) == 3


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found"])
def test_a_refusal_is_not_tried_again_and_says_what_to_do(web: WebServer, status: str) -> None:
    with pytest.raises(FetchError, match=f"HTTP {status}") as caught:
        get(web.put("/", respond(status=status)))
    assert caught.value.problems[0].remedy
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    ("value", "until"),
    [
        ("120", datetime(2026, 11, 20, 12, 2, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 13:00:00 GMT", datetime(2026, 11, 20, 13, tzinfo=UTC)),
        ("999999999", datetime(2026, 11, 27, 12, tzinfo=UTC)),
        ("Fri, 20 Nov 2020 13:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Fri, 20 Nov 2026 13:00:00 +99999999999999999999", None),
        ("soon", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(web: WebServer, value: str, until: datetime | None) -> None:
    with pytest.raises(FetchError, match="HTTP 503") as caught:
        get(web.put("/", respond(status="503 Busy", retry_after=value)))
    assert caught.value.retry_after == until


def test_a_host_is_asked_by_no_more_than_its_share_at_once(web: WebServer) -> None:
    async def slow(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(respond("x"))

    get_all([web.put(f"/{n}", slow) for n in range(8)], per_host=2)
    assert web.most_at_once == 2


def test_only_redirects_that_are_all_permanent_move_a_source(web: WebServer) -> None:
    web.put("/end", respond("x"))
    web.put("/for-now", respond(status="302 Found", location="/end"))
    assert get(web.put("/moved", respond(status="308 Moved", location="/end"))).moved_to == web.url("/end")
    assert get(web.put("/half", respond(status="301 Moved", location="/for-now"))).moved_to == ""


def test_broken_compression_is_told(web: WebServer) -> None:
    with pytest.raises(FetchError, match="cannot be read"):
        get(web.put("/", respond(b"no gzip at all", content_encoding="gzip")))


def test_an_answer_of_nothing_new_that_was_not_asked_for_is_refused(web: WebServer) -> None:
    with pytest.raises(FetchError, match="was not asked"):
        get(web.put("/", respond(status="304 Not Modified")))


def test_a_busy_server_that_does_not_say_until_when_is_asked_again(web: WebServer) -> None:
    assert get(web.put("/", respond(status="503 Busy"), respond("there"))).body == b"there"


def test_a_host_that_has_enough_is_left_alone_for_the_rest_of_the_run(web: WebServer) -> None:
    async def run() -> list[Fetched | BaseException]:
        async with Fetcher(CollectSettings(allow_private=True, per_host=1), lambda: NOW) as fetcher:
            asked = (fetcher.feed(web.put(f"/{n}", respond(status="429 Too Many Requests"))) for n in range(5))
            return list(await asyncio.gather(*asked, return_exceptions=True))

    found = asyncio.run(run())
    assert len(web.requests) == 1
    assert all(isinstance(one, FetchError) and one.retry_after == NOW + timedelta(minutes=10) for one in found)


@pytest.mark.parametrize("etag", ['"caf\u00e9"', '"' + "x" * 2000 + '"'])
def test_a_validator_that_could_not_be_sent_back_is_forgotten(web: WebServer, etag: str) -> None:
    assert get(web.put("/", respond("x").replace(b"\r\n", f"\r\netag: {etag}\r\n".encode(), 1))).etag == ""


def test_the_time_of_a_download_does_not_run_while_it_waits_for_its_host(web: WebServer) -> None:
    async def slow(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(respond("x"))

    urls = [web.put(f"/{n}", slow) for n in range(6)]
    assert [one.body for one in get_all(urls, per_host=1, timeout=1.0)] == [b"x"] * 6


def test_what_waits_for_a_busy_host_does_not_hold_up_the_others(web: WebServer) -> None:
    released = threading.Event()

    async def slow(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(released.wait, 20)
        writer.write(respond("x"))

    with web_server() as other:
        busy = [web.put(f"/{n}", slow) for n in range(8)]

        async def run() -> int:
            """How many answers of the busy host had come when that of the other came."""
            settings = CollectSettings(allow_private=True, per_host=1, concurrency=3)
            async with Fetcher(settings, lambda: NOW) as fetcher:
                waiting = [asyncio.create_task(fetcher.feed(url)) for url in busy]
                await asyncio.sleep(0)
                await fetcher.feed(other.put("/", respond("y")))
                done = sum(task.done() for task in waiting)
                released.set()
                await asyncio.gather(*waiting)
                return done

        assert asyncio.run(run()) == 0


def test_all_tries_together_have_the_time_of_one(web: WebServer) -> None:
    async def late_and_broken(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.4)
        writer.close()

    with pytest.raises(FetchError, match="no whole answer within 1 seconds"):
        get(web.put("/", late_and_broken), timeout=1.0)


@pytest.mark.parametrize(("status", "final"), [("404 Not Found", False), ("410 Gone", True), ("451 No", True)])
def test_only_what_holds_for_good_is_final(web: WebServer, status: str, final: bool) -> None:
    with pytest.raises(FetchError) as caught:
        get(web.put("/", respond(status=status)))
    assert caught.value.final is final
