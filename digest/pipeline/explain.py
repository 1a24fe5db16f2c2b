"""Why each article is in the issue, where it stands, or why it is out: what `digest build --explain` tells."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from digest.model import Curated, Reason, Skipped, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one article. `verdict` is in, also (named under the story that tells the same) or out.

    `where` is the section and the place within the issue, counted from 1; for an article that is out, empty. Limits go
    by `source`; `publisher` is whom readers see in its place, "" where it is the source.
    """

    verdict: str
    title: str
    source: str
    publisher: str
    url: str | None
    where: str
    score: float | None
    reasons: tuple[str, ...]


def explain(
    curated: Curated, passed_over: Iterable[Skipped], *, held: Container[str] | None = None
) -> tuple[Verdict, ...]:
    """A verdict on every article: those that are in by their place, then those that are out, the best first.

    `held` are the ids of the articles that are in the issue once it was fitted to what a mail client shows; left out,
    all that were chosen.
    """
    inside: list[Verdict] = []
    unfit: list[Verdict] = []
    place = 0
    for section in curated.sections:
        for story in section.stories:
            if held is not None and story.lead.id not in held:
                unfit += _of_story(story, "", left_out=True)
                continue
            place += 1
            inside += _of_story(story, f"{place}. {section.title}".rstrip(". "))
    scored = sorted(curated.skipped, key=lambda skipped: -(skipped.score if skipped.score is not None else -1e9))
    return (*inside, *unfit, *map(_out, scored), *map(_out, passed_over))


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as a program reads it."""
    return {
        "verdict": verdict.verdict,
        "title": verdict.title,
        "source": verdict.source,
        "publisher": verdict.publisher or None,
        "url": verdict.url,
        "where": verdict.where,
        "score": None if verdict.score is None else round(verdict.score, 4),
        "reasons": list(verdict.reasons),
    }


def _of_story(story: Story, where: str, *, left_out: bool = False) -> list[Verdict]:
    told = tuple(_weighed(reason) for reason in story.reasons)
    if left_out:
        told = ("the issue would be too large for Gmail, see [email] fit", *told)
    lead = story.lead
    verdicts = [
        Verdict(
            verdict="out" if left_out else "in",
            title=lead.title,
            source=lead.source,
            publisher=lead.publisher,
            url=lead.url,
            where=where,
            score=story.score,
            reasons=told,
        )
    ]
    for article in story.also:
        reason = f"tells the same story as “{lead.title}”"
        verdicts.append(
            Verdict(
                verdict="out" if left_out else "also",
                title=article.title,
                source=article.source,
                publisher=article.publisher,
                url=article.url,
                where=where,
                score=story.score,
                reasons=(reason,),
            )
        )
    return verdicts


def _weighed(reason: str) -> str:
    """The reason with what it adds to the score."""
    points = reason.points if isinstance(reason, Reason) else 0.0
    return f"{reason} {points:+.2f}" if abs(points) >= 0.005 else str(reason)


def _out(skipped: Skipped) -> Verdict:
    return Verdict(
        verdict="out",
        title=skipped.title or skipped.ref,
        source=skipped.source,
        publisher=skipped.publisher,
        url=skipped.ref if skipped.ref.startswith("http") else None,
        where="",
        score=skipped.score,
        reasons=(skipped.reason,),
    )
