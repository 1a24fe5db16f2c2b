import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digest.config import TransportSettings, resolve_password, secret
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


class TestKeyring:
    """A keyring of the test's own, asked as a run under cron asks."""

    @pytest.fixture
    def keep(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
        def keep(body: str) -> None:
            (tmp_path / "ring.py").write_text(
                "import getpass, time\nfrom keyring.backend import KeyringBackend\nfrom keyring import errors\n"
                "class Ring(KeyringBackend):\n    priority = 1\n"
                "    def set_password(self, service, username, password): ...\n"
                f"    def get_password(self, service, username):\n        {body}\n"
            )
            monkeypatch.setenv("PYTHONPATH", str(tmp_path))
            monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "ring.Ring")

        return keep

    @pytest.mark.parametrize("service", ["digest", "yagmail"])
    def test_it_comes_from_the_keyring(self, keep: Callable[[str], None], service: str) -> None:
        keep(f"return 'pässword ' if (service, username) == ({service!r}, 'ada') else None")
        assert resolve_password(_transport()) == "pässword "

    def test_a_missing_entry_is_told_and_nobody_is_asked(self, keep: Callable[[str], None]) -> None:
        keep("return None")
        with pytest.raises(ConfigError, match="no password for ada in the keyring") as told:
            resolve_password(_transport())
        assert "keyring set digest ada" in (told.value.problems[0].remedy or "")

    @pytest.mark.parametrize(
        "body", ["raise errors.KeyringLocked('is locked')", "return getpass.getpass()", "return input()"]
    )
    def test_a_keyring_that_wants_to_be_unlocked_is_told(self, keep: Callable[[str], None], body: str) -> None:
        keep(body)
        with pytest.raises(ConfigError, match="cannot be read"):
            resolve_password(_transport())

    def test_a_keyring_that_never_answers_does_not_hold_the_run(
        self, keep: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(secret, "_KEYRING_S", 0.5)
        keep("time.sleep(600)")
        with pytest.raises(ConfigError, match="does not answer"):
            resolve_password(_transport())
