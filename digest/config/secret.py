"""Secrets that the configuration only points at: environment variable, file, command, or keyring."""

import os
import subprocess
import sys
from pathlib import Path

from digest.config.settings import TransportSettings
from digest.errors import ConfigError

_WHERE = "[transport] "


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
    remedy = "set password_env, password_file or password_command"
    try:
        import keyring
    except ImportError as error:
        raise ConfigError(f"no password for {transport.username}", where="[transport]", remedy=remedy) from error
    try:
        value = keyring.get_password("digest", transport.username)
    except keyring.errors.KeyringError as error:
        raise ConfigError(f"the keyring cannot be read: {error}", where="[transport]", remedy=remedy) from error
    if not value:
        raise ConfigError(
            f"no password for {transport.username} in the keyring",
            where="[transport]",
            remedy=f"{remedy}, or store one: {Path(sys.executable).name} -m keyring set digest {transport.username}",
        )
    return value
