"""Every catalogue is whole, its placeholders and plural forms are right, and its words reach both parts."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from lxml import html as lxml_html

from digest.compose import check_theme, render
from digest.compose.translation import catalogues, has_words, languages, shipped, translations
from digest.errors import TemplateError
from digest.model import Section
from digest.resources import templates_dir
from tests.compose.conftest import MakeArticle, MakeEntry, MakeIssue, MakeSettings, WriteTheme

LANGUAGES = ["ar", "de", "es", "fr", "ja", "pt", "uk", "zh"]
PLURALS = {"ar": 6, "uk": 3, "zh": 1, "ja": 1}
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def catalogue(language: str) -> Catalog:
    with (shipped() / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def used() -> set[str]:
    """What the templates, the view and the reasons ask to be translated, by the singular."""
    found = set()
    import digest.compose.view as view
    import digest.curate.reasons as reasons

    files = [*(templates_dir() / "themes").rglob("*.mjml"), *(templates_dir() / "themes").rglob("*.txt")]
    options = {"extensions": "jinja2.ext.i18n,jinja2.ext.loopcontrols"}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    for path in files:
        for _, said, _, _ in extract("jinja2", BytesIO(path.read_bytes()), keywords, (), options):
            found.add(said if isinstance(said, str) else said[0])
    for module in (view, reasons):
        source = BytesIO(Path(str(module.__file__)).read_bytes())
        for _, said, _, _ in extract("python", source, {"_": None, "ngettext": (1, 2)}):
            found.add(said if isinstance(said, str) else said[0])
    return found


def ids(messages: Catalog) -> set[str]:
    return {message.id if isinstance(message.id, str) else message.id[0] for message in messages if message.id}


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_there_are_nine_languages() -> None:
    assert languages() == tuple(sorted([*LANGUAGES, "en"]))


def test_the_template_of_catalogues_is_up_to_date() -> None:
    with (shipped() / "digest.pot").open("rb") as file:
        assert ids(read_po(file)) == used(), "run: make words"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_whole(language: str) -> None:
    messages = catalogue(language)
    assert ids(messages) == used()
    for message in messages:
        if message.id:
            assert all(form.strip(" ") for form in forms(message)), message.id
            assert not message.fuzzy


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_plural_forms_are_as_many_as_the_language_has(language: str) -> None:
    messages = catalogue(language)
    assert messages.num_plurals == PLURALS.get(language, 2)
    for message in messages:
        if message.id and not isinstance(message.id, str):
            assert len(forms(message)) == messages.num_plurals, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_placeholders_are_those_of_the_english(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        wanted = set(_PLACEHOLDER.findall(message.id if isinstance(message.id, str) else message.id[1]))
        for form in forms(message):
            given = set(_PLACEHOLDER.findall(form))
            # A form for one or two alone may say the number in words.
            assert given == wanted or (given | {"num"} == wanted and not isinstance(message.id, str)), message.id
            assert "%" not in _PLACEHOLDER.sub("", form)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", {1: "1 Meldung", 2: "2 Meldungen"}),
        ("fr", {0: "0 article", 1: "1 article", 2: "2 articles"}),
        ("uk", {1: "1 новина", 2: "2 новини", 5: "5 новин", 11: "11 новин", 21: "21 новина", 22: "22 новини"}),
        (
            "ar",
            {1: "خبر واحد", 2: "خبران", 3: "3 أخبار", 11: "11 خبرًا", 99: "99 خبرًا", 100: "100 خبر", 103: "103 أخبار"},
        ),
        ("ja", {1: "記事1本", 2: "記事2本"}),
        ("en", {1: "1 story", 2: "2 stories"}),
        ("it", {1: "1 story", 2: "2 stories"}),
        ("pt-BR", {2: "2 notícias"}),
        ("zh_Hans", {2: "2 篇报道"}),
    ],
)
def test_a_number_has_its_form(language: str, said: dict[int, str]) -> None:
    words = translations(language)
    assert {n: words.ngettext("%(num)s story", "%(num)s stories", n) % {"num": n} for n in said} == said


@pytest.mark.parametrize("theme", ["brief", "classic", "magazine", "plain"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left_in_an_issue(
    issue: MakeIssue, entry: MakeEntry, article: MakeArticle, settings: MakeSettings, language: str, theme: str
) -> None:
    also = (article("", source="B", url="https://b.example/1"), article("X", source="C", url="https://c.example/1"))
    story = entry("T", "S", also=also, reasons=("R",), author="A", source="Q", image="https://x.example/a.jpg")
    sections = (
        Section(title="Must read", entries=(story,)),
        Section(title="In brief", entries=(story,)),
        Section(title="More stories", entries=(story,)),
    )
    chosen = settings(
        newsletter={"name": "N", "language": language},
        theme={"name": theme, "extra": {"reasons": True}},
        web={"base_url": "https://n.example"},
    )
    rendered = render(issue(sections=sections, subject="S", preheader="P"), chosen)
    html = lxml_html.document_fromstring(rendered.html)
    shown = " ".join([html.find("body").text_content(), *(image.get("alt") for image in html.iter("img"))])
    for text in (shown, rendered.text):
        text = re.sub(r"slot\w+|https?:\S+", "", text)
        assert not re.search(
            r"\b(must|brief|stor(y|ies)|issue|also|chosen|read|subscribed|unsubscribe|view|picture|because|this)\b",
            text,
            re.IGNORECASE,
        ), text


def test_a_language_without_a_catalogue_has_english_words_and_its_own_dates(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    assert not has_words("it", ())
    assert has_words("en-GB", ())
    assert has_words("pt-BR", ())
    text = render(issue(entry()), settings(newsletter={"language": "it"})).text
    assert "22 novembre 2025" in text
    assert "Unsubscribe" in text


def test_a_theme_brings_words_of_its_own_and_changes_others(
    theme: WriteTheme, issue: MakeIssue, settings: MakeSettings
) -> None:
    own = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    files = {
        "text.txt": '{{ _("Good morning") }}. {{ _("Unsubscribe") }}. {{ _("View in the browser") }}.',
        "locale/de.po": f'{own}msgid "Good morning"\nmsgstr "Moin"\n\nmsgid "Unsubscribe"\nmsgstr "Tschüss"\n',
    }
    chosen = theme(files, newsletter={"language": "de-AT"})
    assert render(issue(), chosen).text == "Moin. Tschüss. Im Browser ansehen.\n"
    assert len(catalogues("de-AT", [chosen.theme.dir] if chosen.theme.dir else [])) == 2


def test_a_changed_catalogue_is_seen_by_the_next_render(theme: WriteTheme, issue: MakeIssue) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Hello"\n'
    files = {"text.txt": '{{ _("Hello") }}', "locale/de.po": head + 'msgstr "Hallo"\n'}
    assert render(issue(), theme(files, newsletter={"language": "de"})).text == "Hallo\n"
    files["locale/de.po"] = head + 'msgstr "Guten Tag"\n'
    assert render(issue(), theme(files, newsletter={"language": "de"})).text == "Guten Tag\n"


def test_a_catalogue_that_cannot_be_read_is_told(theme: WriteTheme) -> None:
    with pytest.raises(TemplateError, match=r"locale/de\.po.*cannot be read"):
        check_theme(theme({"locale/de.po": "this is no catalogue"}, newsletter={"language": "de"}))


@pytest.mark.parametrize("said", ["Nr %(nummer)s", "Zu 100% Nr %(number)s", "Nr %(number"])
def test_words_with_other_values_than_the_english_are_told_at_their_line(theme: WriteTheme, said: str) -> None:
    wrong = f'msgid "Unsubscribe"\nmsgstr "Tschüss"\n\nmsgid "Issue %(number)s"\nmsgstr "{said}"\n'
    with pytest.raises(TemplateError) as caught:
        check_theme(theme({"locale/de.po": wrong}, newsletter={"language": "de"}))
    (problem,) = caught.value.problems
    assert problem.where.endswith("locale/de.po:4")
    assert said in problem.what
    assert "%%" in problem.remedy
