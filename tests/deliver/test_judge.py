"""When going on would do harm, as all connections together see it."""

import pytest

from digest.deliver.judge import Judge
from digest.deliver.transport import Receipt
from digest.model import DeliveryState

SENT = Receipt(state=DeliveryState.SENT)
REFUSED = Receipt(state=DeliveryState.BOUNCED, general=True, text="554 5.7.1 blocked")
PUT_OFF = Receipt(state=DeliveryState.DEFERRED, text="450 4.2.1 busy")
LOST = Receipt(state=DeliveryState.DEFERRED, lost=True)
GONE = Receipt(state=DeliveryState.BOUNCED, suppress=True, text="550 5.1.1 who?")


def heard(judge: Judge, *receipts: Receipt) -> int | None:
    """After how many letters it said to stop."""
    for number, receipt in enumerate(receipts, 1):
        if judge.hear(receipt) is not None:
            return number
    return None


@pytest.mark.parametrize(("receipt", "count"), [(REFUSED, 5), (PUT_OFF, 100), (LOST, 3)])
def test_so_many_in_a_row_end_the_run(receipt: Receipt, count: int) -> None:
    judge = Judge()
    assert heard(judge, *[receipt] * 200) == count
    assert judge.alike


@pytest.mark.parametrize("receipt", [REFUSED, PUT_OFF, LOST])
def test_a_letter_that_arrives_begins_the_count_anew(receipt: Receipt) -> None:
    judge = Judge()
    assert heard(judge, *[receipt, receipt, SENT] * 100) is None
    assert judge.streak == 100


def test_a_server_that_starts_anew_may_drop_every_connection_once() -> None:
    assert heard(Judge(connections=10), *[LOST] * 11) is None
    assert heard(Judge(connections=10), *[LOST] * 12) == 12


def test_few_gone_among_many_are_believed() -> None:
    judge = Judge()
    assert not judge.is_plausible
    assert heard(judge, *[GONE, *[SENT] * 19] * 100) is None
    assert judge.is_plausible


def test_too_many_gone_at_once_are_not() -> None:
    judge = Judge()
    assert heard(judge, *[GONE, SENT] * 100) == 39
    assert judge.braked
    assert not judge.is_plausible


def test_a_short_list_may_lose_some() -> None:
    assert heard(Judge(), *[GONE] * 10) is None
