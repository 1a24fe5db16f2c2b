import pytest

from digest.summarize.grounding import Finding, Kind, unsupported

ARTICLE = (
    "The port of Lindholm closes on 14 March. The quay cost 1,250,000 euros, said José Ibáñez of Harbour Trust. "
    "Twenty-three ships came, two of them from the United States. The vote was 31-12 and ended at 23:40 on Tuesday. "
    "Mayor Ingrid Solberg said: “We cannot wait for another winter storm.” She was elected on Nov. 3, 2019. "
    "The bank lent 3.4 million kroner, and 84% of the 1,234,567 people asked were for it."
)


@pytest.mark.parametrize(
    "summary",
    [
        "The quay cost 1250000 euros.",
        "The quay cost 1.25 million euros.",
        "The quay cost €1.25m.",
        "According to Jose Ibanez the port closes on March 14th.",
        "The port closes on the 14th of March.",
        "Some 23 ships came, and 2 were from the United States.",
        "The Trust's vote was 31 to 12.",
        "Ships came to Lindholm's quay.",
        "It lent 3,400,000 kroner.",
        "More than 1.2 million people were asked, of whom 84 percent were for it.",
        "She was elected on 3 November 2019.",
        "She was elected on 2019-11-03.",
        "Mrs Solberg and Señor IBÁÑEZ came on Tuesday.",
        '"We cannot wait for another winter storm," said Solberg.',
        "“We cannot wait,” said the mayor.",
        "Two men came.",
    ],
)
def test_what_the_article_holds_is_supported_however_it_is_written(summary: str) -> None:
    assert unsupported(summary, ARTICLE) == []


@pytest.mark.parametrize(
    ("summary", "strange"),
    [
        ("The quay cost 1,350,000 euros.", [Finding(Kind.NUMBER, "1,350,000")]),
        ("The quay cost 1.25 billion euros.", [Finding(Kind.NUMBER, "1.25 billion")]),
        ("The vote was 31-13.", [Finding(Kind.NUMBER, "31-13")]),
        ("Twenty-four ships came.", [Finding(Kind.NUMBER, "Twenty four")]),
        ("She was elected on 14 November.", [Finding(Kind.DATE, "14/11")]),
        ("She was elected in April.", [Finding(Kind.DATE, "month 4")]),
        ("The vote ended on Friday.", [Finding(Kind.DATE, "weekday")]),
        ("The vote, said Maria Ibáñez, was close.", [Finding(Kind.NAME, "Maria")]),
        ("Ships came from the United Kingdom.", [Finding(Kind.NAME, "Kingdom")]),
        ("The mayor, José Solberg, was for it.", [Finding(Kind.NAME, "José Solberg")]),
        (
            "“We cannot wait for the next winter storm,” said Solberg.",
            [Finding(Kind.QUOTATION, "We cannot wait for the next winter storm")],
        ),
        ("“The vote was 31-12,” said Ibáñez, “and ended at 23:40.”", []),
    ],
)
def test_other_figures_dates_names_and_quotations_are_found(summary: str, strange: list[Finding]) -> None:
    assert unsupported(summary, ARTICLE) == strange


def test_a_quotation_in_the_mouth_of_another_is_found() -> None:
    article = (
        "Mayor Ingrid Solberg opened the session. “We cannot wait for another winter storm,” Ms Solberg said. "
        "The road is wet. The hall is cold. The debate was long. Then José Ibáñez spoke of the price."
    )
    assert unsupported("“We cannot wait for another winter storm,” said José Ibáñez.", article) == [
        Finding(Kind.SPEAKER, "Ibáñez")
    ]


def test_german_nouns_are_no_names_and_german_figures_are_read() -> None:
    article = "Der Hafen kostete 1.250.000 Euro und wurde am 3. Mai von Frau Solberg eröffnet."
    assert unsupported("Die Anlage für 1,25 Millionen Euro öffnete am 3. Mai.", article, "de") == []
    assert unsupported("Die Anlage öffnete am 4. Mai.", article, "de") == [
        Finding(Kind.NUMBER, "4"),
        Finding(Kind.DATE, "4/5"),
    ]


def test_digits_of_other_scripts_are_digits() -> None:
    assert unsupported("جاءت 12 سفينة", "وصلت ١٢ سفينة", "ar") == []
    assert unsupported("جاءت ١٣ سفينة", "وصلت 12 سفينة", "ar") == [Finding(Kind.NUMBER, "13")]


def test_a_finding_says_in_words_what_is_amiss() -> None:
    [finding] = unsupported("The quay cost 9 euros.", ARTICLE)
    assert str(finding) == "the number “9” is not in the article"
