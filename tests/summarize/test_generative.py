import logging
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from digest.model import Article, Origin
from digest.summarize import seq2seq
from digest.summarize.engines import load_writer
from digest.summarize.generative import Generative
from digest.summarize.hub import find_model
from digest.summarize.search import plan_search
from digest.summarize.seq2seq import Seq2Seq
from digest.summarize.writer import Task
from tests.summarize.conftest import HARBOUR, MakeArticle, MakeSettings
from tests.summarize.tiny import CUT, HEDGES, INVENTS, PAIRS, SAILS, save_tiny_bart

pytestmark = pytest.mark.model


@pytest.fixture(scope="session")
def tiny_bart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-bart")
    save_tiny_bart(folder)
    return folder


@pytest.fixture
def generative(settings: MakeSettings, tiny_bart: Path) -> Generative:
    return Generative(settings(model=str(tiny_bart), max_words=30))


def test_what_the_model_writes_goes_out_when_the_article_holds_it(
    generative: Generative, article: MakeArticle, tiny_bart: Path
) -> None:
    found = generative.summarize([article(HEDGES), article(SAILS)], language="en")
    assert [summary.text for summary in found] == [PAIRS[HEDGES], PAIRS[SAILS]]
    assert {summary.origin for summary in found} == {Origin.GENERATED}
    assert {summary.model for summary in found} == {str(tiny_bart)}
    assert all(summary.grounded and summary.sentences == 2 for summary in found)


def test_an_invented_figure_gives_way_to_the_articles_own_sentences(
    generative: Generative, article: MakeArticle
) -> None:
    [summary] = generative.summarize([article(INVENTS)], language="en")
    assert summary.origin is Origin.FALLBACK
    assert "900" not in summary.text
    assert all(sentence in INVENTS for sentence in summary.text.split(". "))
    assert summary.model == "builtin (all-MiniLM-L6-v2)"


def test_an_unfinished_sentence_is_left_out(generative: Generative, article: MakeArticle) -> None:
    [summary] = generative.summarize([article(CUT)], language="en")
    assert summary.text == "A bridge of wood was opened over the river at Moen."
    assert summary.sentences == 1


def test_the_limits_hold_for_what_is_written(settings: MakeSettings, tiny_bart: Path, article: MakeArticle) -> None:
    [summary] = Generative(settings(model=str(tiny_bart), max_words=12)).summarize([article(SAILS)], language="en")
    assert summary.text == "The ferry to Moen was cancelled because of ice."


def test_a_short_article_is_not_given_to_the_model(generative: Generative, article: MakeArticle) -> None:
    [summary] = generative.summarize([article("The ferry left with nobody aboard.")], language="en")
    assert (summary.text, summary.origin) == ("The ferry left with nobody aboard.", Origin.EXTRACTIVE)


def test_both_engines_write_the_same(settings: MakeSettings, tiny_bart: Path) -> None:
    wanted = settings(model=str(tiny_bart))
    files = find_model(wanted)
    search = plan_search(files, wanted)
    tasks = [Task(text=text) for text in PAIRS]
    quick = seq2seq.with_ctranslate2(files, wanted, search)
    plain = seq2seq.with_transformers(files, wanted, search, "cpu")
    assert quick.write(tasks) == plain.write(tasks) == list(PAIRS.values())


def test_where_ctranslate2_cannot_run_a_model_transformers_does(
    settings: MakeSettings, tiny_bart: Path, tmp_path: Path, article: MakeArticle, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    with caplog.at_level(logging.INFO):
        generative = Generative(settings(model=str(tiny_bart), cache_dir=blocked, max_words=30))
        assert "transformers" in generative.check()
    assert "CTranslate2 cannot run" in caplog.text
    [summary] = generative.summarize([article(HEDGES)], language="en")
    assert summary.text == PAIRS[HEDGES]


def test_one_article_that_the_model_fails_on_does_not_cost_the_others(
    settings: MakeSettings, tiny_bart: Path, article: MakeArticle, caplog: pytest.LogCaptureFixture
) -> None:
    generative = Generative(settings(model=str(tiny_bart), max_words=30))
    loaded = load_writer(find_model(settings(model=str(tiny_bart))), settings(model=str(tiny_bart)))
    assert isinstance(loaded, Seq2Seq)
    ferry = loaded.tokenizer.token_to_id("ferry")

    def run(batch: Sequence[list[int]]) -> list[list[int]]:
        if any(ferry in ids for ids in batch):
            raise RuntimeError("out of memory")
        return loaded.run(batch)

    generative.__dict__["_model"] = replace(loaded, run=run)
    with caplog.at_level(logging.WARNING):
        failed, fine = generative.summarize([article(SAILS), article(HEDGES)], language="en")
    assert failed.origin is Origin.FALLBACK
    assert (fine.origin, fine.text) == (Origin.GENERATED, PAIRS[HEDGES])
    assert "out of memory" in caplog.text


def test_a_long_article_is_read_in_chunks_that_fit(
    settings: MakeSettings, tiny_bart: Path, harbour: Article, article: MakeArticle
) -> None:
    wanted = settings(model=str(tiny_bart), max_words=30)
    generative = Generative(wanted)
    loaded = load_writer(find_model(wanted), wanted)
    assert isinstance(loaded, Seq2Seq)
    seen: list[int] = []

    def run(batch: Sequence[list[int]]) -> list[list[int]]:
        seen.extend(map(len, batch))
        return loaded.run(batch)

    generative.__dict__["_model"] = replace(loaded, run=run)
    generative.summarize([article("\n".join([HARBOUR] * 4))], language="en")
    assert len(seen) > 4
    assert max(seen) <= 128


def test_the_fingerprint_changes_with_what_a_summary_depends_on(
    settings: MakeSettings, tiny_bart: Path, tmp_path: Path
) -> None:
    wanted = settings(model=str(tiny_bart))
    first = Generative(wanted).fingerprint
    assert Generative(wanted).fingerprint == first
    assert Generative(settings(model=str(tiny_bart), max_words=31)).fingerprint != first
    (tiny_bart / "tokenizer_config.json").touch()
    assert Generative(wanted).fingerprint == first
    copy = tmp_path / "copy"
    shutil.copytree(tiny_bart, copy)
    same = Generative(settings(model=str(copy))).fingerprint
    (copy / "generation_config.json").write_text('{"num_beams": 2}')
    assert Generative(settings(model=str(copy))).fingerprint != same


def test_check_tells_model_engine_and_input(settings: MakeSettings, tiny_bart: Path) -> None:
    said = Generative(settings(model=str(tiny_bart))).check()
    assert said == f"{tiny_bart}, CTranslate2 int8 on cpu, input up to 124 tokens"


def test_a_damaged_conversion_is_removed_and_transformers_runs_the_model(
    settings: MakeSettings, tiny_bart: Path, tmp_path: Path
) -> None:
    wanted = settings(model=str(tiny_bart), cache_dir=tmp_path / "cache")
    Generative(wanted).check()
    [made] = (tmp_path / "cache" / "ctranslate2").glob("tiny-bart*")
    (made / "tokenizer.json").write_text("{")
    assert "transformers" in Generative(wanted).check()
    assert not made.exists()
    assert "CTranslate2" in Generative(wanted).check()
