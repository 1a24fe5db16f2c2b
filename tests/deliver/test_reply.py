"""Replies: what puts a recipient off, what gives one up, and what is not about the recipient at all."""

import pytest

from digest.deliver.reply import after_the_dot, refused, refused_sender, spoken
from digest.model import DeliveryState


@pytest.mark.parametrize(
    ("code", "said", "state", "suppress", "general", "lost"),
    [
        (550, b"5.1.1 no such user here", DeliveryState.BOUNCED, True, False, False),
        (550, b"5.1.10 null MX", DeliveryState.BOUNCED, True, False, False),
        (550, b"User unknown", DeliveryState.BOUNCED, True, False, False),
        (551, b"mailbox not found", DeliveryState.BOUNCED, True, False, False),
        (552, b"5.2.2 mailbox full", DeliveryState.BOUNCED, False, False, False),
        (550, b"5.7.1 refused by policy", DeliveryState.BOUNCED, False, True, False),
        (554, b"transaction failed", DeliveryState.BOUNCED, False, True, False),
        (550, b"5.1.8 bad sender", DeliveryState.BOUNCED, False, True, False),
        (554, b"5.7.1 user unknown to this policy", DeliveryState.BOUNCED, False, True, False),
        (550, b"blocked: 45.2.1.1 is listed", DeliveryState.BOUNCED, False, True, False),
        (550, b"blocked: 185.5.1.1", DeliveryState.BOUNCED, False, True, False),
        (550, b"User unknown (5.1.1)", DeliveryState.BOUNCED, True, False, False),
        (550, b"Sender domain does not exist", DeliveryState.BOUNCED, False, True, False),
        (450, b"4.2.1 greylisted", DeliveryState.DEFERRED, False, False, False),
        (451, b"try later", DeliveryState.DEFERRED, False, False, False),
        (452, b"4.3.1 disk full", DeliveryState.DEFERRED, False, True, False),
        (421, b"4.7.0 closing", DeliveryState.DEFERRED, False, True, True),
        (-1, b"gibberish", DeliveryState.DEFERRED, False, False, True),
        (250, b"fine, where 354 was due", DeliveryState.DEFERRED, False, False, True),
    ],
)
def test_a_refusal_of_a_recipient(
    code: int, said: bytes, state: DeliveryState, suppress: bool, general: bool, lost: bool
) -> None:
    receipt = refused(code, said)
    assert (receipt.state, receipt.suppress, receipt.general, receipt.lost) == (state, suppress, general, lost)


@pytest.mark.parametrize("code", [421, 451, 530, 550])
def test_a_refused_sender_gives_no_recipient_up(code: int) -> None:
    receipt = refused_sender(code, b"not you")
    assert (receipt.state, receipt.general, receipt.suppress) == (DeliveryState.DEFERRED, True, False)


@pytest.mark.parametrize(
    ("code", "state", "lost"),
    [
        (250, DeliveryState.SENT, False),
        (251, DeliveryState.SENT, False),
        (451, DeliveryState.DEFERRED, False),
        (554, DeliveryState.BOUNCED, False),
        (354, DeliveryState.UNKNOWN, True),
        (-1, DeliveryState.UNKNOWN, True),
        (120, DeliveryState.UNKNOWN, True),
    ],
)
def test_after_the_dot_only_a_clear_answer_settles(code: int, state: DeliveryState, lost: bool) -> None:
    receipt = after_the_dot(code, b"said")
    assert (receipt.state, receipt.lost) == (state, lost)


@pytest.mark.parametrize("said", [b"2.0.0 \x00queued\x1b[2J", "2.0.0\r\n\x00 queued \x9b[2J"])
def test_a_reply_is_one_line_without_what_a_store_or_a_terminal_cannot_bear(said: bytes | str) -> None:
    assert spoken(250, said) == "250 2.0.0 queued [2J"
