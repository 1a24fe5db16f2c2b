"""What mail clients do not show is told, with its place; MJML's own ways and harmless extras are not."""

from pathlib import Path

import pytest

from digest.compose import lint, list_themes, render
from digest.compose.samples import sample_issues
from digest.config import Settings, load_config
from digest.config.clients import clients
from digest.errors import ConfigError
from digest.model import Finding
from tests.compose.conftest import PAGE, WriteTheme

FULL = next(sample_issues())


def told(theme: WriteTheme, inside: str, *wanted: str, head: str = "") -> list[Finding]:
    page = PAGE.replace("<mj-text>\n          {{ recipient.name }}", f"<mj-text>{inside} {{{{ recipient.name }}}}")
    page = page.replace("</mj-head>", f"{head}</mj-head>")
    settings = theme({"email.mjml": page}, lint={"clients": wanted or ("gmail", "apple-mail", "outlook", "yahoo")})
    found = lint(render(FULL, settings), settings)
    return [finding for finding in found if finding.rule == "client-support"]


@pytest.mark.parametrize("name", [theme.name for theme in list_themes(Settings())])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_built_in_themes_are_quiet_for_every_client_by_default(name: str, language: str) -> None:
    logo = {"image": "https://x.example/l.png", "dark_image": "https://x.example/d.png"}
    settings = Settings.model_validate({"theme": {"name": name, "logo": logo}, "newsletter": {"language": language}})
    assert lint(render(FULL, settings), settings) == ()


@pytest.mark.parametrize(
    ("inside", "shown", "clients_told", "remedy"),
    [
        ('<p style="display: flex">x</p>', "display: flex", "Outlook", "<mj-column>"),
        ('<p style="gap:4px">x</p>', "gap: 4px", "Gmail (mobile-webmail)", "use padding"),
        ('<p style="position:absolute;top:0">x</p>', "position: absolute", "Gmail", "use padding"),
        ('<p style="width:calc(100% - 2px)">x</p>', "width: calc(100% - 2px)", "Outlook", "leave it out"),
        ("<video src='https://x.example/a.mp4'></video>", "<video", "Gmail", "links to the film"),
        ("<svg></svg>", "<svg", "Gmail", "use a PNG"),
        ('<img src="https://x.example/a.svg" alt="a" width="9">', "a.svg", "Gmail", "use a PNG"),
        ('<form action="https://x.example/"><input type="text" name="a"></form>', "<form", "Outlook", "link to a page"),
    ],
)
def test_what_a_client_does_not_show_is_told(
    theme: WriteTheme, inside: str, shown: str, clients_told: str, remedy: str
) -> None:
    messages = [finding.message for finding in told(theme, inside)]
    message = next(message for message in messages if message.startswith(shown))
    assert clients_told in message
    assert remedy in message
    assert "caniemail.com/features/" in message


def test_the_place_in_the_template_is_named(theme: WriteTheme) -> None:
    (finding,) = told(theme, '<p style="display:flex">x</p>')
    assert f"mine/email.mjml:{PAGE[: PAGE.index('{{ recipient.name')].count(chr(10))})" in finding.message


def test_rules_in_a_style_are_looked_at_and_enhancements_passed_over(theme: WriteTheme) -> None:
    style = """<mj-style>
      .a:nth-child(2) { color: red; }
      @media (prefers-color-scheme: dark) { .a { display: grid; } }
      @supports (display: grid) { .a { display: grid; } }
      [data-ogsc] .a { display: grid; }
      a:hover { color: red; }
    </mj-style>"""
    messages = [finding.message for finding in told(theme, "x", head=style)]
    assert any(":nth-child" in message for message in messages)
    assert not any("grid;" in message or "hover" in message or "prefers" in message for message in messages)


def test_only_the_clients_that_matter_count(theme: WriteTheme) -> None:
    flex = '<p style="display:flex">x</p>'
    assert told(theme, flex, "apple-mail", "gmail") == []
    (finding,) = told(theme, flex, "outlook.windows", "gmail.ios")
    assert "is not shown by Outlook (windows);" in finding.message


def test_without_clients_nothing_is_held_against_them(theme: WriteTheme) -> None:
    assert told(theme, '<p style="display:flex">x</p>', head="") != []
    settings = theme(lint={"clients": ()})
    assert lint(render(FULL, settings), settings) == ()


@pytest.mark.parametrize(
    ("name", "remedy"), [("gmial", "did you mean 'gmail'?"), ("outlook.window", "did you mean 'outlook.windows'?")]
)
def test_a_client_that_is_not_known_is_told_with_the_nearest(tmp_path: Path, name: str, remedy: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[lint]\nclients = ["{name}"]\n')
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    (problem,) = caught.value.problems
    assert problem.where.startswith(f"{path}:2 [lint] clients")
    assert f"{name!r} is no mail client that is known; {remedy}" in problem.what


def test_the_facts_have_an_answer_for_each_client() -> None:
    facts = clients()
    assert len(facts.names) > 40
    assert len(facts.features) > 250
    for feature, answers in facts.features.items():
        assert len(answers) == len(facts.names), feature
        assert set(answers) <= set("yanu-"), feature


def test_the_facts_name_their_source_and_its_licence() -> None:
    head = (Path(__file__).parents[2] / "digest" / "config" / "clients.json").read_text(encoding="utf-8")[:400]
    assert "caniemail.com" in head
    assert "MIT, Copyright (c) 2019 HTeuMeuLeu" in head
