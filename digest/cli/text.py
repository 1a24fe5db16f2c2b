"""`digest extract` and `digest summarize`: one article at a time, without a store."""

import json as jsonlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.command import JsonOption, command
from digest.cli.exits import Exit
from digest.cli.output import iso_time, print_json_line, print_text
from digest.cli.session import Session
from digest.errors import InputError, UsageError
from digest.model import Article, Skipped, Summary

if TYPE_CHECKING:
    from digest.collect import Extraction
    from digest.config import SummarizerSettings
    from digest.store import Store

InputsArgument = Annotated[list[str] | None, typer.Argument(metavar="PATH_OR_URL...", show_default=False)]
ModelOption = Annotated[
    str | None, typer.Option("--model", metavar="M", help='"builtin", or a Hugging Face name or folder.')
]
SentencesOption = Annotated[int | None, typer.Option("--sentences", min=1, max=50, help="So many sentences.")]
MaxWordsOption = Annotated[int | None, typer.Option("--max-words", min=5, max=2000, help="At most so many words.")]
JsonlOption = Annotated[
    Path | None, typer.Option("--jsonl", metavar="FILE", help='Read lines of {"id", "text", "title"?}.')
]

# With a number of sentences asked for, only they count; this is more than that many sentences ever hold.
_NO_WORD_LIMIT = 2000


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    command(app, "extract")(extract)
    command(app, "summarize")(summarize)


def extract(session: Session, *, inputs: InputsArgument = None, json: JsonOption = False) -> Exit:
    """Print the cleaned article of each file or page."""
    from digest.collect import extract_inputs

    settings = session.settings_or_defaults
    failed = 0
    for number, found in enumerate(extract_inputs(_some(inputs), settings.collect, now=session.clock())):
        if isinstance(found, Skipped):
            failed += 1
            session.say(f"skipped {found.ref}: {found.reason}")
        if json:
            print_json_line(_skipped(found) if isinstance(found, Skipped) else _extraction(found))
        elif not isinstance(found, Skipped):
            print_text(("\n" if number > failed else "") + _readable(found.article))
    return Exit.BAD_INPUT if failed else Exit.DONE


def summarize(
    session: Session,
    *,
    inputs: InputsArgument = None,
    model: ModelOption = None,
    sentences: SentencesOption = None,
    max_words: MaxWordsOption = None,
    jsonl: JsonlOption = None,
    json: JsonOption = False,
) -> Exit:
    """Print a summary of each file or page."""
    settings = session.settings_or_defaults
    wanted = _summarizer(settings.summarizer, model, sentences, max_words)
    language = settings.newsletter.language
    if jsonl is not None and inputs:
        raise UsageError("--jsonl and inputs do not go together", remedy="give one of them")
    with ExitStack() as stack:
        store = _cache(session, stack)
        if jsonl is not None:
            return _summarize_lines(session, jsonl, wanted, store, language)
        return _summarize_inputs(session, _some(inputs), wanted, store, language, json=json)


def _summarize_inputs(
    session: Session,
    inputs: list[str],
    wanted: "SummarizerSettings",
    store: "Store | None",
    language: str,
    *,
    json: bool,
) -> Exit:
    from digest.collect import extract_inputs
    from digest.summarize import summarize_articles

    settings = session.settings_or_defaults
    found = list(extract_inputs(inputs, settings.collect, now=session.clock()))
    articles = [item.article for item in found if not isinstance(item, Skipped)]
    with session.progress() as progress:
        summaries = iter(list(summarize_articles(articles, wanted, store, language=language, progress=progress)))
    for item in found:
        if isinstance(item, Skipped):
            session.say(f"skipped {item.ref}: {item.reason}")
            if json:
                print_json_line(_skipped(item))
            continue
        summary = next(summaries)
        _tell_findings(session, item.input, summary)
        if json:
            print_json_line({"input": item.input, **_summary(summary)})
        else:
            print_text((f"{item.article.title}\n" if len(articles) > 1 else "") + summary.text)
    return Exit.BAD_INPUT if len(articles) < len(found) else Exit.DONE


def _summarize_lines(
    session: Session, path: Path, wanted: "SummarizerSettings", store: "Store | None", language: str
) -> Exit:
    from digest.summarize import summarize_articles

    rows = list(_read_lines(path))
    now = session.clock()
    articles = [_article(row, now) for row in rows]
    with session.progress() as progress:
        summaries = summarize_articles(articles, wanted, store, language=language, progress=progress)
        for row, summary in zip(rows, summaries, strict=True):
            _tell_findings(session, str(row["id"]), summary)
            print_json_line({"id": row["id"], **_summary(summary)})
    return Exit.DONE


def _tell_findings(session: Session, ref: str, summary: Summary) -> None:
    for finding in summary.findings:
        session.detail(f"{ref}: {finding}")


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        # Line feeds alone: other line separators may stand inside a JSON string.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", where=str(path)) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = jsonlib.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"is not JSON: {error}", where=where, remedy="one JSON object a line") from error
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
            raise InputError('must be an object with "id" and "text"', where=where, remedy="mend the line")
        yield row


def _article(row: dict[str, Any], now: Any) -> Article:
    from digest.collect import article_from_text

    return article_from_text(row["text"], title=str(row.get("title") or ""), ref=str(row["id"]), now=now)


def _summarizer(
    settings: "SummarizerSettings", model: str | None, sentences: int | None, max_words: int | None
) -> "SummarizerSettings":
    changes: dict[str, object] = {}
    if model is not None:
        changes |= {"model": model, "revision": ""}
    if sentences is not None:
        changes |= {"sentences": sentences, "max_words": _NO_WORD_LIMIT}
    if max_words is not None:
        changes["max_words"] = max_words
    return settings.model_copy(update=changes)


def _cache(session: Session, stack: ExitStack) -> "Store | None":
    """The store of the configuration, if there is one: summaries made here serve `build`, and the other way round."""
    if session.settings_or_defaults.file is None:
        return None
    return stack.enter_context(session.store())


def _some(inputs: Iterable[str] | None) -> list[str]:
    given = list(inputs or [])
    if not given:
        raise UsageError("nothing to read", remedy="name a file, a folder or an address")
    return given


def _skipped(item: Skipped) -> dict[str, object]:
    return {"input": item.ref, "skipped": item.reason}


def _extraction(item: "Extraction") -> dict[str, object]:
    article = item.article
    return {
        "input": item.input,
        "title": article.title,
        "author": article.author,
        "published": iso_time(article.published),
        "language": article.language,
        "image": article.image,
        "text": article.text,
        "words": article.words,
        "url": article.url,
        "removed": list(item.removed),
    }


def _summary(summary: Summary) -> dict[str, object]:
    return {
        "summary": summary.text,
        "origin": summary.origin.value,
        "model": summary.model,
        "sentences": summary.sentences,
        "grounded": summary.grounded,
    }


def _readable(article: Article) -> str:
    about = " · ".join(filter(None, (article.author, iso_time(article.published), article.url)))
    return "\n\n".join(filter(None, (article.title, about, article.text.replace("\n", "\n\n"))))
