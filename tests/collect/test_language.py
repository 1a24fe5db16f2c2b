"""The words decide which language an article is in; what its page declares helps where they are few."""

import pytest

from digest.collect.language import detect_language

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
