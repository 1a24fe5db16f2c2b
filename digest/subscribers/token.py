"""The secret part of each reader's own links."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 24  # 142 bits


def new_token() -> str:
    """Letters and digits that nobody guesses, and that stand in any address without being escaped."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def is_token(text: str) -> bool:
    """Whether a text has the form of a token; no address has."""
    return len(text) == _LENGTH and set(text) <= set(_ALPHABET)
