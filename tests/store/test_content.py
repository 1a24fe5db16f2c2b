"""What an issue was made of comes back as it was, but for the articles' own texts."""

from dataclasses import fields, replace
from datetime import UTC, datetime

from digest.model import Article, Entry, Origin, Passage, Section, Story, Summary
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
)
BARE = replace(LEAD, id="a2", url=None, author=None, published=None, image=None, image_alt="", language="")
SECTIONS = (
    Section(
        title="World",
        entries=(
            Entry(
                story=Story(lead=LEAD, also=(BARE,), score=0.25, reasons=("2 outlets",)),
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
    Section(title="", entries=()),
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
