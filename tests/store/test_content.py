"""What an issue was made of comes back as it was, but for the articles' own texts."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime

from digest.model import Article, Entry, Origin, Passage, Reason, Section, Story, Summary, Told
from digest.store.content import pack, unpack

LEAD = Article(
    id="a1",
    url="https://news.example/größe",
    source="The Courier",
    title="Ein Titel \u2028 “in” 日本",
    author="Ada Moss",
    published=datetime(2026, 11, 20, 6, 30, 1, 250, tzinfo=UTC),
    first_seen=datetime(2026, 11, 20, 7, 0, tzinfo=UTC),
    language="de",
    text="The whole text.",
    image="https://news.example/a.jpg",
    image_alt="A quay",
    words=640,
    content_hash="h1",
    publisher="The Wire",
)
BARE = replace(LEAD, id="a2", url=None, author=None, published=None, image=None, image_alt="", language="")
OUTLETS = Reason("%(num)s outlet", "%(num)s outlets", num=2, points=0.5)
TOLD = Told(article=replace(BARE, text=""), issue_id="week-3", number=3, when=datetime(2026, 11, 19, tzinfo=UTC))
SECTIONS = (
    Section(
        title="World",
        entries=(
            Entry(
                story=Story(lead=LEAD, also=(BARE,), score=0.25, reasons=(OUTLETS, "of a plug-in"), earlier=(TOLD,)),
                summary=Summary(
                    text="One.\nTwo.",
                    origin=Origin.FALLBACK,
                    model="builtin",
                    sentences=2,
                    grounded=True,
                    passages=(Passage(text="One.", source="The Courier"),),
                    findings=("a figure that is not in the article",),
                ),
            ),
        ),
    ),
    Section(title="", entries=(), brief=True),
)


def without_texts(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    def bare(entry: Entry) -> Entry:
        story = entry.story
        also = tuple(replace(article, text="") for article in story.also)
        return replace(entry, story=replace(story, lead=replace(story.lead, text=""), also=also))

    return tuple(replace(section, entries=tuple(map(bare, section.entries))) for section in sections)


def test_it_comes_back_as_it_was_without_the_texts() -> None:
    assert unpack(pack(SECTIONS)) == without_texts(SECTIONS)
    assert "The whole text" not in pack(SECTIONS)


def test_nothing_is_made_of_nothing() -> None:
    assert unpack(pack(())) == ()


def test_no_field_is_forgotten() -> None:
    """A field that is added to a record, and not to what is kept of it, shows here: none of these is at its default."""
    entry = SECTIONS[0].entries[0]
    for record in (LEAD, entry.story, entry.summary):
        for field in fields(record):
            assert getattr(record, field.name) not in {field.default, None, ""}, field.name


def test_a_reason_can_still_be_said_in_another_language() -> None:
    reason = unpack(pack(SECTIONS))[0].entries[0].story.reasons[0]
    assert isinstance(reason, Reason)
    assert (reason.plural, reason.values, reason.points) == ("%(num)s outlets", {"num": 2}, 0.5)


def test_what_an_earlier_version_kept_can_be_read() -> None:
    old = json.loads(pack(SECTIONS))
    for section in old:
        del section["brief"]
        for entry in section["entries"]:
            del entry["earlier"]
            for article in (entry["lead"], *entry["also"]):
                del article["publisher"]
            entry["reasons"] = ["2 outlets"]
    (first, last) = unpack(json.dumps(old))
    assert (first.entries[0].story.reasons, first.entries[0].story.earlier) == (("2 outlets",), ())
    assert (first.brief, last.brief) == (False, False)
    assert first.entries[0].story.lead.outlet == LEAD.source
