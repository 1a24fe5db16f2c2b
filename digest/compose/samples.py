"""Made-up issues that hold what real ones hold at their worst, to try a theme on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from digest.model import Article, Entry, Issue, Origin, Period, Section, Story, Summary

_END = datetime(2025, 11, 22, 7, 0, tzinfo=UTC)
_HOSTILE = "</mj-text><script>\"'&amp; {{ 7 * 7 }} {% raw %} \\u{94d} नमस्ते ❤️ \u202etxt\x00"
_PARAGRAPHS = "The first paragraph says what happened.\nThe second says why it matters, and to whom."


def sample_issues() -> Iterator[Issue]:
    """A full issue, a bare one, one of nothing but hostile text, and an empty one."""
    full = tuple(_entry(n, image=n % 2 == 0, also=n % 3) for n in range(4))
    yield _issue("sample-full", (Section(title="World", entries=full), Section(title="Science", entries=full[:1])))
    bare = _entry(1, url=None, author=None, published=None, words=0, text="")
    yield _issue("sample-bare", (Section(title="", entries=(bare,)),))
    hostile = _entry(2, title=_HOSTILE, text=_HOSTILE + " " + "w" * 5000, source=_HOSTILE, author=_HOSTILE)
    yield _issue("sample-hostile", (Section(title=_HOSTILE, entries=(hostile,)),))
    yield _issue("sample-empty", ())


def _issue(name: str, sections: tuple[Section, ...]) -> Issue:
    period = Period(start=_END - timedelta(days=1), end=_END)
    return Issue(
        id=name,
        newsletter="sample",
        number=1,
        period=period,
        subject="A sample",
        preheader="What a sample holds",
        sections=sections,
    )


def _entry(
    number: int,
    *,
    title: str = "",
    text: str = _PARAGRAPHS,
    source: str = "The Sample",
    url: str | None = "https://example.org/story",
    author: str | None = "A. Writer",
    published: datetime | None = _END,
    words: int = 640,
    image: bool = False,
    also: int = 0,
) -> Entry:
    def article(place: int) -> Article:
        return Article(
            id=f"{number}-{place}",
            url=f"{url}/{number}/{place}" if url else None,
            source=f"{source} {place}" if place else source,
            title=title or f"Sample story number {number}",
            author=author,
            published=published,
            first_seen=_END,
            language="en",
            text=text,
            image=f"https://example.org/{number}.jpg" if image else None,
            image_alt="What the picture shows",
            words=words,
            content_hash=f"{number}-{place}",
        )

    story = Story(lead=article(0), also=tuple(article(place) for place in range(1, also + 1)), reasons=("sample",))
    summary = Summary(text=text, origin=Origin.EXTRACTIVE, model="sample", sentences=2, grounded=True)
    return Entry(story=story, summary=summary)
