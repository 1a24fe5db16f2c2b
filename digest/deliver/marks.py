"""The marks by which mail that comes back is known to be about a letter of ours.

Each is made from the secret token of one reader, so that nobody who did not get the letter can make one: a forged
report about somebody else's address counts for nothing.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SIGNATURE = 12  # characters of base32: 60 bits, each guess a letter
_MARK = re.compile(r"([0-9a-z]{1,10})-([0-9a-z]{1,6})-([a-z2-7]{12})")


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceMark:
    """Who a letter was for and which issue it was, as the address says that reports about it go to."""

    subscriber_id: int
    issue_number: int
    signature: str

    def is_genuine(self, token: str) -> bool:
        """Whether this mark was made for the reader with this token."""
        return hmac.compare_digest(self.signature, _signature(self.subscriber_id, self.issue_number, token))


def bounce_mark(subscriber_id: int, issue_number: int, token: str) -> str:
    """What is added to the address for reports (VERP). Lower case only: mail servers may fold the case."""
    signature = _signature(subscriber_id, issue_number, token)
    return f"{_base36(subscriber_id)}-{_base36(issue_number)}-{signature}"


def read_bounce_mark(text: str) -> BounceMark | None:
    """The mark that `bounce_mark` made, not yet proven; None for any other text."""
    found = _MARK.fullmatch(text.lower())
    if found is None:
        return None
    return BounceMark(subscriber_id=int(found[1], 36), issue_number=int(found[2], 36), signature=found[3])


def message_id(issue_id: str, subscriber_id: int, token: str) -> str:
    """The part of a Message-ID before the "@": the same for the same letter, and no other (RFC 5322, 3.6.4)."""
    return hashlib.sha256("\0".join((issue_id, str(subscriber_id), token)).encode()).hexdigest()[:40]


def _signature(subscriber_id: int, issue_number: int, token: str) -> str:
    said = f"bounce:{subscriber_id}:{issue_number}".encode()
    whole = hmac.digest(token.encode(), said, "sha256")
    return base64.b32encode(whole).decode().lower()[:_SIGNATURE]


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if not number:
            return digits
