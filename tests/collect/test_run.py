"""What a whole run makes of its sources: what is new, what stays known, and what a failure does to the others."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.collect import collect
from digest.config import CollectSettings, SourceSettings
from digest.model import Collected
from digest.store import Store
from digest.store.articles import Window
from tests.collect.conftest import NOW, WORDS, WebServer, item, kept, page, respond, rss, source


def look(sources: list[SourceSettings], settings: CollectSettings, store: Store, **options: object) -> Collected:
    return collect(sources, settings, store, now=NOW, **options)  # type: ignore[arg-type]


def test_new_items_are_stored_and_reported(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss(item(1), item(2)))
    found = look([source("feed", feed)], settings, store)
    assert [article.title for article in found.new] == ["Boat 1 came home", "Boat 2 came home"]
    assert (found.sources[0].status, found.sources[0].fetched, found.sources[0].new) == ("ok", 2, 2)
    window = Window(ref=str(feed), name="Renamed since", start=NOW - timedelta(days=30))
    assert {article.id for article in store.articles.candidates([window])} == {article.id for article in found.new}


@pytest.mark.parametrize(
    ("title", "sites", "called"),
    [
        ("Harbour notes", ["harbour"], "Harbour notes"),
        ("World", ["harbour"], "World (harbour.example.org)"),
        ("World", ["harbour", "harbour", "elsewhere"], "World (harbour.example.org)"),
        ("Links", ["harbour", "elsewhere"], "Links"),
        ("Harbour", ["harbour"], "Harbour"),
        ("", ["harbour"], ""),
        ("Tide and table " * 10, ["harbour"], "Tide and table " * 6 + "Tide and…"),
    ],
)
def test_what_a_feed_calls_itself_is_remembered(
    title: str, sites: list[str], called: str, tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    feed = tmp_path / "feed.xml"
    items = [
        item(number, link=f"https://www.{site}.example.org/{number}") for number, site in enumerate(sites, start=1)
    ]
    feed.write_text(rss(*items).replace("Harbour notes", title))
    found = look([source("feed", feed)], settings, store)
    assert {article.publisher for article in found.new} == {""}
    assert store.sources.health()[str(feed)].title == called
    look([source("feed", feed)], settings, store)
    assert store.sources.health()[str(feed)].title == called, "unchanged, so it was not read again"


def test_an_unchanged_file_is_not_read_again(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss(item(1)))
    look([source("feed", feed)], settings, store)
    again = look([source("feed", feed)], settings, store)
    assert again.new == ()
    assert again.sources[0].status == "unchanged"


@pytest.mark.parametrize(
    "changed",
    [
        item(1, guid="other"),
        item(1, link="https://harbour.example.org/moved/elsewhere"),
        item(1, title="Boat 1 is home at last"),
        item(1, guid="other", link="http://www.harbour.example.org/boats/1/?utm_source=rss&amp;fbclid=x"),
        item(1, guid="other", title="Another headline", link="https://m.harbour.example.org/boats/1/amp/"),
        item(1, guid="", link="https://harbour.example.org/other?token=93", title="Boat 1 came home!"),
        item(1, guid="x", link="http://harbour.example.org/boats/1", title="Other words"),
        item(1, guid="x", link="https://www.harbour.example.org/boats/1/#comments", title="Other words"),
        item(
            1,
            guid="x",
            link="https://harbour-example-org.cdn.ampproject.org/c/s/harbour.example.org/boats/1",
            title="O",
        ),
        item(1, guid="boat-1?token=8f2a", link="https://harbour.example.org/go?session=77aa", title="Boat 1 came home"),
    ],
    ids=["guid", "address", "title", "tracking", "twin", "token", "http", "fragment", "AMP cache", "guid token"],
)
def test_an_item_stays_known_whatever_changes_about_it(
    changed: str, tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss(item(1)))
    look([source("feed", feed)], settings, store)
    feed.write_text(rss(changed, item(2)))
    assert [article.title for article in look([source("feed", feed)], settings, store).new] == ["Boat 2 came home"]


def test_an_item_that_drifts_step_by_step_stays_known(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    feed = tmp_path / "feed.xml"
    for step in (
        item(1),
        item(1, guid="second"),
        item(1, guid="second", link="https://harbour.example.org/second"),
        item(1, guid="third", link="https://harbour.example.org/second", title="Quite another title", day=9),
    ):
        feed.write_text(rss(step))
        look([source("feed", feed)], settings, store)
    window = Window(ref=str(feed), name="x", start=NOW - timedelta(days=30))
    assert len(store.articles.candidates([window])) == 1


def test_items_that_share_guid_and_address_are_told_apart(
    tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    feed = tmp_path / "feed.xml"
    same = {"guid": "1", "link": "https://harbour.example.org/live"}
    feed.write_text(rss(item(1, **same), item(2, **same), item(3, **same)))
    assert len(look([source("feed", feed)], settings, store).new) == 3


def test_one_article_of_two_sources_is_one_article(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    first, second = tmp_path / "a.xml", tmp_path / "b.xml"
    first.write_text(rss(item(1)))
    second.write_text(rss(item(1, guid="another", title="Seen elsewhere")))
    found = look([source("feed", first), source("feed", second)], settings, store)
    assert len(found.new) == 1
    windows = [Window(ref=str(path), name=path.name, start=NOW - timedelta(days=30)) for path in (second, first)]
    assert [article.source for article in store.articles.candidates(windows)] == ["b.xml"]


def test_an_article_that_another_source_brought_before_belongs_to_both(
    tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    first, second = tmp_path / "a.xml", tmp_path / "b.xml"
    first.write_text(rss(item(1)))
    second.write_text(rss(item(1, guid="another")))
    look([source("feed", first)], settings, store)
    assert look([source("feed", second)], settings, store).new == ()
    window = Window(ref=str(second), name="b", start=NOW - timedelta(days=30))
    assert [article.source for article in store.articles.candidates([window])] == ["b"]


def test_a_new_source_starts_at_its_latest_and_the_rest_never_comes(
    tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    feed = tmp_path / "feed.xml"
    archive = [item(number, day=number) for number in range(1, 11)]
    feed.write_text(rss(*archive))
    found = look([source("feed", feed, limit=3)], settings, store)
    assert sorted(article.title for article in found.new) == [f"Boat {n} came home" for n in (10, 8, 9)]
    assert [skipped.reason for skipped in found.skipped] == [
        "7 older items beyond limit = 3; a new source starts at its latest"
    ]
    feed.write_text(rss(*archive, item(11, day=11)))
    assert [article.title for article in look([source("feed", feed, limit=3)], settings, store).new] == [
        "Boat 11 came home"
    ]


def test_later_items_beyond_the_limit_come_in_the_next_run(
    tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss(item(1)))
    look([source("feed", feed, limit=2)], settings, store)
    feed.write_text(rss(*(item(number, day=number) for number in range(1, 6))))
    second = look([source("feed", feed, limit=2)], settings, store)
    third = look([source("feed", feed, limit=2)], settings, store)
    assert sorted(a.title for a in (*second.new, *third.new)) == [f"Boat {n} came home" for n in (2, 3, 4, 5)]
    assert "wait for the next run" in second.skipped[0].reason


def test_one_source_failing_does_not_stop_the_others(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    good, broken = tmp_path / "good.xml", tmp_path / "broken.xml"
    good.write_text(rss(item(1)))
    broken.write_bytes(b"\x00\x01\x02 no feed at all")
    found = look(
        [
            source("feed", broken),
            source("feed", tmp_path / "missing.xml"),
            source("folder", tmp_path / "nowhere"),
            source("mailbox", tmp_path),
            source("feed", "http://127.0.0.1:9/feed"),
            source("feed", good),
        ],
        settings,
        store,
    )
    assert [report.status for report in found.sources] == ["failed"] * 5 + ["ok"]
    assert len(found.new) == 1
    errors = [report.error or "" for report in found.sources]
    assert "it is not a feed" in errors[0]
    assert "there is no such file" in errors[1]
    assert "there is no such folder" in errors[2]
    assert "it is not a Maildir" in errors[3]
    assert "nothing answers there" in errors[4]


def test_health_counts_failures_and_forgets_them_after_a_success(
    tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    feed = tmp_path / "feed.xml"
    for _ in range(2):
        look([source("feed", feed)], settings, store)
    sick = store.sources.health()[str(feed)]
    assert (sick.failures, sick.last_error, sick.last_success) == (2, NOW, None)
    assert "there is no such file" in sick.error
    feed.write_text(rss(item(1)))
    look([source("feed", feed)], settings, store)
    well = store.sources.health()[str(feed)]
    assert (well.failures, well.error, well.last_success) == (0, "", NOW)


def test_an_empty_feed_is_read_and_says_so(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss())
    found = look([source("feed", feed)], settings, store)
    assert (found.sources[0].status, found.sources[0].fetched) == ("ok", 0)
    assert [skipped.reason for skipped in found.skipped] == ["the feed has no entries"]


def test_offline_reads_paths_alone(tmp_path: Path, web: WebServer, settings: CollectSettings, store: Store) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss(item(1)))
    remote = source("feed", web.put("/feed", respond(rss(item(2)))))
    found = look([remote, source("feed", feed)], settings, store, offline=True)
    assert [report.status for report in found.sources] == ["skipped", "ok"]
    assert web.requests == []


def test_a_second_run_asks_only_whether_something_changed(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    first = respond(rss(item(1)), etag='"one"', last_modified="Fri, 20 Nov 2026 08:00:00 GMT")
    feed = source("feed", web.put("/feed", first, respond(status="304 Not Modified")))
    look([feed], settings, store)
    assert look([feed], settings, store).sources[0].status == "unchanged"
    headers = web.requests[1][1]
    assert headers["if-none-match"] == '"one"'
    assert headers["if-modified-since"] == "Fri, 20 Nov 2026 08:00:00 GMT"


def test_a_server_without_validators_is_known_unchanged_by_content(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    feed = source("feed", web.put("/feed", respond(rss(item(1)))))
    look([feed], settings, store)
    assert look([feed], settings, store).sources[0].status == "unchanged"


def test_full_text_is_fetched_for_teasers_once(web: WebServer, settings: CollectSettings, store: Store) -> None:
    web.put("/boats/1", respond(page(), content_type="text/html"))
    items = item(1, link=web.url("/boats/1"), text="A hull was lifted […]")
    feed = source("feed", web.put("/feed", respond(rss(items)), respond(rss(items, item(2)))), full_text=True)
    article = kept(look([feed], settings, store), store)[0]
    assert article.text == "\n".join(WORDS)
    assert article.title == "Boat 1 came home"
    look([feed], settings, store)
    assert web.paths().count("/boats/1") == 1


def test_an_article_is_known_by_the_address_that_its_page_names(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    head = "<link rel='canonical' href='https://harbour.example.org/2026/the-crane'>"
    web.put("/go/77", respond(status="302 Found", location="/landing/77"))
    web.put("/landing/77", respond(page(head=head), content_type="text/html"))
    teaser = item(1, link=web.url("/go/77"), text="A hull was lifted […]")
    first = source("feed", web.put("/feed", respond(rss(teaser))), full_text=True)
    assert len(look([first], settings, store).new) == 1
    others = (
        item(2, link="https://harbour.example.org/2026/the-crane/"),
        item(3, link=web.url("/landing/77?utm_source=x")),
        item(4),
    )
    second = source("feed", web.put("/other", respond(rss(*others))))
    assert [article.title for article in look([second], settings, store).new] == ["Boat 4 came home"]


def test_pages_that_all_name_their_section_as_their_own_are_told_apart(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    links = []
    for number in (1, 2, 3):
        words = tuple(f"{line} ({number})" for line in WORDS)
        head = f"<link rel='canonical' href='{web.url('/news')}'>"
        html = page(f"Story {number}", head=head, paragraphs=words)
        links.append(item(number, link=web.put(f"/news/{number}", respond(html, content_type="text/html")), text="…"))
    feeds = [respond(rss(*links[:count])) for count in (2, 3)]
    feed = source("feed", web.put("/feed", *feeds), full_text=True)
    assert [len(look([feed], settings, store).new) for _ in range(2)] == [2, 1]


def test_a_page_that_fails_leaves_the_teaser(web: WebServer, settings: CollectSettings, store: Store) -> None:
    items = item(1, link=web.url("/gone"), text="A hull was lifted on Monday.")
    found = look([source("feed", web.put("/feed", respond(rss(items))), full_text=True)], settings, store)
    assert kept(found, store)[0].text == "A hull was lifted on Monday."


def test_an_item_with_a_title_alone_is_an_article(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss("<item><title>Lock closed until further notice</title></item>"))
    article = kept(look([source("feed", feed)], settings, store), store)[0]
    assert (article.title, article.text, article.url) == ("Lock closed until further notice",) * 2 + (None,)


def test_gone_pauses_a_source(web: WebServer, settings: CollectSettings, store: Store) -> None:
    feed = source("feed", web.put("/feed", respond(status="410 Gone")))
    assert look([feed], settings, store).sources[0].status == "paused"
    again = look([feed], settings, store).sources[0]
    assert again.status == "paused"
    assert "gone for good" in store.sources.health()[feed.ref].error
    assert len(web.requests) == 1
    store.sources.set_paused(feed.ref, False)
    look([feed], settings, store)
    assert len(web.requests) == 2


def test_retry_after_is_respected_by_the_next_run(web: WebServer, settings: CollectSettings, store: Store) -> None:
    busy = respond(status="429 Too Many Requests", retry_after="3600")
    feed = source("feed", web.put("/feed", busy, respond(rss(item(1)))))
    assert look([feed], settings, store).sources[0].status == "failed"
    assert look([feed], settings, store).sources[0].status == "skipped"
    assert len(web.requests) == 1
    later = collect([feed], settings, store, now=NOW + timedelta(hours=2))
    assert (later.sources[0].status, len(later.new)) == ("ok", 1)


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    web.put("/new", *(respond(rss(item(number))) for number in range(1, 6)))
    feed = source("feed", web.put("/old", respond(status="301 Moved", location="/new")))
    for _ in range(4):
        look([feed], settings, store)
    assert web.paths() == ["/old", "/new"] * 3 + ["/new"]
    assert store.sources.health()[feed.ref].moved_to == web.url("/new")


def test_a_source_that_fails_at_its_new_address_is_sought_at_the_old_one(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    feed = source("feed", web.put("/old", respond(rss(item(1)))))
    look([feed], settings, store)
    health = store.sources.health()[feed.ref]
    store.sources.record([replace(health, moved_to=web.url("/nothing"), moved_count=3)])
    look([feed], settings, store)
    assert look([feed], settings, store).sources[0].status == "unchanged"
    assert web.paths() == ["/old", "/nothing", "/old"]


def test_a_page_is_one_article(web: WebServer, settings: CollectSettings, store: Store) -> None:
    url = web.put("/crane", respond(page(), content_type="text/html", etag='"p"'), respond(status="304 Not Modified"))
    found = look([source("page", url)], settings, store)
    assert [(a.title, a.url, a.text) for a in kept(found, store)] == [
        ("The crane that lifted a hull", url, "\n".join(WORDS))
    ]
    assert look([source("page", url)], settings, store).sources[0].status == "unchanged"


def test_progress_is_told_for_each_source(tmp_path: Path, settings: CollectSettings, store: Store) -> None:
    told: list[tuple[str, int, int | None]] = []
    missing = [source("feed", tmp_path / f"{n}.xml") for n in range(3)]
    look(missing, settings, store, progress=lambda label, done, total: told.append((label, done, total)))
    assert told == [("collect", 1, 3), ("collect", 2, 3), ("collect", 3, 3)]


def test_a_private_address_is_refused_unless_allowed(web: WebServer, store: Store) -> None:
    feed = source("feed", web.put("/feed", respond(rss(item(1)))))
    found = look([feed], CollectSettings(), store)
    assert found.sources[0].status == "failed"
    assert "not on the public internet" in (found.sources[0].error or "")
    assert web.requests == []


def test_after_missed_days_a_source_has_the_limit_of_each(
    tmp_path: Path, settings: CollectSettings, store: Store
) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss(item(1)))
    look([source("feed", feed, limit=2)], settings, store)
    feed.write_text(rss(*(item(number) for number in range(2, 12))))
    late = collect([source("feed", feed, limit=2)], settings, store, now=NOW + timedelta(days=3, hours=1))
    assert len(late.new) == 6
    assert late.skipped[0].reason == "4 items beyond limit = 2 wait for the next run"


@pytest.mark.parametrize(("status", "asked"), [("410 Gone", 1), ("404 Not Found", 2)])
def test_an_item_that_is_gone_for_good_is_not_asked_for_again(
    web: WebServer, settings: CollectSettings, store: Store, status: str, asked: int
) -> None:
    links = [web.put(f"/2026/11/{n}/story-of-the-harbour-{n}", respond(status=status)) for n in range(4)]
    html = "".join(f"<h2><a href='{url}'>Story {n} of the harbour</a></h2>" for n, url in enumerate(links))
    section = source("page", web.put("/news/", respond(f"<html><body>{html}</body></html>")))
    for _ in range(2):
        found = look([section], settings, store)
        assert found.sources[0].status in {"ok", "unchanged"}
    assert web.paths().count("/2026/11/1/story-of-the-harbour-1") == asked


def test_a_page_that_gives_no_text_is_told_beside_its_teaser(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    teaser = item(1, link=web.put("/boats/1", respond(status="403 Forbidden")), text="A hull was lifted.")
    found = look([source("feed", web.put("/feed", respond(rss(teaser))), full_text=True)], settings, store)
    assert [article.text for article in kept(found, store)] == ["A hull was lifted."]
    assert [(skipped.ref, skipped.reason) for skipped in found.skipped] == [
        (web.url("/boats/1"), "its teaser stands, for its page gives no text: HTTP 403 Forbidden")
    ]


WALLS = {
    "consent wall": "<p>We value your privacy. We and our partners store and/or access information on a device.</p>",
    "CAPTCHA": "<p>Checking your browser before you go on. Verify you are human.</p>",
    "paywall": "<p>A hull was lifted.</p><p>Subscribe now to continue reading. Already a subscriber? Log in.</p>",
    "soft 404": "<h1>Page not found</h1><p>The page you are looking for does not exist or has been removed.</p>",
    "without JavaScript": "<div id=app></div><noscript>You need to enable JavaScript.</noscript><script></script>",
    "PDF": "%PDF-1.7",
}


def test_a_wall_before_the_article_leaves_its_teaser_with_the_reason(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    items = []
    for number, shown in enumerate(WALLS.values()):
        html = shown if shown.startswith("%") else f"<html><body>{shown}</body></html>"
        address = web.put(f"/boats/{number}", respond(html, content_type="text/html"))
        items.append(item(number, link=address, text=f"Hull number {number} was lifted."))
    found = look([source("feed", web.put("/feed", respond(rss(*items))), full_text=True)], settings, store)
    assert {article.text for article in kept(found, store)} == {
        f"Hull number {n} was lifted." for n in range(len(WALLS))
    }
    reasons = {skipped.ref: skipped.reason for skipped in found.skipped}
    for number, wall in enumerate(WALLS):
        assert wall in reasons[web.url(f"/boats/{number}")]


def test_an_unchanged_page_that_moved_for_good_is_asked_at_its_new_address(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    web.put("/robots.txt", respond(status="404 Not Found"))
    web.put("/new", respond(page(), content_type="text/html"))
    section = source("page", web.put("/old", respond(status="301 Moved", location="/new")))
    for _ in range(4):
        look([section], settings, store)
    assert web.paths().count("/old") == 3


def test_a_source_that_is_gone_is_told_apart_from_one_that_a_person_paused(
    web: WebServer, settings: CollectSettings, store: Store
) -> None:
    feed = source("feed", web.put("/feed", respond(status="410 Gone")))
    assert [look([feed], settings, store).sources[0].gone for _ in range(2)] == [True, True]
    store.sources.set_paused(feed.ref, True)
    assert not look([feed], settings, store).sources[0].gone


def test_what_an_error_quotes_can_be_stored(web: WebServer, settings: CollectSettings, store: Store) -> None:
    feed = source("feed", web.put("/feed", respond("<rss\x00\x1b[31m\ud800".encode("utf-8", "surrogatepass"))))
    look([feed], settings, store)
    error = store.sources.health()[feed.ref].error
    assert "not a feed" in error
    assert not set(error) & {"\x00", "\x1b", "\ud800"}
