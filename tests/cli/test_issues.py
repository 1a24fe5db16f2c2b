"""`digest issues`: what a person leaves, and what is shown of it."""

from datetime import timedelta

from digest.model import DeliveryState
from digest.store import open_store
from digest.store.journal import Journal, Settled
from tests.cli.project import Project
from tests.deliver.scene import ISSUE, NOW, freeze, readers, subscribe


def begun(project: Project, said: str = "") -> None:
    """An issue in the midst of which a run was killed: one letter sent, one on its way, one claimed."""
    with open_store(f"sqlite:///{project.folder}/config.db") as store:
        freeze(store)
        subscribe(store, readers(3))
        store.deliveries.begin(ISSUE, now=NOW)
        with Journal(store.engine, ISSUE, lease=timedelta(hours=1)) as journal:
            first, second, _ = journal.claim(3, now=NOW)
            journal.advance([], first, now=NOW)
            state = DeliveryState.BOUNCED if said else DeliveryState.SENT
            journal.advance([Settled(claim=first, state=state, next_at=NOW, text=said)], second, now=NOW)


def test_what_a_killed_run_had_claimed_is_discarded_too(project: Project) -> None:
    begun(project)
    done = project.run("issues", "discard", ISSUE)
    assert done.code == 0, done.err
    shown = project.run("issues", "show", ISSUE, "--json").json
    assert shown["deliveries"] == {"sent": 1, "unknown": 1, "cancelled": 1}
    assert project.run("send", "--issue", ISSUE).code == 76
    assert project.outbox == []


def test_a_dry_run_counts_what_is_unknown_when_it_would_be_sent_again(project: Project) -> None:
    begun(project)
    project.run("issues", "discard", ISSUE)
    done = project.run("send", "--dry-run", "--resend-unknown", "--json")
    assert done.code == 0, done.err
    assert (done.json["issue"], done.json["total"]) == (ISSUE, 1)


def test_who_only_waits_for_his_turn_is_counted_and_not_listed(project: Project) -> None:
    begun(project)
    shown = project.run("issues", "show", ISSUE)
    assert "1 claimed, 1 sending, 1 sent" in shown.out
    assert [line.split()[:2] for line in shown.out.splitlines() if "@" in line] == [
        ["reader1@town1.example", "sending"]
    ]
    listed = project.run("issues", "show", ISSUE, "--json").json["not_sent"]
    assert [each["state"] for each in listed] == ["sending", "claimed"]


def test_a_mail_server_does_not_write_to_the_terminal(project: Project) -> None:
    begun(project, said="550 \x1b]0;gone\x07\x9b2J no")
    shown = project.run("issues", "show", ISSUE)
    assert "550 ]0;gone2J no" in shown.out
    assert "\x1b" not in shown.out
