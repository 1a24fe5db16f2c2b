"""What pages say of their article in JSON-LD, meta elements and microdata, right and wrong."""

import json
from typing import Any

import lxml.html
import pytest

from digest.collect.metadata import Metadata, read_metadata
from tests.collect.conftest import NOW

ADA, INES = {"@type": "Person", "name": "Ada Moreau"}, {"@type": "Person", "name": "Ines Okoro"}


def read(head: str, body: str = "", *, url: str | None = None) -> Metadata:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    return read_metadata(lxml.html.document_fromstring(html), url=url, now=NOW)


def script(value: Any, *, before: str = "", after: str = "") -> str:
    return f'<script type="application/ld+json">{before}{json.dumps(value)}{after}</script>'


def article(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The crane", **fields}


@pytest.mark.parametrize(
    "value",
    [
        article(),
        [{"@type": "BreadcrumbList"}, article()],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "name": "Page"}, article()]},
        {"@type": "WebPage", "headline": "Page", "mainEntity": article()},
        article(**{"@type": ["Article", "BlogPosting"]}),
    ],
    ids=["object", "list", "graph", "main entity", "types"],
)
def test_the_article_is_found_wherever_it_stands(value: Any) -> None:
    assert read(script(value)).title == "The crane"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<![CDATA[", "]]>"),
        ("//<![CDATA[\n", "\n//]]>"),
        ("/* <![CDATA[ */", "/* ]]> */"),
        ("<!--", "-->"),
        ("\n", " "),
    ],
)
def test_wrapped_json_ld_is_read(before: str, after: str) -> None:
    assert read(script(article(), before=before, after=after)).title == "The crane"


@pytest.mark.parametrize(
    ("author", "name"),
    [
        (ADA, "Ada Moreau"),
        ([ADA, INES, ADA], "Ada Moreau, Ines Okoro"),
        ([[ADA], {"name": ["Ines Okoro"]}], "Ada Moreau, Ines Okoro"),
        ("By Ada Moreau", "Ada Moreau"),
        ({"name": "Ada &amp; Ines"}, "Ada & Ines"),
        ({"@type": "Person", "url": "/ada"}, None),
        ({"name": "https://example.org/ada"}, None),
        (7, None),
    ],
)
def test_authors_of_every_shape(author: Any, name: str | None) -> None:
    assert read(script(article(author=author))).author == name


def test_an_author_that_is_named_elsewhere_in_the_graph_is_found() -> None:
    person = {"@id": "#ada", **ADA}
    assert read(script({"@graph": [article(author={"@id": "#ada"}), person]})).author == "Ada Moreau"


def test_an_author_in_a_circle_ends() -> None:
    ring = {"@id": "#a", "@type": "Person", "name": {"@id": "#a"}}
    assert read(script({"@graph": [article(author={"@id": "#a"}), ring]})).author is None


def test_of_two_titles_in_json_ld_the_one_counts_that_the_page_shows() -> None:
    shown = "<title>The crane that fell - Courier</title>"
    assert read(shown + script(article(name="Courier of Vessen", headline="The crane that fell"))).title == (
        "The crane that fell"
    )
    assert read(shown + script(article(name="The crane that fell", headline="city in the north"))).title == (
        "The crane that fell"
    )


def test_the_publisher_is_no_part_of_the_title() -> None:
    said = article(headline="The crane | Vessen Courier", publisher={"@type": "Organization", "name": "Vessen Courier"})
    assert read(script(said)).title == "The crane"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<meta name=author content='Ada Moreau'>", "Ada Moreau"),
        ("<meta name=DC.Creator content='Ada'><meta name=DC.Creator content='Ines'>", "Ada, Ines"),
        ("<meta property=article:author content='https://example.org/ada'>", None),
        ("<meta name=parsely-author content='By Ada Moreau'>", "Ada Moreau"),
        ("<meta name=author content=admin><meta name=sailthru.author content='Ada Moreau'>", "Ada Moreau"),
        ("<meta itemprop=author content='Somebody'><meta name=byl content='By Ada Moreau'>", "Ada Moreau"),
        ("<meta itemprop=author content='Ada Moreau'>", "Ada Moreau"),
    ],
)
def test_authors_in_meta_elements(head: str, name: str | None) -> None:
    assert read(head).author == name


def test_what_the_page_shows_goes_before_microdata_without_a_place() -> None:
    assert read("<meta itemprop=author content=Upload>", "<p class=byline>By Ada Moreau</p>").author == "Ada Moreau"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<meta property='dc:title og:title' content='The crane'><title>Other</title>", "The crane"),
        ("<meta name=twitter:title content='The crane &amp;amp; hull'>", "The crane & hull"),
        ("<meta property=og:title content='The crane | Vessen Courier'><link rel=canonical href='https://www.vessencourier.example/a'>",
         "The crane"),
        ("<meta property=og:title content=''><title>The crane that fell | Vessen</title>", "The crane that fell"),
    ],
)  # fmt: skip
def test_titles_in_meta_elements(head: str, title: str) -> None:
    assert read(head).title == title


@pytest.mark.parametrize(
    ("attributes", "head", "language"),
    [
        ("lang=pt-BR", "", "pt-BR"),
        ("", "<meta http-equiv=content-language content=de>", "de"),
        ("", "<meta property=og:locale content=fr_CA>", "fr_CA"),
        ("", "", ""),
    ],
)
def test_the_language_that_a_page_declares(attributes: str, head: str, language: str) -> None:
    tree = lxml.html.document_fromstring(f"<html {attributes}><head>{head}</head><body></body></html>")
    assert read_metadata(tree, url=None, now=NOW).language == language
