import pytest

from digest.summarize.grounding import unsupported

ARTICLE = (
    "The port of Lindholm closes on 14 March. The quay cost 1,250,000 euros, said José Ibáñez of Harbour Trust. "
    "Twenty-three ships came, two of them from the United States. The vote was 31-12 and ended at 23:40."
)


@pytest.mark.parametrize(
    "summary",
    [
        "The quay cost 1250000 euros.",
        "According to Jose Ibanez the port closes on March 14th.",
        "Some 23 ships came, and 2 were from the United States.",
        "The Trust's vote was 31 to 12.",
        "Ships came to Lindholm's quay.",
    ],
)
def test_what_the_article_holds_is_supported_however_it_is_written(summary: str) -> None:
    assert unsupported(summary, ARTICLE) == []


@pytest.mark.parametrize(
    ("summary", "strange"),
    [
        ("The quay cost 1,350,000 euros.", ["1350000"]),
        ("The port closes on 15 March.", ["15"]),
        ("The vote, said Maria Ibáñez, was close.", ["Maria"]),
        ("Ships came from the United Kingdom in April.", ["Kingdom", "April"]),
    ],
)
def test_other_figures_dates_and_names_are_found(summary: str, strange: list[str]) -> None:
    assert unsupported(summary, ARTICLE) == strange
