"""What every transport promises to the ledger."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from digest.deliver.message import Letter, Recipient
from digest.deliver.transport import Channel, Receipt, Transport, open_transport
from digest.model import DeliveryState
from tests.deliver.scene import configure
from tests.smtp_server import smtp_server

CONTENT = b"Subject: a bridge\r\n\r\n.a line with a dot\r\n..\r\n.\r\nnaive =C3=AF\r\n"


@dataclass
class Place:
    """A transport, and how a test sees what arrived by it."""

    transport: Transport
    arrived: Callable[[], list[bytes]]


@pytest.fixture(params=["outbox", "smtp"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "outbox":
        settings = configure(tmp_path, '[transport]\ntype = "outbox"\ndir = "mail"\n')
        folder = tmp_path / "mail" / "issue-1"
        yield Place(
            open_transport(settings, "issue-1"),
            lambda: [path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix == ".eml"],
        )
        return
    with smtp_server(tmp_path) as server:
        settings = configure(tmp_path, server.transport())
        yield Place(open_transport(settings, "issue-1"), lambda: [message.content for message in server.accepted])


@pytest.fixture
def channel(place: Place) -> Iterator[Channel]:
    opened = place.transport.connect()
    yield opened
    opened.close()


def reader(number: int = 1) -> Recipient:
    return Recipient(subscriber_id=number, address=f"reader{number}@example.org", name="", token=f"secret{number}")


def letter(number: int = 1, content: bytes = CONTENT) -> Letter:
    return Letter(
        sender="letter@harbour.example",
        recipient=f"reader{number}@example.org",
        content=content,
        smtputf8=False,
    )


def state(receipt: Receipt | None) -> DeliveryState | None:
    return receipt.state if receipt is not None else None


def test_a_letter_arrives_byte_for_byte(place: Place, channel: Channel) -> None:
    assert state(channel.hand_over(reader(), letter(), lambda: True)) is DeliveryState.SENT
    assert place.arrived() == [CONTENT]


def test_without_the_fence_nothing_arrives_and_the_channel_goes_on(place: Place, channel: Channel) -> None:
    assert channel.hand_over(reader(1), letter(1), lambda: False) is None
    assert place.arrived() == []
    assert state(channel.hand_over(reader(2), letter(2), lambda: True)) is DeliveryState.SENT
    assert len(place.arrived()) == 1


def test_the_fence_is_asked_once_before_anything_arrives(place: Place, channel: Channel) -> None:
    seen: list[int] = []

    def fence() -> bool:
        seen.append(len(place.arrived()))
        return True

    channel.hand_over(reader(), letter(), fence)
    assert seen == [0]


def test_what_the_fence_raises_goes_through(place: Place, channel: Channel) -> None:
    def fence() -> bool:
        raise KeyError("the ledger is gone")

    with pytest.raises(KeyError, match="the ledger is gone"):
        channel.hand_over(reader(), letter(), fence)
    assert place.arrived() == []


def test_two_channels_work_side_by_side(place: Place, channel: Channel) -> None:
    other = place.transport.connect()
    channel.hand_over(reader(1), letter(1), lambda: True)
    other.hand_over(reader(2), letter(2), lambda: True)
    other.close()
    assert len(place.arrived()) == 2


def test_a_channel_may_be_closed_twice(place: Place) -> None:
    channel = place.transport.connect()
    channel.close()
    channel.close()


def test_a_check_says_what_was_found_and_sends_nothing(place: Place) -> None:
    assert place.transport.check()
    place.transport.connect().close()
    assert place.arrived() == []
