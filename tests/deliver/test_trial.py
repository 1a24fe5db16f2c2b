"""A test copy: to one address, marked, and unknown to the ledger."""

from pathlib import Path

import pytest

from digest import deliver
from digest.errors import TransportError, UsageError
from digest.model import IssueState
from digest.store import Store
from tests.deliver.scene import ISSUE, Clock, configure, freeze, parsed, scene
from tests.smtp_server import Server


def test_a_test_reaches_one_address_and_no_ledger(store: Store, server: Server, clock: Clock, tmp_path: Path) -> None:
    issue = scene(store, 3)
    deliver.send_test(issue, configure(tmp_path, server.transport()), "desk@example.org", clock=clock)
    assert server.recipients == ["desk@example.org"]
    assert parsed(server.accepted[0].content)["Subject"] == "[Test] The new bridge opens"
    assert store.deliveries.counts(ISSUE) == {}
    assert store.issues.states()[ISSUE] is IssueState.WAITING


def test_no_two_tests_have_one_message_id(store: Store, server: Server, clock: Clock, tmp_path: Path) -> None:
    issue = scene(store, 1)
    for _ in range(2):
        deliver.send_test(issue, configure(tmp_path, server.transport()), "desk@example.org", clock=clock)
    first, second = (parsed(letter.content)["Message-ID"] for letter in server.accepted)
    assert first != second


def test_a_test_that_is_refused_is_told(store: Store, server: Server, clock: Clock, tmp_path: Path) -> None:
    server.rcpt = lambda address: "550 5.1.1 who?"
    with pytest.raises(TransportError, match="who"):
        deliver.send_test(freeze(store), configure(tmp_path, server.transport()), "desk@example.org", clock=clock)
    with pytest.raises(UsageError, match="not an e-mail address"):
        deliver.send_test(freeze(store), configure(tmp_path, server.transport()), "no\r\naddress", clock=clock)
