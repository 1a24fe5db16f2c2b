"""What an issue was made of, as it is kept with the issue: all that a theme shows of it, so that another can."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from digest.model import Article, Entry, Origin, Passage, Reason, Section, Story, Summary, Told


def pack(sections: Sequence[Section]) -> str:
    """Sections as JSON. The articles' own texts, which no theme shows, are left out."""
    return json.dumps([_packed_section(section) for section in sections], ensure_ascii=False)


def unpack(text: str) -> tuple[Section, ...]:
    """The sections that `pack` wrote."""
    return tuple(
        Section(
            title=section["title"], entries=tuple(map(_entry, section["entries"])), brief=section.get("brief", False)
        )
        for section in json.loads(text)
    )


def _packed_section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "entries": [_packed_entry(entry) for entry in section.entries],
        "brief": section.brief,
    }


def _packed_entry(entry: Entry) -> dict[str, Any]:
    story, summary = entry.story, entry.summary
    return {
        "lead": _packed_article(story.lead),
        "also": [_packed_article(article) for article in story.also],
        "score": story.score,
        "reasons": [_packed_reason(reason) for reason in story.reasons],
        "earlier": [_packed_telling(told) for told in story.earlier],
        "summary": {
            "text": summary.text,
            "origin": summary.origin.value,
            "model": summary.model,
            "sentences": summary.sentences,
            "grounded": summary.grounded,
            "passages": [{"source": passage.source, "text": passage.text} for passage in summary.passages],
            "findings": list(summary.findings),
        },
    }


def _packed_reason(reason: str) -> str | dict[str, Any]:
    if not isinstance(reason, Reason):
        return reason
    return {
        "message": reason.message,
        "plural": reason.plural,
        "values": dict(reason.values),
        "points": reason.points,
    }


def _packed_telling(told: Told) -> dict[str, Any]:
    return {
        "article": _packed_article(told.article),
        "issue_id": told.issue_id,
        "number": told.number,
        "when": told.when.isoformat(),
    }


def _packed_article(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "url": article.url,
        "source": article.source,
        "title": article.title,
        "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "first_seen": article.first_seen.isoformat(),
        "language": article.language,
        "image": article.image,
        "image_alt": article.image_alt,
        "words": article.words,
        "content_hash": article.content_hash,
        "publisher": article.publisher,
    }


def _entry(packed: dict[str, Any]) -> Entry:
    summary = packed["summary"]
    return Entry(
        story=Story(
            lead=_article(packed["lead"]),
            also=tuple(map(_article, packed["also"])),
            score=packed["score"],
            reasons=tuple(map(_reason, packed["reasons"])),
            earlier=tuple(map(_telling, packed.get("earlier", ()))),
        ),
        summary=Summary(
            text=summary["text"],
            origin=Origin(summary["origin"]),
            model=summary["model"],
            sentences=summary["sentences"],
            grounded=summary["grounded"],
            passages=tuple(Passage(text=each["text"], source=each["source"]) for each in summary["passages"]),
            findings=tuple(summary["findings"]),
        ),
    )


def _reason(packed: str | dict[str, Any]) -> str:
    if isinstance(packed, str):
        return packed
    return Reason(packed["message"], packed["plural"], points=packed["points"], **packed["values"])


def _telling(packed: dict[str, Any]) -> Told:
    when = datetime.fromisoformat(packed["when"])
    return Told(**{**packed, "article": _article(packed["article"]), "when": when})


def _article(packed: dict[str, Any]) -> Article:
    published = packed["published"]
    return Article(
        **{
            **packed,
            "published": datetime.fromisoformat(published) if published else None,
            "first_seen": datetime.fromisoformat(packed["first_seen"]),
            "text": "",
        }
    )
