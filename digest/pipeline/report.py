"""The report of one build: what went in and why, what was left out and why, and how long it took."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from digest.model import Article, Collected, Entry, Finding, Issue, Rendered, Section, Skipped, SourceReport

Report = dict[str, Any]


def empty_report(collected: Collected, skipped: Sequence[Skipped], timings: Mapping[str, float]) -> Report:
    """The report of a build that found nothing new: no issue, and why."""
    return {
        "issue": None,
        "subject": None,
        "created": None,
        "sections": [],
        **collected_report(collected, skipped),
        "lint": [],
        "bytes": {"html": 0, "text": 0},
        "timings": _rounded(timings),
    }


def issue_report(
    issue: Issue,
    rendered: Rendered,
    *,
    created: datetime,
    collected: Collected,
    skipped: Sequence[Skipped],
    findings: Sequence[Finding],
    timings: Mapping[str, float],
) -> Report:
    """The report of an issue, as report.json holds it."""
    return {
        "issue": issue.id,
        "subject": rendered.subject,
        "created": _iso(created),
        "sections": [_section(section) for section in issue.sections],
        **collected_report(collected, skipped),
        "lint": [{"rule": f.rule, "severity": f.severity, "message": f.message} for f in findings],
        "bytes": {"html": len(rendered.html.encode()), "text": len(rendered.text.encode())},
        "timings": _rounded(timings),
    }


def collected_report(collected: Collected, skipped: Sequence[Skipped] = ()) -> Report:
    """What became of every source, and of everything that was passed over."""
    return {
        "sources": [_source(report) for report in collected.sources],
        "skipped": [{"stage": s.stage, "ref": s.ref, "reason": s.reason} for s in (*collected.skipped, *skipped)],
    }


def _section(section: Section) -> Report:
    return {"title": section.title, "entries": [_entry(entry) for entry in section.entries]}


def _entry(entry: Entry) -> Report:
    lead = entry.story.lead
    return {
        **_article(lead),
        "published": _iso(lead.published),
        "summary": entry.summary.text,
        "origin": entry.summary.origin.value,
        "grounded": entry.summary.grounded,
        "findings": list(entry.summary.findings),
        "passages": [{"source": p.source, "text": p.text} for p in entry.summary.passages],
        "score": round(entry.story.score, 4),
        "reasons": list(entry.story.reasons),
        "also": [_article(article) for article in entry.story.also],
        "earlier": [{**_article(told.article), "issue": told.issue_id} for told in entry.story.earlier],
    }


def _article(article: Article) -> Report:
    return {
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "publisher": article.publisher or None,
    }


def _source(report: SourceReport) -> Report:
    return {
        "name": report.name,
        "status": report.status,
        "fetched": report.fetched,
        "new": report.new,
        "error": report.error,
    }


def _iso(when: datetime | None) -> str | None:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def _rounded(timings: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(timings.get(stage, 0.0), 3) for stage in ("collect", "curate", "summarize", "compose")}
