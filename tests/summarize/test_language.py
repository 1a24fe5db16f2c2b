from digest.summarize.language import language_of
from tests.summarize.conftest import HARBOUR, MakeArticle


def test_a_known_language_stands(article: MakeArticle) -> None:
    assert language_of(article(HARBOUR, language="de-AT"), "en") == "de"


def test_an_unknown_one_is_found_from_the_words(article: MakeArticle) -> None:
    text = (
        "Le port de Lindholm fermera son ancien terminal au mois de mars, et tous les navires iront sur la rive nord. "
        * 2
    )
    assert language_of(article(text, language=""), "en") == "fr"


def test_a_few_words_tell_nothing(article: MakeArticle) -> None:
    assert language_of(article("Port Lindholm", language=""), "pt-BR") == "pt"
