"""Logging in with an access token: only over TLS, a refusal is a refusal, and the token comes from our own file."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from digest.config import load_config
from digest.deliver import check_transport
from digest.errors import ConfigError, DigestError, LoginError, TransportError
from tests.smtp_server import TOKEN, Server, smtp_server


@dataclass
class TokenServer:
    """Where refresh tokens are exchanged. `answer` is status and body."""

    url: str = ""
    answer: tuple[int, str] = (200, json.dumps({"access_token": TOKEN, "expires_in": 3600}))
    asked: list[dict[str, list[str]]] = field(default_factory=list)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with smtp_server(tmp_path) as running:
        yield running


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    told = TokenServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(told.answer[0])
            self.end_headers()
            self.wfile.write(told.answer[1].encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            del format, args

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{listening.server_port}/token"
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield told
    listening.shutdown()
    thread.join()
    listening.server_close()


def try_login(folder: Path, server: Server, **changes: object) -> str:
    values = {"auth": "oauth2", "password": None, **changes}
    path = folder / "config.toml"
    path.write_text(server.transport(**values), encoding="utf-8")
    return check_transport(load_config(path))


def account(folder: Path, tokens: TokenServer, **changes: object) -> str:
    values = {
        "google_client_id": "id", "google_client_secret": "hush", "google_refresh_token": "again",
        "email_address": "letter", "token_url": tokens.url, **changes,
    }  # fmt: skip
    (folder / "oauth2.json").write_text(json.dumps(values), encoding="utf-8")
    return "oauth2.json"


def test_a_token_of_a_command_logs_in(server: Server, tmp_path: Path) -> None:
    assert "answers" in try_login(tmp_path, server, password_command=f"printf %s {TOKEN}")


def test_a_refused_token_is_a_refused_login(server: Server, tmp_path: Path) -> None:
    with pytest.raises(LoginError, match="refuses the login") as told:
        try_login(tmp_path, server, password="stale")
    assert "access token" in told.value.problems[0].remedy


def test_a_token_is_never_sent_in_clear(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="wants tls"):
        try_login(tmp_path, server, tls="none", password=TOKEN)
    assert server.sessions == 0


def test_a_file_as_yagmail_keeps_it_gives_the_token(server: Server, tokens: TokenServer, tmp_path: Path) -> None:
    assert "answers" in try_login(tmp_path, server, oauth2_file=account(tmp_path, tokens))
    [asked] = tokens.asked
    assert asked == {
        "client_id": ["id"], "client_secret": ["hush"], "refresh_token": ["again"], "grant_type": ["refresh_token"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "kind", "what"),
    [
        ((400, '{"error": "invalid_grant", "error_description": "Token has been revoked."}'), LoginError, "revoked"),
        ((503, "busy"), TransportError, "answers 503"),
        ((200, "<html>"), LoginError, "status 200"),
    ],
)
def test_a_token_that_is_not_had_is_told(
    answer: tuple[int, str], kind: type[DigestError], what: str, server: Server, tokens: TokenServer, tmp_path: Path
) -> None:
    tokens.answer = answer
    with pytest.raises(kind, match=what):
        try_login(tmp_path, server, oauth2_file=account(tmp_path, tokens))


def test_a_refresh_token_goes_only_where_nobody_reads_along(
    server: Server, tokens: TokenServer, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="is not https"):
        try_login(tmp_path, server, oauth2_file=account(tmp_path, tokens, token_url="http://tokens.example/"))


def test_what_a_file_lacks_is_named(server: Server, tokens: TokenServer, tmp_path: Path) -> None:
    name = account(tmp_path, tokens, google_refresh_token="")
    with pytest.raises(ConfigError, match="lacks refresh_token"):
        try_login(tmp_path, server, oauth2_file=name)
