"""A test copy of an issue, to one address."""

import secrets
from collections.abc import Callable
from datetime import datetime

from digest.config import Settings, mailable
from digest.deliver.message import MessageTemplate, Recipient
from digest.deliver.transport import open_transport
from digest.errors import TransportError, UsageError
from digest.model import DeliveryState, FrozenIssue


def send_trial(issue: FrozenIssue, settings: Settings, address: str, *, clock: Callable[[], datetime]) -> None:
    """See `digest.deliver.send_test`."""
    recipient = trial_recipient(address)
    letter = MessageTemplate(issue, settings, date=clock(), test=True).letter(recipient)
    channel = open_transport(settings, issue.id).connect()
    try:
        receipt = channel.hand_over(recipient, letter, lambda: True)
    finally:
        channel.close()
    if receipt is not None and receipt.failure is not None:
        raise receipt.failure
    if receipt is None or receipt.state is not DeliveryState.SENT:
        said = receipt.text if receipt is not None else "nothing"
        raise TransportError(f"the test was not taken: {said}", where=address, remedy="try another address, or later")


def trial_recipient(address: str) -> Recipient:
    """Who gets a test. Raises UsageError for what is no address.

    A key of its own each time, which unsubscribes nobody: mail systems drop a second letter of one Message-ID.
    """
    return Recipient(subscriber_id=0, address=_checked(address), name="", token=f"test{secrets.token_hex(8)}")


def _checked(address: str) -> str:
    try:
        return mailable(address)
    except ValueError as error:
        raise UsageError(f"{address!r} {error}", remedy="mend the address") from error
