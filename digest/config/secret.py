"""Secrets that the configuration only points at: environment variable, file, command, or keyring."""

import json
import os
import subprocess
import sys
from pathlib import Path

from digest.config.settings import TransportSettings
from digest.errors import ConfigError

_WHERE = "[transport] "
_KEYRING_S = 30.0
_SERVICES = ("digest", "yagmail")  # yagmail's own: whoever used it has the password there
_ASK_KEYRING = (
    "import json, keyring, sys; user, *services = sys.argv[1:]; "
    "found = (keyring.get_password(service, user) for service in services); "
    "print(json.dumps(next(filter(None, found), '')))"
)


def resolve_password(transport: TransportSettings) -> str:
    """The password for the mail server, or with OAuth 2 the access token; "" when the configuration names no user.

    Raises ConfigError when the place that the configuration points at does not hold one. Never asks: under cron there
    is nobody to answer.
    """
    if not transport.username:
        return ""
    if transport.password_env:
        return _from_environment(transport.password_env)
    if transport.password_file:
        return _from_file(transport.password_file)
    if transport.password_command:
        return _from_command(transport.password_command)
    return transport.password or _from_keyring(transport)


def _from_environment(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ConfigError(
            f"the environment variable {name} is not set, or empty",
            where=_WHERE + "password_env",
            remedy=f"set it where digest runs (in a crontab: a line {name}=… above the job)",
        )
    return value


def _from_file(path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"cannot read the password from {path}: {error}",
            where=_WHERE + "password_file",
            remedy="write the password into this file, and let only its owner read it (chmod 600)",
        ) from error
    if not value:
        raise ConfigError(f"{path} is empty", where=_WHERE + "password_file", remedy="write the password into it")
    return value


def _from_command(command: str) -> str:
    import shlex

    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, text=True, timeout=30, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise ConfigError(
            f"the command cannot be run: {error}",
            where=_WHERE + "password_command",
            remedy="run it by hand; it must print the password and end within 30 seconds",
        ) from error
    value = done.stdout.strip("\r\n")
    if done.returncode != 0 or not value:
        said = done.stderr.strip()[:200] or "nothing"
        raise ConfigError(
            f"the command ended with {done.returncode} and printed no password; it said: {said}",
            where=_WHERE + "password_command",
            remedy="run it by hand; it must print the password and end with 0",
        )
    return value


def _from_keyring(transport: TransportSettings) -> str:
    """Asked in a process without a terminal, and not for long: some keyrings want to be unlocked, and would wait."""
    from importlib.util import find_spec

    user = transport.username
    remedy = "set password_env, password_file or password_command"
    if find_spec("keyring") is None:
        raise ConfigError(f"no password for {user}", where="[transport]", remedy=remedy)
    try:
        asked = subprocess.run(
            [sys.executable, "-c", _ASK_KEYRING, user, *_SERVICES],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_KEYRING_S, check=False,
            start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        what = f"the keyring does not answer within {_KEYRING_S:.0f} seconds"
        raise ConfigError(what, where="[transport]", remedy=f"unlock it, or {remedy}") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"the keyring cannot be asked: {error}", where="[transport]", remedy=remedy) from error
    if asked.returncode != 0:
        said = (asked.stderr.strip().splitlines() or ["nothing"])[-1][:200]
        raise ConfigError(f"the keyring cannot be read: {said}", where="[transport]", remedy=remedy)
    value: str = json.loads(asked.stdout)
    if not value:
        raise ConfigError(
            f"no password for {user} in the keyring",
            where="[transport]",
            remedy=f"{remedy}, or store one: {Path(sys.executable).name} -m keyring set {_SERVICES[0]} {user}",
        )
    return value
