"""Letters are articles, from a Maildir, an mbox file or an IMAP folder; the mailbox stays as it is."""

import os
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from digest.collect import collect
from digest.collect.files import read_file, sha256
from digest.collect.maildir import list_maildir
from digest.collect.mbox import list_mbox, read_mbox
from digest.config import CollectSettings, SourceSettings
from digest.model import Collected
from digest.store import Store
from tests.collect.conftest import NOW, kept, source
from tests.collect.imap_server import ImapServer


def letter(number: int, *, ends: str = "\n", text: str = "") -> bytes:
    lines = (
        f"Message-ID: <{number}@harbour.example>",
        "From: Harbour Letter <letter@harbour.example>",
        f"Subject: Letter {number} from the harbour",
        f"Date: Fri, {number:02d} Nov 2026 08:00:00 +0000",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text or f"Boat number {number} came home this morning, and its master had much to tell about the ice.",
        "",
    )
    return ends.join(lines).encode()


def look(mailbox: SourceSettings, settings: CollectSettings, store: Store) -> Collected:
    return collect([mailbox], settings, store, now=NOW)


def titles(found: Collected) -> list[str]:
    return sorted(article.title for article in found.new)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    return folder


@pytest.fixture
def imap(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapServer]:
    monkeypatch.setenv("MAIL_WORD", "word")
    with ImapServer({1: letter(1, ends="\r\n"), 2: letter(2, ends="\r\n")}, password="word").running() as server:
        yield server


def by_imap(server: ImapServer, **changes: object) -> SourceSettings:
    return source("mailbox", server.url, username="anna", password_env="MAIL_WORD", **changes)


def test_the_letters_of_a_maildir_become_articles(maildir: Path, settings: CollectSettings, store: Store) -> None:
    (maildir / "new" / "1.host").write_bytes(letter(1))
    (maildir / "cur" / "2.host:2,S").write_bytes(letter(2))
    (maildir / "tmp" / "3.host").write_bytes(letter(3))
    found = look(source("mailbox", maildir), settings, store)
    assert titles(found) == ["Letter 1 from the harbour", "Letter 2 from the harbour"]
    assert {article.author for article in found.new} == {"Harbour Letter"}
    assert look(source("mailbox", maildir), settings, store).sources[0].status == "unchanged"


def test_a_letter_that_was_read_or_moved_stays_known(maildir: Path, settings: CollectSettings, store: Store) -> None:
    (maildir / "new" / "1.host").write_bytes(letter(1))
    look(source("mailbox", maildir), settings, store)
    (maildir / "new" / "1.host").rename(maildir / "cur" / "1.host:2,RS")
    (maildir / "new" / "2.host").write_bytes(letter(2))
    assert titles(look(source("mailbox", maildir), settings, store)) == ["Letter 2 from the harbour"]


