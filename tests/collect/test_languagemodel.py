"""The converted model gives the answers of the one that it was made of, and no broken file stands in its way."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from digest.collect.languagefile import load_model

TEXTS = [
    "The dredger left the outer harbour at daybreak, and the pilots waited until the swell had eased.",
    "THE DREDGER LEFT THE OUTER HARBOUR AT DAYBREAK",
    "Der Bagger verließ den Außenhafen bei Tagesanbruch, und die Lotsen warteten.",
    "La drague a quitté l'avant-port au lever du jour, et les pilotes ont attendu.",
    "La draga salió del antepuerto al amanecer y los prácticos esperaron a que amainara.",
    "A draga saiu do anteporto ao amanhecer e os pilotos esperaram que a ondulação abrandasse.",
    "Mudringsfartøyet forlot ytre havn ved daggry, og losene ventet til dønningene hadde lagt seg.",
    "Uddybningsfartøjet forlod yderhavnen ved daggry, og lodserne ventede, til dønningen lagde sig.",
    "Порт закрили на зиму, а пороми ходять до внутрішнього причалу ще й тепер.",
    "Порт закрыли на зиму, а паромы ходят к внутреннему причалу и теперь.",
    "Luka je zatvorena preko zime, a trajekti još uvijek pristaju uz unutarnji gat.",
    "Лука је затворена преко зиме, а трајекти још увек пристају уз унутрашњи гат.",
    "Port yopildi, paromlar esa hozir ham ichki iskalaga boradi.",
    "新しい防波堤は来年の春に完成する予定で、港の職員は今年の冬も古い堤を使い続ける。",
    "新的防波堤将于明年春天完工，港口工作人员今年冬天继续使用旧堤。",
    "أغلق الميناء في الشتاء وما زالت العبارات ترسو عند الرصيف الداخلي.",
    "बंदरगाह सर्दियों के लिए बंद कर दिया गया है।",
    "Harbour 12",
    "Cafe\u0301 cre\u0300me",
    "half a character: \ud800",
    "12 34 56",
    "\0",
    "",
]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the converted model is kept."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "digest"


def test_the_answers_are_those_of_py3langid(cache: Path) -> None:
    theirs = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    for model in (load_model(), load_model()):  # as it was converted, as it was kept
        side_by_side = model.classify(TEXTS * 2)
        for text, (language, probability) in zip(TEXTS * 2, side_by_side, strict=True):
            told, sure = theirs.classify(text)
            alone, likely = model.classify([text])[0]
            assert likely == pytest.approx(probability, abs=1e-4)
            assert alone == language or likely < 0.1, text
            assert probability == pytest.approx(sure, abs=1e-4)
            assert language == told or sure < 0.1, text
    assert [file.suffix for file in cache.iterdir()] == [".npz"]


def test_nothing_is_told_of_no_texts(cache: Path) -> None:
    assert load_model().classify([]) == []


def test_a_file_that_is_not_whole_is_made_again(cache: Path) -> None:
    load_model()
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    packed = bytearray(whole)
    packed[whole.rindex(b"PK\1\2") + 10] = 99  # how the last array is packed
    header = bytearray(whole)
    header[whole.index(b"), }")] = ord("(")  # of an array, which NumPy reads as a piece of Python
    for broken in (b"", whole[: len(whole) // 2], bytes(flipped), bytes(packed), bytes(header)):
        file.write_bytes(broken)
        assert load_model().classify(TEXTS[:1])[0][0] == "en"
        assert file.read_bytes() == whole


def test_files_of_other_versions_are_removed_once_they_are_old(cache: Path) -> None:
    cache.mkdir()
    for name, age in {
        "languages-0-py3langid-0.1.npz": 40,
        "languages-0-py3langid-0.2.npz": 20,
        ".languages-killed": 40,
        "other.npz": 40,
    }.items():
        (cache / name).write_bytes(b"old")
        os.utime(cache / name, (time.time() - age * 86400,) * 2)
    load_model()
    left = sorted(file.name for file in cache.iterdir())
    assert left[0] == "languages-0-py3langid-0.2.npz"
    assert left[2:] == ["other.npz"]


def test_no_disk_is_needed_to_convert(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.write_text("a file in the place of the folder")
    monkeypatch.setattr("tempfile.tempdir", str(cache))
    assert load_model().classify([TEXTS[2]])[0][0] == "de"


def no_home(name: str) -> Path:
    raise RuntimeError(f"could not determine the home directory for {name}")


@pytest.mark.parametrize("place", [no_home, lambda name: Path("~/.cache") / name])
def test_a_user_without_a_home_has_the_model_too(
    place: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", place)
    monkeypatch.chdir(tmp_path)
    assert load_model().classify([TEXTS[2]])[0][0] == "de"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(cache: Path) -> None:
    cache.write_text("a file in the place of the folder")
    assert load_model().classify([TEXTS[2]])[0][0] == "de"
