"""E-mail addresses of readers: checked, and reduced to what makes two of them one mailbox."""

import unicodedata
from dataclasses import dataclass

from digest.config import mailable
from digest.errors import InputError
from digest.store.subscribers import NewSubscriber

_NAME_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address as it is mailed to, and the key under which two spellings of it meet."""

    mailed: str
    key: str
    domain: str

    def as_new(self, name: str, token: str) -> NewSubscriber:
        """A subscriber-to-be with this address."""
        return NewSubscriber(address=self.mailed, key=self.key, domain=self.domain, name=name, token=token)


def read_address(text: str) -> Address:
    """Check an address without asking the network. Raises InputError.

    Domains are compared in their ASCII form and local parts without case: RFC 5321 lets a server tell Ann@ from ann@,
    none does, and a reader entered twice would get two copies.
    """
    try:
        mailed = mailable(text)
    except ValueError as error:
        raise InputError(f"{text!r} {error}", remedy="mend or leave it out") from error
    return Address(mailed=mailed, key=mailed.casefold(), domain=mailed.rpartition("@")[2])


def clean_name(name: str) -> str:
    """A name as one line without control or formatting characters, of a length that a header bears."""
    visible = "".join(c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else " " for c in name)
    return " ".join(visible.split())[:_NAME_LIMIT].rstrip()
