"""`digest send`: to every active subscriber, never twice."""

from email import message_from_bytes, policy

import pytest

from tests.cli.project import Project

pytestmark = pytest.mark.model


def recipients(project: Project) -> list[str]:
    messages = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in project.outbox]
    return sorted(str(message["To"].addresses[0].addr_spec) for message in messages)


@pytest.fixture
def subscribed(project: Project) -> Project:
    project.write("list.csv", "address,name\nann@example.org,Ann\nbo@example.org,Bo Ek\ncy@example.org,\n")
    done = project.run("subscribers", "import", "list.csv")
    assert done.code == 0, done.err
    return project


def test_a_send_builds_and_mails_everyone_once(subscribed: Project) -> None:
    done = subscribed.run("send", "--json")
    assert done.code == 0, done.err
    assert recipients(subscribed) == ["ann@example.org", "bo@example.org", "cy@example.org"]
    assert done.json[0]["counts"] == {"sent": 3}


def test_a_second_send_mails_nobody(subscribed: Project) -> None:
    subscribed.run("send")
    before = {path: path.read_bytes() for path in subscribed.outbox}
    done = subscribed.run("send")
    assert done.code == 0
    assert "nothing" in done.err
    assert {path: path.read_bytes() for path in subscribed.outbox} == before


def test_what_was_previewed_is_what_is_sent(subscribed: Project) -> None:
    report = subscribed.run("build", "--json").json
    sent = subscribed.run("send", "--json").json
    assert [item["issue"] for item in sent] == [report["issue"]]
    message = message_from_bytes(subscribed.outbox[0].read_bytes(), policy=policy.default)
    assert message["Subject"] == report["subject"]


def test_a_new_subscriber_does_not_get_the_issue_that_went_out(subscribed: Project) -> None:
    subscribed.run("send")
    subscribed.run("subscribers", "add", "late@example.org")
    assert subscribed.run("send").code == 0
    assert "late@example.org" not in recipients(subscribed)


def test_nobody_subscribed_leaves_the_issue_waiting(project: Project) -> None:
    done = project.run("send")
    assert done.code == 0
    assert "subscribers add" in done.err
    assert project.run("issues", "list", "--json").json[0]["state"] == "waiting"


def test_a_dry_run_sends_nothing_and_says_what_it_would(subscribed: Project) -> None:
    done = subscribed.run("send", "--dry-run")
    assert done.code == 0, done.err
    assert "3" in done.out
    assert subscribed.outbox == []
    assert subscribed.run("issues", "list", "--json").json[0]["state"] == "waiting"


def test_a_test_goes_to_one_address_and_counts_for_nothing(subscribed: Project) -> None:
    assert subscribed.run("send", "--to", "me@example.org").code == 0
    assert recipients(subscribed) == ["me@example.org"]
    message = message_from_bytes(subscribed.outbox[0].read_bytes(), policy=policy.default)
    assert message["Subject"].startswith("[Test] ")
    subscribed.run("send")
    assert recipients(subscribed) == ["ann@example.org", "bo@example.org", "cy@example.org", "me@example.org"]


def test_a_discarded_issue_is_not_sent(subscribed: Project) -> None:
    issue = subscribed.run("build", "--json").json["issue"]
    assert subscribed.run("issues", "discard", issue).code == 0
    done = subscribed.run("send", "--issue", issue)
    assert done.code == 2
    assert "discarded" in done.err
    assert subscribed.outbox == []


def test_issues_show_counts_by_state(subscribed: Project) -> None:
    subscribed.run("send")
    issue = subscribed.run("issues", "list", "--json").json[0]
    assert issue["deliveries"] == {"sent": 3}
    shown = subscribed.run("issues", "show", issue["issue"], "--json").json
    assert shown["unknown"] == []
    assert shown["state"] == "sent"
