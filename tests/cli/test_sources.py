"""`digest sources` as a person uses it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli.project import Project
from tests.collect.sections.site import PROSE

FEED = (
    b'<rss version="2.0"><channel><title>Harbour notes</title><item><title>A boat came home</title>'
    b"<link>https://harbour.example/1</link></item></channel></rss>"
)
PAGE = (
    b"<html><head><link rel='alternate' type='application/rss+xml' href='/feed'>"
    b"<link rel='alternate' type='application/rss+xml' href='/feed/sport'></head><body>Hello</body></html>"
)


@contextmanager
def serving(pages: Mapping[str, bytes]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body else 410 if self.path == "/gone" else 404)
            self.send_header("content-length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def site() -> Iterator[str]:
    with serving({"/": PAGE, "/feed": FEED}) as address:
        yield address


class Section:
    """A section of a site, which shows its articles, the latest first."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.url = ""
        self._pages = pages
        self._cards: list[str] = []

    def put(self, title: str, *, text: str = "") -> None:
        path = f"/news/{title.lower().replace(' ', '-')}"
        told = f"<p>{text or PROSE[0]} {title}.</p><p>{text or PROSE[1]} {title}.</p>"
        self._pages[path] = f"<html><title>{title}</title><body><h1>{title}</h1>{told}</body></html>".encode()
        self._cards.insert(0, f"<article><h2><a href='{path}'>{title}</a></h2><p>A few words of it.</p></article>")
        head = "<html><head><title>Harbour news</title></head><body><nav><a href='/'>Front</a></nav>"
        self._pages["/news/"] = f"{head}<main>{''.join(self._cards)}</main></body></html>".encode()


@pytest.fixture
def section() -> Iterator[Section]:
    pages: dict[str, bytes] = {}
    made = Section(pages)
    for number in ("first", "second", "third", "fourth", "fifth"):
        made.put(f"The {number} boat of the day")
    with serving(pages) as address:
        made.url = f"{address}/news/"
        yield made


def listed(project: Project) -> dict[str, dict[str, object]]:
    return {source["name"]: source for source in project.run("sources", "list", "--json").json}


def test_add_finds_the_feed_of_a_site_and_keeps_the_comments(project: Project, site: str) -> None:
    config = project.folder / "config.toml"
    text = config.read_text() + "# my own remark\n[collect]\nallow_private = true\n"
    project.configure(text)
    done = project.run("sources", "add", site, "--section", "Harbour", "--json")
    assert done.code == 0, done.err
    assert done.json == {"name": "Harbour notes", "type": "feed", "ref": f"{site}/feed", "section": "Harbour"}
    assert "# my own remark\n[collect]\nallow_private = true\n" in config.read_text()
    assert f"also there: {site}/feed/sport" in done.err
    assert set(listed(project)) == {"Notes", "Harbour notes"}
    again = project.run("sources", "add", f"{site}/feed")
    assert (again.code, "is a source already" in again.err) == (2, True)


def test_a_section_without_a_feed_is_followed_from_its_latest_on(project: Project, section: Section) -> None:
    project.configure("[collect]\nallow_private = true\n")
    added = project.run("sources", "add", section.url, "--json")
    assert added.json == {"name": "Harbour news", "type": "page", "ref": section.url, "section": ""}
    assert "found a page with 5 entries" in added.err
    assert project.run("collect", "--json").json["sources"][0]["new"] == 5
    assert project.run("collect", "--json").json["sources"][0]["status"] == "unchanged"
    section.put("The sixth boat of the day")
    assert project.run("collect", "--json").json["sources"][0]["new"] == 1
    section.put("The seventh boat of the day", text="Subscribe to continue reading. Already a subscriber? Sign in.")
    done = project.run("collect", "--json").json
    assert done["sources"][0]["new"] == 0
    assert [skipped["reason"] for skipped in done["skipped"]] == ["a paywall stands before the article"]
    assert listed(project)["Harbour news"]["failures"] == 0


def test_add_knows_mailboxes_and_says_when_there_is_no_such_path(project: Project) -> None:
    for name in ("cur", "new"):
        (project.folder / "Mail" / name).mkdir(parents=True)
    assert project.run("sources", "add", "Mail", "--json").json["type"] == "mailbox"
    missing = project.run("sources", "add", "letters.mbox")
    assert missing.code == 2
    assert "there is no such path" in missing.err


def test_add_takes_a_folder(project: Project) -> None:
    project.write("more/one.md", "# One\n\nText.\n")
    assert project.run("sources", "add", "more", "--name", "More").code == 0
    assert listed(project)["More"]["type"] == "folder"


def test_an_address_that_does_not_answer_changes_nothing(project: Project) -> None:
    before = (project.folder / "config.toml").read_text()
    done = project.run("sources", "add", "http://127.0.0.1:9/feed")
    assert done.code == 69
    assert "not on the public internet" in done.err
    assert (project.folder / "config.toml").read_text() == before


def test_a_removed_source_is_gone(project: Project) -> None:
    assert project.run("sources", "remove", "Notes").code == 0
    assert listed(project) == {}


@pytest.mark.parametrize("named", ["Notes", "articles"])
def test_a_paused_source_is_not_read_until_it_is_resumed(project: Project, named: str) -> None:
    assert project.run("sources", "pause", named).code == 0
    assert "paused" in project.run("sources", "list").out
    assert listed(project)["Notes"]["next"] == "nothing: it is paused"
    done = project.run("collect", "--json")
    assert done.json["sources"][0]["status"] == "paused"
    assert "sources resume" in done.err
    assert project.run("sources", "resume", str(project.folder / "articles")).code == 0
    assert project.run("collect", "--json").json["sources"][0]["new"] == 2
    assert listed(project)["Notes"]["next"] == "read what is new"


