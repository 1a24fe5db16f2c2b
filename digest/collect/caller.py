"""Who digest is to one source: how it introduces itself, and the secrets that it shows to that source alone."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from digest.config import SourceSettings
from digest.errors import ConfigError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """How one source is asked. `secrets` are headers that go to the origin of `home` and to no other."""

    user_agent: str = ""
    home: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def headers_for(self, url: str) -> Mapping[str, str]:
        """The secret headers that a request to `url` may carry."""
        return self.secrets if self.secrets and origin(url) == origin(self.home) else {}


def caller_of(source: SourceSettings) -> Caller:
    """The caller of a source. Raises ConfigError when the environment lacks a secret that the source names."""
    secrets = {name.lower(): _header(source, variable) for name, variable in source.headers_env.items()}
    if source.username:
        pair = f"{source.username}:{_secret(source, source.password_env)}"
        secrets["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return Caller(user_agent=source.user_agent, home=source.url or "", secrets=secrets)


def password_of(source: SourceSettings) -> str:
    """The password that a source names. Raises ConfigError when the environment does not hold it."""
    return _secret(source, source.password_env)


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what a secret was given for (RFC 6454)."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme)


def _header(source: SourceSettings, variable: str) -> str:
    value = _secret(source, variable)
    if not value.isascii():
        what, remedy = f"the environment variable {variable} cannot stand in a header", "set it to ASCII characters"
        raise ConfigError(what, where=f"[[sources]] {source.name}", remedy=remedy)
    return value


def _secret(source: SourceSettings, variable: str) -> str:
    value = os.environ.get(variable, "")
    where = f"[[sources]] {source.name}"
    if not value:
        remedy = f"set it where digest runs (in a crontab: a line {variable}=… above the job)"
        raise ConfigError(f"the environment variable {variable} is not set, or empty", where=where, remedy=remedy)
    if not value.isprintable():
        remedy = "set it to one line without control characters"
        raise ConfigError(f"the environment variable {variable} cannot stand in a header", where=where, remedy=remedy)
    return value
