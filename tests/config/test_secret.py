import sys
from pathlib import Path
from typing import Any

import pytest

from digest.config import TransportSettings, resolve_password
from digest.errors import ConfigError


def _transport(**keys: Any) -> TransportSettings:
    return TransportSettings(username="ada", **keys)


def test_without_a_user_there_is_no_password() -> None:
    assert resolve_password(TransportSettings()) == ""


def test_it_comes_from_the_configuration() -> None:
    assert resolve_password(_transport(password="pässword ")) == "pässword "


def test_it_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_TEST_SECRET", " s3cret ")
    assert resolve_password(_transport(password_env="DIGEST_TEST_SECRET")) == " s3cret "


@pytest.mark.parametrize("value", [None, ""])
def test_an_unset_or_empty_variable_is_told_by_its_name(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGEST_TEST_SECRET", raising=False)
    if value is not None:
        monkeypatch.setenv("DIGEST_TEST_SECRET", value)
    with pytest.raises(ConfigError, match="DIGEST_TEST_SECRET"):
        resolve_password(_transport(password_env="DIGEST_TEST_SECRET"))


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_it_comes_from_a_file_without_its_line_end(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_bytes(f"s3 cret{ending}".encode())
    assert resolve_password(_transport(password_file=path)) == "s3 cret"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_file_without_a_password_is_told(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="password") as caught:
        resolve_password(_transport(password_file=path))
    assert caught.value.problems[0].remedy


def test_it_comes_from_a_command_without_a_shell() -> None:
    command = f"""{sys.executable} -c "print('a;b $HOME')" """
    assert resolve_password(_transport(password_command=command)) == "a;b $HOME"


@pytest.mark.parametrize(
    "command",
    [
        "no-such-command-anywhere",
        "unbalanced 'quote",
        f"{sys.executable} -c 'raise SystemExit(3)'",
        f"{sys.executable} -c 'pass'",
    ],
)
def test_a_command_that_gives_none_is_told(command: str) -> None:
    with pytest.raises(ConfigError, match="command"):
        resolve_password(_transport(password_command=command))


def test_what_a_failing_command_printed_as_password_is_not_shown() -> None:
    command = f"""{sys.executable} -c "print('s3cret'); raise SystemExit(1)" """
    with pytest.raises(ConfigError) as caught:
        resolve_password(_transport(password_command=command))
    assert "s3cret" not in str(caught.value).replace(command, "")
