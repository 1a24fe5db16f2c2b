"""What the replies of a mail server mean for one delivery. Sources: RFC 5321 (codes), RFC 3463 (enhanced codes)."""

import re

from digest.deliver.encoded import one_line
from digest.deliver.transport import Receipt
from digest.model import DeliveryState

# Servers put it first or last, and quote IP addresses, in which three of four numbers must not be taken for one.
_ENHANCED = re.compile(r"(?<![\d.])[245]\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_ADDRESS, _MAILBOX, _SYSTEM = 1, 2, 3
_CLOSING = 421
_NO_SUCH_MAILBOX = {(_ADDRESS, 1), (_ADDRESS, 2), (_ADDRESS, 3), (_ADDRESS, 6), (_ADDRESS, 10)}
_ABOUT_THE_SENDER = {(_ADDRESS, 7), (_ADDRESS, 8)}
_WORDS_OF_NO_MAILBOX = re.compile(
    r"user unknown|unknown user|no such user|does not exist|mailbox (not found|unavailable)", re.I
)
# Put off for its own sake: a mailbox that is full, or a server that wants to see the same letter twice.
_WORDS_OF_ONE_LETTER = re.compile(r"gr[ae]y-?list|quota|mailbox (is )?full|out of storage", re.I)
# Many servers judge the sender only after RCPT: that his domain does not exist is no fault of the reader.
_WORDS_OF_THE_SENDER = re.compile(r"\b(sender|from|helo|ehlo)\b|your (domain|host)", re.I)


def refused_sender(code: int, said: bytes) -> Receipt:
    """After MAIL: it is we who are refused, not this recipient, so nobody is given up for it."""
    return Receipt(
        state=DeliveryState.DEFERRED,
        code=code,
        text=spoken(code, said),
        general=True,
        slower=400 <= code < 500,
        lost=code == _CLOSING or not 400 <= code < 600,
    )


def refused(code: int, said: bytes) -> Receipt:
    """After RCPT or DATA: put off (4xx) or given up (5xx); anything else is no answer, and the session is left."""
    text = spoken(code, said)
    subject = _subject(text)
    if not 500 <= code < 600:
        return Receipt(
            state=DeliveryState.DEFERRED,
            code=code,
            text=text,
            lost=code == _CLOSING or not 400 <= code < 500,
            general=code == _CLOSING or (subject is not None and subject[0] == _SYSTEM),
            slower=400 <= code < 500 and _is_about_pace(text, subject),
        )
    gone = _is_gone(code, text, subject)
    return Receipt(
        state=DeliveryState.BOUNCED, code=code, text=text, suppress=gone, general=not gone and not _is_personal(subject)
    )


def after_the_dot(code: int, said: bytes) -> Receipt:
    """After the message: only a clear answer settles it."""
    if 200 <= code < 300:
        return Receipt(state=DeliveryState.SENT, code=code, text=spoken(code, said))
    if 400 <= code < 600:
        return refused(code, said)
    text = f"no clear answer after the message: {spoken(code, said)}"
    return Receipt(state=DeliveryState.UNKNOWN, text=text, lost=True)


def lost(error: BaseException) -> Receipt:
    """The connection ended before the message was complete: a server must forget what it had of it."""
    return Receipt(state=DeliveryState.DEFERRED, text=f"the connection was lost: {error}", lost=True)


def spoken(code: int, said: bytes | str) -> str:
    """A reply on one line, as a person reads it: without control characters, which no text of PostgreSQL may hold."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {one_line(text)}"


def is_gone(code: int, text: str) -> bool:
    """Whether a refusal says that there is no such mailbox, so that it is to be mailed no more."""
    return _is_gone(code, text, _subject(text))


def _subject(text: str) -> tuple[int, int] | None:
    found = _ENHANCED.search(text)
    return (int(found[1]), int(found[2])) if found else None


def _is_gone(code: int, text: str, subject: tuple[int, int] | None) -> bool:
    if subject is None:
        about_us = _WORDS_OF_THE_SENDER.search(text) is not None
        return code in {550, 551} and not about_us and _WORDS_OF_NO_MAILBOX.search(text) is not None
    return subject in _NO_SUCH_MAILBOX


def _is_personal(subject: tuple[int, int] | None) -> bool:
    """Whether a refusal is about this recipient, so that the next one may fare better."""
    return subject is not None and subject[0] in {_ADDRESS, _MAILBOX} and subject not in _ABOUT_THE_SENDER


def _is_about_pace(text: str, subject: tuple[int, int] | None) -> bool:
    """Whether sending less might have helped: servers say "too much" in many ways, and "not this one" in few."""
    if subject is not None and subject[0] in {_ADDRESS, _MAILBOX}:
        return False
    return _WORDS_OF_ONE_LETTER.search(text) is None
