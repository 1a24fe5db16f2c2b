"""A mailbox behind a real IMAP server over TLS: read, left unread, and refused when anything is wrong with it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from digest.collect import collect
from digest.config import CollectSettings, SourceSettings
from digest.model import Collected
from digest.store import Store
from tests.collect import dovecot
from tests.collect.conftest import NOW, WORDS, kept, source

TRACKED = f"""<html><body><h1>Harbour letter</h1>{"".join(f"<p>{line}</p>" for line in WORDS)}
<p>Read <a href="https://harbour.example/tides?utm_source=letter&amp;mc_eid=77">the tide tables</a> too.</p>
<img src="https://track.example/open/77.gif" width="1" height="1"></body></html>"""


@pytest.fixture(scope="module")
def running() -> Iterator[dovecot.Dovecot]:
    if reason := dovecot.missing():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with dovecot.running() as server:
        yield server


@pytest.fixture
def server(running: dovecot.Dovecot, monkeypatch: pytest.MonkeyPatch) -> dovecot.Dovecot:
    for path in running.folder.glob("*/*.host*"):
        path.unlink()
    monkeypatch.setenv("SSL_CERT_FILE", str(running.authority))
    monkeypatch.setenv("MAIL_WORD", "word")
    return running


def mailbox(server: dovecot.Dovecot, **changes: object) -> SourceSettings:
    return source("mailbox", server.url, username="anna", password_env="MAIL_WORD", **changes)


def look(one: SourceSettings, settings: CollectSettings, store: Store) -> Collected:
    return collect([one], settings, store, now=NOW)


def letter(number: int) -> bytes:
    lines = (
        f"Message-ID: <{number}@harbour.example>", "From: Harbour Letter <letter@harbour.example>",
        f"Subject: Letter {number}", f"Date: Fri, {number:02d} Nov 2026 08:00:00 +0000", "MIME-Version: 1.0",
        "Content-Type: text/html; charset=utf-8", "", TRACKED.replace(".</p>", f" on day {number}.</p>"), "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def test_letters_are_read_over_tls_and_stay_unread(
    server: dovecot.Dovecot, settings: CollectSettings, store: Store
) -> None:
    server.put("1", letter(1))
    server.put("2", letter(2))
    found = look(mailbox(server), settings, store)
    assert found.sources[0].error is None
    assert sorted(article.title for article in found.new) == ["Letter 1", "Letter 2"]
    assert server.flags() == ["", ""], "nothing was marked as seen"
    assert look(mailbox(server), settings, store).sources[0].status == "unchanged"
    server.put("3", letter(3))
    assert [article.title for article in look(mailbox(server), settings, store).new] == ["Letter 3"]


def test_a_newsletter_comes_without_its_trackers(
    server: dovecot.Dovecot, settings: CollectSettings, store: Store
) -> None:
    server.put("1", letter(1))
    (article,) = kept(look(mailbox(server), settings, store), store)
    assert WORDS[0].rstrip(".") in article.text
    assert article.image is None
    assert "track.example" not in f"{article.text} {article.url}"
    assert "utm_source" not in f"{article.text} {article.url}"


def test_letters_stay_known_when_the_server_numbers_them_anew(
    server: dovecot.Dovecot, settings: CollectSettings, store: Store
) -> None:
    server.put("1", letter(1))
    assert len(look(mailbox(server), settings, store).new) == 1
    server.renumber()
    server.put("2", letter(2))
    assert [article.title for article in look(mailbox(server), settings, store).new] == ["Letter 2"]


def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: dovecot.Dovecot, settings: CollectSettings, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    error = look(mailbox(server), settings, store).sources[0].error or ""
    assert "no secure connection" in error
    assert "certificate" in error


def test_a_wrong_word_and_a_missing_folder_are_told(
    server: dovecot.Dovecot, settings: CollectSettings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = source("mailbox", server.url.replace("News", "Old"), username="anna", password_env="MAIL_WORD")
    assert "Old" in (look(elsewhere, settings, store).sources[0].error or "")
    monkeypatch.setenv("MAIL_WORD", "wrong")
    error = look(mailbox(server), settings, store).sources[0].error or ""
    assert "check username, password_env and url" in error
    assert "wrong" not in error
