"""The process that parses: it reads requests, answers them, and may be killed.

Each request and each answer is a pickle behind its length in 8 bytes; the first answer is the number of the process,
which is ready, or why it will never be. Only the parent writes to it, and the parent takes no more from it than it
would from the parser itself. It is forked (digest.collect.forkserver) or, run as a program, talks on standard input and
output.
"""

import os
import pickle
import resource
import struct
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

from digest.collect.draft import Rejected

LENGTH = struct.Struct(">Q")
_MEMORY = 450_000_000  # bytes of heap, of which the interpreter and the libraries take about a quarter

Answer = tuple[str, Any]  # ("done", result), ("rejected" or "exhausted", reason), ("failed", what)


def call(task: str, arguments: dict[str, Any]) -> Any:
    """Do one task, named as what it reads. Raises Rejected."""
    return _task(task)(**arguments)


_TASKS = {
    "feed": "digest.collect.feedtext:parse_feed",
    "page": "digest.collect.extract:extract_page",
    "document": "digest.collect.document:parse_document",
    "sitemap": "digest.collect.sitemaptext:parse_sitemap",
    "listing": "digest.collect.listing:read_listing",
    "opml": "digest.collect.opml:parse_opml",
    "feed_links": "digest.collect.discover:feed_links",
}


def warm_up() -> None:
    """Load what nearly every input needs, so that the first one has as much time as any other."""
    from digest.collect.language import detect_language

    for name in ("lxml.html", "feedparser", "digest.collect.feedtext", "digest.collect.extract"):
        import_module(name)
    detect_language("The first words that a new process reads are these.")


def _task(name: str) -> Callable[..., Any]:
    module, _, function = _TASKS[name].partition(":")
    task: Callable[..., Any] = getattr(import_module(module), function)
    return task


def answer(task: str, arguments: dict[str, Any]) -> Answer:
    """Do one task and say how it went; no input ends the worker."""
    try:
        return "done", call(task, arguments)
    except Rejected as verdict:
        return "rejected", str(verdict)
    except MemoryError:
        return "exhausted", "reading it needs too much memory"
    except RecursionError:
        return "rejected", "it is nested too deeply to be read"
    except Exception as error:  # noqa: BLE001 - a parser may fail in any way on hostile input; the parent must hear of it
        return "failed", _told(error)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def main() -> None:
    """Answer requests until the input ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between two answers
    if why := prepare():
        write(answers, ("failed", why))
    else:
        serve(requests, answers)


def prepare() -> str:
    """Make this process one that can parse; "", or why it never will."""
    try:
        limit_itself()
        warm_up()
    except Exception as error:  # noqa: BLE001 - memory, disk or installation: whoever asks must hear of it
        return _told(error)
    return ""


def limit_itself() -> None:
    """Take no more memory than an input may need, and leave no core behind."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    memory = _MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most)  # it can be lowered only
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Say that this process is ready, and answer requests until there are no more."""
    write(answers, ("done", os.getpid()))
    while (request := _read(requests)) is not None:
        write(answers, answer(*pickle.loads(request)))  # noqa: S301 - written by the parent process


def write(stream: BinaryIO, given: Answer) -> None:
    """Send one answer."""
    data = pickle.dumps(given)
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


if __name__ == "__main__":
    main()
