"""Hosts take turns when sources are begun."""

from pathlib import Path

from digest.collect.order import taking_turns
from tests.collect.conftest import source


def test_hosts_take_turns_and_what_is_local_waits_for_nobody() -> None:
    urls = ["http://a.example/1", "http://a.example/2", "http://A.example/3", "http://b.example/1"]
    sources = [*(source("feed", url) for url in urls), source("folder", Path("/a")), source("folder", Path("/b"))]
    assert taking_turns(sources) == [0, 3, 4, 5, 1, 2]
