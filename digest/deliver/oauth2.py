"""Logging in with an access token instead of a password (XOAUTH2, and OAUTHBEARER of RFC 7628).

yagmail's own way is not used: it skips TLS with a STARTTLS that names certificates, takes a refusal for a success, and
waits for the token without end. The file is the one that yagmail keeps.
"""

import json
import smtplib
import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from digest.errors import ConfigError, LoginError, TransportError

_WHERE = "[transport] oauth2_file"
_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_ANSWER_MAX = 100_000
_SPARE_S = 60.0
_REMEDY = (
    "write a JSON file with client_id, client_secret and refresh_token; for others than Google, token_url and scope too"
)


def log_in(session: smtplib.SMTP, username: str, token: str) -> None:
    """Authenticate. The session must be encrypted. Raises smtplib.SMTPException, LoginError."""
    offered = session.esmtp_features.get("auth", "").upper().split()
    if "XOAUTH2" in offered:
        name, said = "XOAUTH2", f"user={username}\1auth=Bearer {token}\1\1"
    elif "OAUTHBEARER" in offered:
        name, said = "OAUTHBEARER", f"n,a={_gs2(username)},\1auth=Bearer {token}\1\1"
    else:
        raise smtplib.SMTPNotSupportedError("it knows neither XOAUTH2 nor OAUTHBEARER")
    code, answer = session.auth(name, _Once(said), initial_response_ok=True)
    if code != 235:  # smtplib lets a server end the exchange with another "yes"; only this one is a login
        raise smtplib.SMTPAuthenticationError(code, answer)


class _Once:
    """Says the token once. A refusal comes as a challenge with details; what is asked for then is an empty answer."""

    def __init__(self, said: str) -> None:
        self._said = said

    def __call__(self, challenge: bytes | None = None) -> str:
        said, self._said = self._said, ""
        return said


class AccessTokens:
    """Access tokens for a refresh token, kept until shortly before they run out. `timeout` is in seconds."""

    def __init__(self, path: Path, *, timeout: float) -> None:
        self._path = path
        self._timeout = timeout
        self._token = ""
        self._until = 0.0

    def get(self) -> str:
        """A token that is good now. Raises ConfigError, LoginError, TransportError."""
        if not self._token or time.monotonic() > self._until:
            answer = self._refresh(_read(self._path))
            self._token = str(answer["access_token"])
            lasts = answer.get("expires_in")
            self._until = time.monotonic() + (float(lasts) if isinstance(lasts, int | float) else 0.0) - _SPARE_S
        return self._token

    def _refresh(self, account: dict[str, str]) -> dict[str, Any]:
        import httpx2

        url = account.pop("token_url", _TOKEN_URL)
        _must_be_private(url)
        try:
            answer = httpx2.post(
                url, data={**account, "grant_type": "refresh_token"}, timeout=self._timeout, trust_env=False
            )
        except httpx2.HTTPError as error:
            raise TransportError(
                f"no access token: {url} cannot be reached ({error})", remedy="run again later; nothing was lost"
            ) from error
        said = _json(answer.content[:_ANSWER_MAX])
        if answer.status_code >= 500 or answer.status_code == 429:
            raise TransportError(
                f"no access token: {url} answers {answer.status_code}", remedy="run again later; nothing was lost"
            )
        if answer.status_code != 200 or not isinstance(said.get("access_token"), str):
            why = said.get("error_description") or said.get("error") or f"status {answer.status_code}"
            raise LoginError(
                f"no access token: {url} says: {str(why)[:200]}",
                where=_WHERE,
                remedy="authorize digest anew and write the new refresh_token into the file",
            )
        return said


def _read(path: Path) -> dict[str, str]:
    """The account: client_id, client_secret, refresh_token, and what else goes to the token server."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ConfigError(f"cannot read {path}: {error}", where=_WHERE, remedy=_REMEDY) from error
    if not isinstance(found, dict):
        raise ConfigError(f"{path} is no JSON object", where=_WHERE, remedy=_REMEDY)
    plain = {str(key).removeprefix("google_"): value for key, value in found.items()}
    wanted = ("client_id", "client_secret", "refresh_token")
    if missing := [key for key in wanted if not isinstance(plain.get(key), str) or not plain[key]]:
        raise ConfigError(f"{path} lacks {', '.join(missing)}", where=_WHERE, remedy=_REMEDY)
    more = [key for key in ("token_url", "scope") if isinstance(plain.get(key), str)]
    return {key: plain[key] for key in (*wanted, *more)}


def _must_be_private(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        return
    raise ConfigError(f"token_url {url!r} is not https", where=_WHERE, remedy="the refresh token must not go in clear")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _gs2(username: str) -> str:
    """A user name in the header of the exchange (RFC 5801, 4)."""
    return username.replace("=", "=3D").replace(",", "=2C")
