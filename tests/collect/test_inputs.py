"""`digest extract`: each input is answered in order, with its article or a reason."""

from pathlib import Path

from digest.collect import Extraction, article_from_text, extract_inputs
from digest.config import CollectSettings
from digest.model import Skipped
from tests.collect.conftest import NOW, WORDS, WebServer, page, respond


def test_inputs_are_answered_in_order(tmp_path: Path, web: WebServer, settings: CollectSettings) -> None:
    (tmp_path / "in").mkdir()
    for name in ("b", "a"):
        (tmp_path / "in" / f"{name}.txt").write_text(f"Text {name}\n\n" + "\n\n".join(WORDS))
    url = web.put("/crane", respond(page(), content_type="text/html"))
    refs = [
        url,
        str(tmp_path / "in"),
        str(tmp_path / "missing.txt"),
        web.url("/nothing"),
        str(tmp_path / "in" / "b.txt"),
    ]
    found = list(extract_inputs(refs, settings, now=NOW))
    titles = [one.article.title if isinstance(one, Extraction) else one.reason for one in found]
    assert titles == [
        "The crane that lifted a hull",
        "Text a",
        "Text b",
        "there is no such file",
        "HTTP 404 Not Found",
        "Text b",
    ]
    assert found[0] == Extraction(input=url, article=found[0].article) if isinstance(found[0], Extraction) else False


def test_removed_furniture_is_told(tmp_path: Path, settings: CollectSettings) -> None:
    path = tmp_path / "saved.txt"
    path.write_text("\n\n".join(["3 C", "The old crane", *WORDS, "- Advertisement -", "More articles"]))
    (found,) = extract_inputs([str(path)], settings, now=NOW)
    assert isinstance(found, Extraction)
    assert found.removed == ("3 C", "- Advertisement -", "More articles")
    assert found.article.text == "\n".join(WORDS)
    assert found.article.words == sum(len(line.split()) for line in WORDS)


def test_what_can_be_neither_file_nor_address_is_told(settings: CollectSettings) -> None:
    refs = ["a" * 5000, "https://[broken", "https://a.example:port/"]
    found = list(extract_inputs(refs, settings, now=NOW))
    reasons = [one.reason for one in found if isinstance(one, Skipped)]
    assert [reason.partition(":")[0] for reason in reasons] == ["it cannot be read", *["it is no web address"] * 2]


def test_answers_come_before_the_last_input_is_read(tmp_path: Path, settings: CollectSettings) -> None:
    refs = [str(tmp_path / f"{n}.txt") for n in range(50)]
    stream = extract_inputs(refs, settings, now=NOW)
    assert next(stream) == Skipped(stage="collect", ref=refs[0], reason="there is no such file")
    stream.close()  # type: ignore[attr-defined]


def test_an_article_of_a_bare_text() -> None:
    article = article_from_text("One two.\n\n\n  Three  four. ", title="", ref="x", now=NOW)
    assert (article.text, article.title, article.words) == ("One two.\nThree four.", "One two.", 4)
    assert article.id == article_from_text("Other words.", title="T", ref="x", now=NOW).id
