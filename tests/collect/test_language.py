"""The words decide which language an article is in; what its page declares helps where they are few."""

import pytest

from digest.collect.language import detect_language, detect_languages

GERMAN = (
    "Der Bagger verließ den Außenhafen bei Tagesanbruch, und die Lotsen warteten, bis die Dünung nachgelassen hatte. "
    "Niemand am Kai hatte erwartet, dass der alte Kran den Rumpf in einem Stück heben würde, aber er tat es vor Mittag."
)


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (GERMAN, "en", "de"),
        (GERMAN, "de-AT", "de"),
        (GERMAN, "", "de"),
        ("Hafen 12", "de_DE", "de"),
        ("新しい防波堤は来年の春に完成する予定で、港の職員は今年の冬も古い堤を使い続ける。", "en", "ja"),
        ("Порт закрили на зиму, а пороми ходять до внутрішнього причалу ще й тепер.", "", "uk"),
        ("12 34 56", "", ""),
        ("", "nonsense!", ""),
        ("", "fr", "fr"),
    ],
)
def test_language(text: str, declared: str, language: str) -> None:
    assert detect_language(text, declared) == language


DANISH = (
    "Uddybningsfartøjet forlod yderhavnen ved daggry, og lodserne ventede, til dønningen havde lagt sig lidt. Ingen på "
    "kajen havde regnet med, at den gamle kran ville løfte skroget i ét stykke, men det gjorde den inden middag."
)
NORWEGIAN = (
    "Mudringsfartøyet forlot ytre havn ved daggry, og losene ventet til dønningene hadde lagt seg. Ingen på kaia hadde "
    "regnet med at den gamle krana skulle klare å løfte skroget i ett stykke, men det gjorde den før klokka tolv."
)
ENGLISH = (
    "The dredger left the outer harbour at daybreak, and the pilots waited until the swell had eased. Nobody on the "
    "quay had expected the old crane to lift the hull in one piece, but it did so before noon."
)


@pytest.mark.parametrize(
    ("texts", "languages"),
    [
        ([], []),
        ([(ENGLISH, "")] * 5, ["en"] * 5),
        ([(ENGLISH, "en"), (GERMAN, "en"), (ENGLISH, "en"), (GERMAN, "en"), (DANISH, "en")], "en de en de da".split()),
        ([(text, "no") for text in (DANISH, NORWEGIAN) * 3], ["da", "no"] * 3),
        ([(ENGLISH, "fr"), ("Harbour 12", "fr"), ("12 34", ""), (ENGLISH, ""), ("Harbour 12 closed", "")], None),
        # One that is unsure as a whole, though it begins surely, tells nothing of others.
        (
            [(f"{GERMAN[:150]} {ENGLISH[:160]}", ""), *[(f"{'4711 08 15 ' * 14}{ENGLISH}", "")] * 3],
            ["", "en", "en", "en"],
        ),
        # What begins in a language of its neighbours and goes on in another is read whole where it begins unsurely.
        ([(ENGLISH, ""), (ENGLISH, ""), (f"Update: {GERMAN}", ""), (f"12.03. {GERMAN}", "")], ["en", "en", "de", "de"]),
    ],
)
def test_side_by_side_each_text_has_the_language_that_it_has_alone(
    texts: list[tuple[str, str]], languages: list[str] | None
) -> None:
    alone = [detect_language(text, declared) for text, declared in texts]
    assert detect_languages(texts) == alone
    assert languages is None or alone == languages
