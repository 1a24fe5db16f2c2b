"""A real HTTP server on loopback that can be told to behave badly, and a store of its own for each test."""

import asyncio
import gzip
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.config import CollectSettings, SourceSettings
from digest.model import Article, Collected
from digest.store import Store, open_store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
Handler = Callable[[dict[str, str], asyncio.StreamWriter], Awaitable[None]]


@dataclass
class WebServer:
    """Answers each path with what a test put there; remembers what it was asked for."""

    port: int = 0
    answers: dict[str, list[bytes | Handler]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, path: str, *answers: bytes | Handler) -> str:
        """Answer `path` with these, one request after another, the last for ever."""
        self.answers[path] = list(answers)
        return self.url(path)

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = lines[0].split(" ")[1]
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:] if line)}
            self.requests.append((path, headers))
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            waiting = self.answers.get(path) or [respond(status="404 Not Found")]
            answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(headers, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, as it should from some of what is served here
        finally:
            self._now -= 1
            writer.close()


def respond(
    body: bytes | str = b"", *, status: str = "200 OK", content_type: str = "application/rss+xml", **headers: str
) -> bytes:
    """A whole HTTP answer. Underscores in the names of headers stand for dashes."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"content-type": content_type, "content-length": str(len(data)), "connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + data


def gzipped(body: bytes) -> bytes:
    return respond(gzip.compress(body), content_encoding="gzip")


@contextmanager
def web_server() -> Iterator[WebServer]:
    """A server of its own, for as long as it is needed."""
    server = WebServer()
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def run(stop: asyncio.Event) -> None:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        server.port = listening.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        listening.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run(stop)), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield server
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as opened:
        yield opened


@pytest.fixture
def settings() -> CollectSettings:
    return CollectSettings(allow_private=True, timeout=5.0)


def kept(found: Collected, store: Store) -> list[Article]:
    """What a look found, whole: as the store has it."""
    assert not any(article.text for article in found.new)
    return store.articles.get(article.id for article in found.new)


def source(kind: str, where: str | Path, **changes: object) -> SourceSettings:
    """A source at an address or a path."""
    place = {"path": where} if isinstance(where, Path) else {"url": where}
    return SourceSettings.model_validate({"type": kind, "name": "A source", "full_text": False, **place, **changes})


def rss(*items: str, head: str = "") -> str:
    """An RSS feed of these items."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Harbour notes</title>'
        f"<language>en-gb</language><link>https://harbour.example.org/</link>{head}{''.join(items)}</channel></rss>"
    )


def item(number: int, *, title: str | None = None, text: str | None = None, day: int = 10, **fields: str) -> str:
    """One RSS item with its own guid, link, title, text and date unless told otherwise."""
    values = {
        "title": title or f"Boat {number} came home",
        "link": f"https://harbour.example.org/boats/{number}",
        "guid": f"boat-{number}",
        "pubDate": f"{day:02d} Nov 2026 08:00:00 +0000",
        "description": text or f"The boat with the number {number} came home this morning, said the master of it.",
        **fields,
    }
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in values.items() if value) + "</item>"


WORDS = (
    "The dredger left the outer harbour at first light, and the pilots waited until the swell had gone down.",
    "Nobody on the quay had expected the old crane to lift the hull in one piece, but it did so before noon.",
    "The harbour board will decide in the spring whether the north mole is to be built again in stone.",
    "Until then the ferries use the inner berth, which adds some ten minutes to each of their crossings.",
    "Fishermen who keep their boats in the basin were told that they may stay where they are for the winter.",
)


def page(title: str = "The crane that lifted a hull", *, head: str = "", paragraphs: tuple[str, ...] = WORDS) -> str:
    """An HTML page with one article."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body>"
        f"<nav><a href='/'>Front page</a></nav><article><h1>{title}</h1>{body}</article></body></html>"
    )
