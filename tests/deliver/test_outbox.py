"""The outbox: whole files under names that any address may have, and none that the ledger does not know of."""

from pathlib import Path

import pytest

from digest.deliver.message import Letter, Recipient
from digest.deliver.outbox import Outbox, file_name
from digest.errors import OutputError
from digest.model import DeliveryState
from tests.deliver.scene import configure


def reader(address: str = "ann@example.org", number: int = 7) -> Recipient:
    return Recipient(subscriber_id=number, address=address, name="", token="secret")


def letter(content: bytes = b"Subject: x\r\n\r\nhello\r\n") -> Letter:
    return Letter(sender="a@b.example", recipient="ann@example.org", content=content, smtputf8=False)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(configure(tmp_path, '[transport]\ndir = "mail"\n'), "issue-1")


def test_a_letter_written_again_is_the_same_file(outbox: Outbox, tmp_path: Path) -> None:
    channel = outbox.connect()
    for content in (b"one", b"two"):
        channel.hand_over(reader(), letter(content), lambda: True)
    [file] = (tmp_path / "mail" / "issue-1").iterdir()
    assert file.read_bytes() == b"two"
    assert file.suffix == ".eml"


@pytest.mark.parametrize(
    "address",
    [
        "../../etc/passwd@example.org",
        "a/b\\c@example.org",
        "nul\0@x.example",
        "ü" * 300 + "@x.example",
        ".",
        "con@x.example",
    ],
)
def test_no_address_leads_out_of_the_folder(outbox: Outbox, tmp_path: Path, address: str) -> None:
    receipt = outbox.connect().hand_over(reader(address), letter(), lambda: True)
    assert receipt is not None
    assert receipt.state is DeliveryState.SENT
    [file] = list(tmp_path.rglob("*.eml"))
    assert file.parent == tmp_path / "mail" / "issue-1"
    assert not file.name.startswith(".")


def test_addresses_that_look_alike_get_files_of_their_own() -> None:
    names = {file_name(reader(address)) for address in ("a/b@x.example", "a_b@x.example", "a\\b@x.example")}
    assert len(names) == 3


def test_on_a_full_disk_nothing_is_sent_and_nothing_is_left(outbox: Outbox, tmp_path: Path) -> None:
    channel = outbox.connect()
    folder = tmp_path / "mail" / "issue-1"
    # /dev/full refuses every byte with "no space left"; the letter is first written under this name.
    (folder / f".{file_name(reader())}.part").symlink_to("/dev/full")
    receipt = channel.hand_over(reader(), letter(), lambda: True)
    assert receipt is not None
    assert receipt.state is DeliveryState.DEFERRED
    assert isinstance(receipt.failure, OutputError)
    assert "No space left" in str(receipt.failure)
    assert list(folder.iterdir()) == []
    assert outbox.arrived(reader()) is not True


def test_what_arrived_can_be_seen(outbox: Outbox) -> None:
    outbox.connect().hand_over(reader(), letter(), lambda: True)
    assert outbox.arrived(reader()) is True


def test_a_run_that_ended_before_the_rename_sent_nothing(outbox: Outbox) -> None:
    class EndOfRunError(Exception):
        pass

    def die() -> bool:
        raise EndOfRunError

    with pytest.raises(EndOfRunError):
        outbox.connect().hand_over(reader(), letter(), die)
    assert outbox.arrived(reader()) is False


def test_a_letter_that_another_program_may_have_fetched_is_not_sent_again(outbox: Outbox, tmp_path: Path) -> None:
    outbox.connect().hand_over(reader(), letter(), lambda: True)
    [file] = (tmp_path / "mail" / "issue-1").iterdir()
    file.rename(tmp_path / "fetched.eml")
    assert outbox.arrived(reader()) is None


def test_a_letter_that_is_not_fenced_leaves_nothing(outbox: Outbox, tmp_path: Path) -> None:
    assert outbox.connect().hand_over(reader(), letter(), lambda: False) is None
    assert list((tmp_path / "mail" / "issue-1").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where a folder should be")
    outbox = Outbox(configure(tmp_path, '[transport]\ndir = "mail"\n'), "issue-1")
    with pytest.raises(OutputError, match="cannot be written"):
        outbox.connect()
