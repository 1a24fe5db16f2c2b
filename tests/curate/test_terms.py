import pytest

from digest.curate.terms import terms_of, words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Orsel’s ferries, sailing", ["orsel", "ferry", "sailing"]),
        ("The cat and the gas bus", ["cat", "gas", "bus"]),
        ("Straße ÉCOLE Київ", ["strasse", "école", "київ"]),
        ("東京タワー", ["東京", "京タ", "タワ", "ワー"]),
        ("", []),
    ],
)
def test_terms_carry_the_meaning_in_every_script(text: str, expected: list[str]) -> None:
    assert terms_of(text) == expected


def test_words_keep_every_word_in_order() -> None:
    assert words_of("To be, or not to be: 2 B!") == ["to", "be", "or", "not", "to", "be", "2", "b"]