@pytest.mark.parametrize("command", ["pause", "resume", "remove"])
def test_a_source_that_is_not_there_is_told_with_the_nearest(project: Project, command: str) -> None:
    done = project.run("sources", command, "Nodes")
    assert done.code == 2
    assert "no source 'Nodes'" in done.err
    assert "did you mean 'Notes'?" in done.err


def test_opml_comes_in_once_and_goes_out(project: Project) -> None:
    project.write(
        "list.opml",
        '<opml version="2.0"><body><outline text="World"><outline text="Notes" xmlUrl="https://a.example/feed"/>'
        '</outline><outline text="Bad" xmlUrl="file:///etc/passwd"/></body></opml>',
    )
    first = project.run("sources", "import", "list.opml", "--json")
    assert first.json["added"] == ["https://a.example/feed"]
    assert first.json["skipped"] == [{"ref": "Bad", "reason": "its address is no web address"}]
    assert listed(project)["Notes (2)"]["section"] == "World"
    assert project.run("sources", "import", "list.opml", "--json").json["known"] == 1
    out = project.run("sources", "export")
    assert 'xmlUrl="https://a.example/feed"' in out.out
    assert '<outline text="World"' in out.out


def test_a_name_keeps_the_joiners_that_its_script_needs(project: Project) -> None:
    feed = '<outline text="روزنامه\u200cها &#x202e;x\u200b" xmlUrl="https://a.example/feed"/>'
    project.write("list.opml", f'<opml version="2.0"><body>{feed}</body></opml>')
    assert project.run("sources", "import", "list.opml").code == 0
    assert "روزنامه\u200cها x" in listed(project)


def test_what_is_no_opml_is_bad_input(project: Project) -> None:
    project.write("list.opml", "nothing of the kind")
    assert project.run("sources", "import", "list.opml").code == 65


def test_the_list_fits_a_terminal_and_tells_health_and_what_comes_next(project: Project) -> None:
    project.configure(
        '[[sources]]\nname = "Notes"\npath = "articles"\n[[sources]]\nname = "A paper with a very long name indeed"\n'
        'path = "nowhere/at/all"\ntype = "feed"\n[[sources]]\nname = "New"\nurl = "https://new.example/feed"\n'
    )
    assert {source["next"] for source in listed(project).values()} == {"read it for the first time"}
    for _ in range(2):
        project.run("collect", "--offline")
    shown = project.run("sources", "list").out
    # An address is not broken: it is there to be copied.
    assert all(len(line) <= 80 for line in shown.splitlines() if str(project.folder) not in line)
    assert "A paper with a very lon…" in shown
    assert "there is no such file" in shown
    after = listed(project)
    failing = after["A paper with a very long name indeed"]
    assert (failing["failures"], failing["last_success"], failing["next"]) == (2, None, "try it again")
    assert failing["last_error"] is not None
    assert after["Notes"]["last_success"] is not None
    assert after["New"]["next"] == "read it for the first time"


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("https://anna:secretword@news.example/feed", "must not hold a login"),
        ("ftp://news.example/feed", "is no web address"),
        ("http://[broken/", "is no web address"),
        ("nowhere at all", "there is no such path"),
        ("~nobody-of-that-name/x", "there is no such path"),
        ("a" * 5000, "there is no such path"),
        ("", "there is no such path"),
        ("imaps://mail.example/INBOX", "a mailbox needs a login"),
    ],
)
def test_a_place_that_cannot_be_followed_is_wrong_usage(project: Project, place: str, what: str) -> None:
    done = project.run("sources", "add", place)
    assert (done.code, what in done.err) == (2, True)
    assert "secretword" not in done.err


def test_an_address_that_calls_a_reader_is_followed(project: Project, site: str) -> None:
    project.configure((project.folder / "config.toml").read_text() + "[collect]\nallow_private = true\n")
    done = project.run("sources", "add", f"feed:{site}/feed", "--json")
    assert done.json["ref"] == f"{site}/feed"


def test_sources_that_are_all_gone_are_no_quiet_success(project: Project, site: str) -> None:
    feed = f'[[sources]]\ntype = "feed"\nname = "Old"\nurl = "{site}/gone"\n'
    project.configure(f"[collect]\nallow_private = true\n{feed}")
    first, later = project.run("collect", "-q"), project.run("collect", "-q")
    assert (first.code, later.code) == (69, 69)
    assert "HTTP 410" in later.err
    project.run("sources", "pause", "Old")  # now it is as a person wants it
    assert project.run("collect", "-q").code == 0


def test_failures_in_a_row_are_told(project: Project) -> None:
    project.configure(
        '[[sources]]\nname = "Notes"\npath = "articles"\n[[sources]]\nname = "Lost"\npath = "lost.xml"\ntype = "feed"\n'
    )
    said = [project.run("collect").err for _ in range(3)]
    assert "times in a row" not in said[1]
    assert "Lost: there is no such file (check path in [[sources]]) (failed 3 times in a row)" in said[2]


def test_a_run_that_fails_still_prints_its_report(project: Project) -> None:
    project.configure('[[sources]]\nname = "Lost"\npath = "lost.xml"\ntype = "feed"\n')
    done = project.run("collect", "--json")
    assert done.code == 69
    assert done.json["sources"][0]["status"] == "failed"
    assert done.err.count("there is no such file") == 1
    shown = project.run("sources", "list").out
    assert "there is no such file (check path in [[sources]])" in " ".join(shown.split())
