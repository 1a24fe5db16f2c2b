"""DKIM signatures (RFC 6376; Ed25519: RFC 8463), for those whose mail server does not sign.

The arithmetic is cryptography's. dkimpy, which the tests verify with, computes RSA in Python: ten times slower, and in
a time that depends on the key.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from digest.config import Settings, mailable, split_mailbox
from digest.errors import ConfigError

_WHERE = "[dkim] key_file"
# RFC 6376, 5.4.1; RFC 8058 asks for both of List-Unsubscribe's. From twice: a second one that is added breaks it.
_SIGNED = (
    "from",
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "feedback-id",
)
_RSA_MIN = 1024  # RFC 8301 lets no verifier accept less
_BLANKS = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_LINE_LIMIT = 72


class Signer:
    """Signs letters with one key. Safe to use from several threads.

    Header fields are signed relaxed, since servers refold them; the body as it is (simple), which costs nothing.
    """

    def __init__(self, *, domain: str, selector: str, algorithm: str, sign: Callable[[bytes], bytes]) -> None:
        self.domain = domain
        self._selector = selector
        self._algorithm = algorithm
        self._sign = sign

    def header(self, headers: bytes, body: bytes) -> bytes:
        """The DKIM-Signature field for a letter, with its line end. Both are as they will be sent, with CRLF."""
        fields = _fields(headers)
        present = {name for name, _ in fields}
        names = [name for name in _SIGNED if name in present]
        tags = (
            f"v=1; a={self._algorithm}; c=relaxed/simple; d={self.domain}; s={self._selector};\r\n"
            f" h={_folded(names)};\r\n bh={_body_hash(body)};\r\n b="
        )
        unsigned = f"DKIM-Signature: {tags}".encode()
        said = b"".join(_chosen(fields, names)) + _relaxed(unsigned)
        return unsigned + _broken(base64.b64encode(self._sign(said))) + b"\r\n"


def open_signer(settings: Settings) -> Signer | None:
    """The signer that `[dkim]` describes; None when it describes none. Raises ConfigError."""
    if settings.dkim.key_file is None:
        return None
    algorithm, sign = _load(settings.dkim.key_file)
    domain = signing_domain(settings)
    return Signer(domain=domain, selector=settings.dkim.selector, algorithm=algorithm, sign=sign)


def signing_domain(settings: Settings) -> str:
    """The domain that answers for the letters: the sender's, or one above it. Raises ConfigError for any other."""
    sender = mailable(split_mailbox(settings.newsletter.from_)[1]).rpartition("@")[2]
    domain = settings.dkim.domain.lower() or sender
    if sender != domain and not sender.endswith(f".{domain}"):
        raise ConfigError(
            f"signs for {domain}, but letters come from {sender}: receivers trust only the sender's own domain (DMARC)",
            where="[dkim] domain",
            remedy=f'leave it out, or set it to "{sender}"',
        )
    return domain


def public_record(path: Path) -> str:
    """What the DNS must publish for the private key in `path` (RFC 6376, 3.6.1). Raises ConfigError."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = _read_key(path)
    if _is_ed25519(key):
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}"
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


@cache
def _load(path: Path) -> tuple[str, Callable[[bytes], bytes]]:
    key = _read_key(path)
    if _is_ed25519(key):
        return "ed25519-sha256", lambda said: key.sign(hashlib.sha256(said).digest())
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    return "rsa-sha256", lambda said: key.sign(said, PKCS1v15(), hashes.SHA256())


def _read_key(path: Path) -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        remedy = 'install it with: pip install "article-digest[dkim]"'
        raise ConfigError("signing needs the package cryptography", where=_WHERE, remedy=remedy) from error
    remedy = "make one with: openssl genrsa -out dkim.pem 2048"
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", where=_WHERE, remedy=remedy) from error
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{path} holds no private key without a password", where=_WHERE, remedy=remedy) from error
    if isinstance(key, RSAPrivateKey) and key.key_size < _RSA_MIN:
        what = f"{path} is an RSA key of {key.key_size} bits; receivers take none under {_RSA_MIN}"
        raise ConfigError(what, where=_WHERE, remedy=remedy)
    if not isinstance(key, RSAPrivateKey) and not _is_ed25519(key):
        raise ConfigError(f"{path} is neither an RSA nor an Ed25519 key", where=_WHERE, remedy=remedy)
    return key


def _is_ed25519(key: object) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return isinstance(key, Ed25519PrivateKey)


def _fields(headers: bytes) -> list[tuple[str, bytes]]:
    """The fields with their names in lower case, whole and without the last line end."""
    whole = _FOLD.sub(b"", headers).split(b"\r\n")
    return [(field.partition(b":")[0].decode("ascii").lower(), field) for field in whole if field]


def _chosen(fields: list[tuple[str, bytes]], names: list[str]) -> list[bytes]:
    """The fields as they are signed: for a name that stands twice, the lower one first, then nothing (5.4.2)."""
    left = list(fields)
    chosen = []
    for name in names:
        for i in range(len(left) - 1, -1, -1):
            if left[i][0] == name:
                chosen.append(_relaxed(left.pop(i)[1]) + b"\r\n")
                break
    return chosen


def _relaxed(field: bytes) -> bytes:
    """One field in relaxed form (3.4.2), without a line end."""
    name, _, value = _FOLD.sub(b"", field).partition(b":")
    return name.lower().strip() + b":" + _BLANKS.sub(b" ", value).strip()


def _body_hash(body: bytes) -> str:
    """The hash of a body in simple form (3.4.3): exactly one line end at its end."""
    stripped = body.rstrip(b"\r\n") if body.endswith(b"\r\n\r\n") else body
    whole = stripped if stripped.endswith(b"\r\n") else stripped + b"\r\n"
    return base64.b64encode(hashlib.sha256(whole).digest()).decode()


def _folded(names: list[str]) -> str:
    lines, line = [], ""
    for name in names:
        if line and len(line) + len(name) > _LINE_LIMIT - 4:
            lines.append(line)
            line = ""
        line += f"{name}:"
    return "\r\n  ".join([*lines, line.rstrip(":")])


def _broken(signature: bytes) -> bytes:
    pieces = [signature[i : i + _LINE_LIMIT] for i in range(0, len(signature), _LINE_LIMIT)]
    return b"\r\n ".join(pieces)