def test_a_link_in_a_maildir_leads_nowhere(
    maildir: Path, tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    secret = tmp_path / "secret.eml"
    secret.write_bytes(letter(9))
    os.symlink(secret, maildir / "new" / "9.host")  # noqa: PTH211 - either name will do
    (maildir / "new" / "1.host").write_bytes(letter(1))
    assert titles(look(source("mailbox", maildir), settings, store)) == ["Letter 1 from the harbour"]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_an_mbox_file_is_split_into_letters(tmp_path: Path, settings: CollectSettings, store: Store, ends: str) -> None:
    path = tmp_path / "news.mbox"
    said = f"From the pier one saw nothing.{ends}>From 8 on the fog was gone, and twelve boats came home at once."
    separator = f"From letter@harbour.example Fri Nov 20 08:00:00 2026{ends}".encode()
    gap = ends.encode()
    path.write_bytes(gap.join(separator + letter(n, ends=ends, text=said if n == 2 else "") for n in (1, 2)))
    found = look(source("mailbox", path), settings, store)
    assert titles(found) == ["Letter 1 from the harbour", "Letter 2 from the harbour"]
    text = next(article.text for article in kept(found, store) if "2" in article.title)
    assert text.startswith("From the pier one saw nothing.")
    assert "\nFrom 8 on the fog" in text or " From 8 on the fog" in text
    with path.open("ab") as stream:
        stream.write(gap + separator + letter(3, ends=ends))
    assert titles(look(source("mailbox", path), settings, store)) == ["Letter 3 from the harbour"]


def test_a_separator_is_found_wherever_the_pieces_of_a_large_file_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    separator = b"From letter@harbour.example Fri Nov 20 08:00:00 2026\n"
    letters = [letter(number, text="word " * number) for number in range(1, 60)]
    path = tmp_path / "news.mbox"
    path.write_bytes(b"".join(separator + one for one in letters))
    for size in (1, 7, 5000):
        monkeypatch.setattr("digest.collect.mbox._PIECE", size)
        spans, digest = list_mbox(path)
        assert [read_mbox(path, span, 1) for span in spans] == letters[::-1]
        assert digest == sha256(path.read_bytes())


def test_of_a_large_file_only_the_latest_letters_are_held(
    tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    separator = b"From letter@harbour.example Fri Nov 20 08:00:00 2026\n"
    path = tmp_path / "news.mbox"
    path.write_bytes(b"".join(separator + letter(1, text=f"Boat {number}.") for number in range(2500)))
    spans, _ = list_mbox(path)
    assert len(spans) == 2000
    assert b"Boat 2499." in read_mbox(path, spans[0], 1)
    large = b"".join(separator + letter(number, text="x" * 200_000 * (number == 2)) for number in (1, 2, 3))
    path.write_bytes(large)
    found = look(source("mailbox", path), CollectSettings(max_page_mb=0.1), store)
    assert titles(found) == ["Letter 1 from the harbour", "Letter 3 from the harbour"]
    assert [skipped.reason for skipped in found.skipped] == ["it is larger than 0.1 MB"]


def test_letters_on_disk_are_read_beside_what_is_fetched(
    maildir: Path, tmp_path: Path, settings: CollectSettings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def noted(*given: Any) -> bytes:
        threads.append(threading.current_thread())
        return read_mbox(*given) if len(given) == 3 else read_file(*given)

    for name in ("read_mbox", "read_file"):
        monkeypatch.setattr(f"digest.collect.mailbox.{name}", noted)
    (maildir / "new" / "1.host").write_bytes(letter(1))
    path = tmp_path / "news.mbox"
    path.write_bytes(b"From letter@harbour.example Fri Nov 20 08:00:00 2026\n" + letter(2))
    for mailbox in (maildir, path):
        assert len(look(source("mailbox", mailbox), settings, store).new) == 1
    assert len(threads) == 4
    assert threading.current_thread() not in threads


def test_a_letter_that_is_renamed_while_a_maildir_is_listed_is_passed_over(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        (maildir / "new" / f"{number}.host").write_bytes(letter(number))
    iterdir = Path.iterdir

    def renamed(folder: Path) -> Iterator[Path]:
        for path in iterdir(folder):
            if path.name == "1.host":
                path.rename(maildir / "cur" / "1.host:2,S")
            yield path

    monkeypatch.setattr(Path, "iterdir", renamed)
    assert [path.name for path in list_maildir(maildir)] == ["2.host"]


@pytest.mark.parametrize(
    ("kind", "reason"), [("folder", "not a Maildir"), ("file", "not an mbox"), ("none", "no such")]
)
def test_what_is_no_mailbox_says_so(
    tmp_path: Path, settings: CollectSettings, store: Store, kind: str, reason: str
) -> None:
    (tmp_path / "file").write_text("Dear reader")
    path = {"folder": tmp_path, "file": tmp_path / "file", "none": tmp_path / "none"}[kind]
    assert reason in (look(source("mailbox", path), settings, store).sources[0].error or "")


def test_an_imap_folder_is_read_by_one_login_and_left_unread(
    imap: ImapServer, settings: CollectSettings, store: Store
) -> None:
    assert titles(look(by_imap(imap), settings, store)) == ["Letter 1 from the harbour", "Letter 2 from the harbour"]
    assert imap.logins == 1
    assert imap.commands[-1] == "LOGOUT"
    assert not [command for command in imap.commands if command.startswith(("SELECT", "UID STORE", "EXPUNGE"))]
    assert all("PEEK" in command for command in imap.commands if "BODY" in command)


def test_only_new_letters_are_fetched(imap: ImapServer, settings: CollectSettings, store: Store) -> None:
    look(by_imap(imap), settings, store)
    imap.commands.clear()
    assert look(by_imap(imap), settings, store).sources[0].status == "unchanged"
    assert not [command for command in imap.commands if "FETCH" in command]
    imap.letters[3] = letter(3, ends="\r\n")
    assert titles(look(by_imap(imap), settings, store)) == ["Letter 3 from the harbour"]
    assert [command for command in imap.commands if "BODY.PEEK[]" in command] == ["UID FETCH 3 (UID BODY.PEEK[])"]


def test_of_a_folder_with_more_letters_than_a_line_holds_the_latest_are_read(
    imap: ImapServer, settings: CollectSettings, store: Store
) -> None:
    imap.letters = dict.fromkeys(range(1, 200_001), letter(1, ends="\r\n"))
    imap.letters[200_000] = letter(2, ends="\r\n")
    found = look(by_imap(imap, limit=1), settings, store)
    assert (found.sources[0].error, titles(found)) == (None, ["Letter 2 from the harbour"])


def test_a_letter_that_is_too_large_is_not_fetched(imap: ImapServer, store: Store) -> None:
    imap.letters = {1: letter(1, ends="\r\n", text="x" * 200_000)}
    found = look(by_imap(imap), CollectSettings(allow_private=True, max_page_mb=0.1), store)
    assert [skipped.reason for skipped in found.skipped] == ["it is larger than 0.1 MB"]


def test_a_wrong_password_and_a_missing_folder_are_told(
    imap: ImapServer, settings: CollectSettings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = source("mailbox", f"imap://127.0.0.1:{imap.port}/Other", username="anna", password_env="MAIL_WORD")
    assert "there is no folder 'Other'" in (look(other, settings, store).sources[0].error or "")
    monkeypatch.setenv("MAIL_WORD", "other")
    assert "wrong password" in (look(by_imap(imap), settings, store).sources[0].error or "")


def test_a_mailbox_without_a_login_says_what_is_missing(
    imap: ImapServer, settings: CollectSettings, store: Store
) -> None:
    assert "wants a login (set username" in (look(source("mailbox", imap.url), settings, store).sources[0].error or "")
    assert imap.commands[-1] == "LOGOUT"


def test_a_mail_server_on_the_own_network_is_refused_unless_allowed(imap: ImapServer, store: Store) -> None:
    found = look(by_imap(imap), CollectSettings(), store)
    assert "not on the public internet" in (found.sources[0].error or "")
    assert imap.commands == []


def test_a_mail_server_that_drips_ends_with_the_deadline(store: Store) -> None:
    class Drip(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                while True:
                    self.request.sendall(b"x")
                    time.sleep(0.05)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Drip) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        mailbox = source("mailbox", f"imap://127.0.0.1:{server.server_address[1]}/INBOX")
        found = look(mailbox, CollectSettings(allow_private=True, timeout=0.5), store)
        server.shutdown()
    assert "no whole answer within 0.5 seconds" in (found.sources[0].error or "")


def test_a_mail_server_that_never_ends_its_answer_is_left(store: Store) -> None:
    class Flood(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                while True:
                    self.request.sendall(b"* OK " + b"x" * 100_000 + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Flood) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        mailbox = source("mailbox", f"imap://127.0.0.1:{server.server_address[1]}/INBOX")
        found = look(mailbox, CollectSettings(allow_private=True), store)
        server.shutdown()
    assert "its answer has no end" in (found.sources[0].error or "")


def test_a_mail_server_may_say_what_are_no_numbers(store: Store) -> None:
    endless = b"9" * 5000

    class Wild(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* PREAUTH come in\r\n")
            answers = {
                b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
                b"EXAMINE": b"* %s EXISTS\r\n* EXISTS \xb2\r\n" % endless,
                b"SEARCH": b"* SEARCH 1 \xff %s\r\n" % endless,
                b"FETCH": b"* 1 FETCH (UID %s BODY[HEADER.FIELDS (MESSAGE-ID)] {2}\r\n\r\n)\r\n" % endless,
            }
            for line in self.rfile:
                tag, *words = line.split()
                self.wfile.write(
                    next((answers[word] for word in words if word in answers), b"") + tag + b" OK done\r\n"
                )

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Wild) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        mailbox = source("mailbox", f"imap://127.0.0.1:{server.server_address[1]}/INBOX")
        found = look(mailbox, CollectSettings(allow_private=True), store)
        server.shutdown()
    assert (found.sources[0].status, found.sources[0].error, found.new) == ("ok", None, ())


def test_a_folder_cannot_carry_a_command(imap: ImapServer, settings: CollectSettings, store: Store) -> None:
    bad = source(
        "mailbox", f"imap://127.0.0.1:{imap.port}/x%0d%0aa%20DELETE%20INBOX", username="anna", password_env="MAIL_WORD"
    )
    assert "not a name" in (look(bad, settings, store).sources[0].error or "")
    assert not [command for command in imap.commands if "DELETE" in command]
