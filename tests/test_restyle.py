"""docs/themes.md, "Restyle your digest in ten minutes": each step as it is written there, with the real commands."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from lxml import html as lxml_html

from digest import compose
from digest.compose.samples import sample_issues
from digest.config import load_config
from digest.errors import ConfigError
from digest.model import Finding
from tests.cli.project import Project

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "themes.md").read_text(encoding="utf-8")
WALK = PAGE.split("## Restyle your digest in ten minutes")[1].split("\n## ")[0]
STEPS = re.split(r"^\*\*\d+\. ", WALK, flags=re.MULTILINE)[1:]
FULL = next(sample_issues())


def blocks(step: int, language: str) -> list[str]:
    """The code of one language in a step, counted from 1."""
    return re.findall(rf"^```{language}\n(.*?)^```", STEPS[step - 1], flags=re.MULTILINE | re.DOTALL)


class Walker:
    """Somebody who does what the page says, from top to bottom."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        self.theme = folder / "theme"
        self.project.write("desk/one.md", "---\ntitle: One\ndate: 2026-11-18\n---\n\nA story of one line.\n")

    def take_a_copy(self) -> None:
        (command,) = blocks(1, "console")
        for line in re.findall(r"^\$ digest (.+)$", command, flags=re.MULTILINE):
            self.run(line)
        (table,) = blocks(1, "toml")
        self.project.configure(f'[newsletter]\nname = "Week"\n[[sources]]\npath = "desk"\n{table}')

    def keep_only(self, *names: str) -> None:
        for path in self.theme.iterdir():
            if path.name not in names:
                path.unlink()

    def change_variables(self) -> None:
        (self.theme / "theme.toml").write_text(blocks(2, "toml")[0], encoding="utf-8")

    def change_a_block(self) -> None:
        (self.theme / "email.mjml").write_text(blocks(3, "jinja")[0], encoding="utf-8")

    def change_looks(self) -> None:
        with (self.theme / "email.mjml").open("a", encoding="utf-8") as file:
            file.write("\n" + blocks(4, "jinja")[0])

    def replace_a_part(self) -> None:
        (self.theme / "masthead.mjml").write_text(blocks(5, "jinja")[0], encoding="utf-8")

    def run(self, line: str) -> str:
        done = self.project.run(*line.split())
        assert done.code == 0, f"{line}: {done.err}"
        return done.out

    def look(self) -> tuple[lxml_html.HtmlElement, str, tuple[Finding, ...]]:
        """The e-mail as it is now, and what lint says of it."""
        settings = load_config(self.project.folder / "config.toml")
        compose.check_theme(settings)
        rendered = compose.render(FULL, settings)
        return lxml_html.document_fromstring(rendered.html), rendered.html, compose.lint(rendered, settings)


@pytest.fixture
def walker(tmp_path: Path) -> Walker:
    made = Walker(tmp_path)
    made.take_a_copy()
    made.keep_only("theme.toml")
    return made


def test_each_step_does_what_it_says(walker: Walker) -> None:
    walker.change_variables()
    _, html, findings = walker.look()
    said = tomllib.loads(blocks(2, "toml")[0])
    assert said["light"]["accent"] in html
    assert said["dark"]["accent"] in html
    assert said["fonts"]["heading"] in html.replace("&quot;", '"')
    assert f"max-width:{said['layout']['width']}px" in html.replace(" ", "")
    assert findings == ()

    walker.change_a_block()
    tree, _, findings = walker.look()
    assert said["extra"]["greeting"] in tree.text_content()
    assert findings == ()

    walker.change_looks()
    tree, html, findings = walker.look()
    (closing,) = tree.find_class("closing")
    assert closing.text == "Until next week."
    assert said["light"]["accent"] in closing.get("style")
    assert any("font-size:24px" in title.get("style").replace(" ", "") for title in tree.find_class("title"))
    assert re.search(r"dark\) \{\s*\.closing \{", html)
    assert findings == ()

    walker.replace_a_part()
    tree, _, findings = walker.look()
    logo = next(tree.iter("img"))
    assert (logo.get("src"), logo.get("alt")) == ("https://example.org/logo.png", "Week")
    assert findings == ()


def test_the_copy_alone_changes_nothing_and_can_be_deleted_but_for_what_differs(tmp_path: Path) -> None:
    made = Walker(tmp_path)
    made.take_a_copy()
    slots = dict.fromkeys(compose.render(FULL, load_config(tmp_path / "config.toml")).slots, "slot")
    whole = compose.render(FULL, load_config(tmp_path / "config.toml"), slots=slots)
    made.keep_only()
    assert compose.render(FULL, load_config(tmp_path / "config.toml"), slots=slots) == whole
    shutil.rmtree(made.theme)
    with pytest.raises(ConfigError, match="there is no folder"):
        made.look()


@pytest.mark.model
def test_the_commands_of_the_last_step_work(walker: Walker) -> None:
    walker.change_variables()
    walker.change_a_block()
    commands = re.findall(r"^\$ digest (.+)$", "\n".join(blocks(6, "console")), flags=re.MULTILINE)
    assert [line.split()[0] for line in commands if line != "preview"] == ["check", "build"]
    for line in commands:
        if line != "preview":  # it serves until it is ended: tests/web tries it
            walker.run(line.replace(" --open", " --since 3650d"))


def test_the_mistakes_shown_are_told_as_shown(walker: Walker) -> None:
    (shown,) = re.findall(r"^```\n(error: .*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    walker.change_variables()
    walker.change_a_block()
    walker.replace_a_part()
    for name, right, wrong in (("masthead.mjml", "<mj-image", "<mj-img"), ("email.mjml", "opening", "openning")):
        path = walker.theme / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
        done = walker.project.run("check")
        assert done.code == 78
        told = done.err.replace(f"{walker.theme.parent}/", "")
        (meant,) = (one for one in re.split(r"^(?=error: )", shown, flags=re.MULTILINE) if f"/{name}:" in one)
        assert meant.strip() in told
        path.write_text(text, encoding="utf-8")


def test_the_catalogue_of_the_page_says_the_words_in_another_language(tmp_path: Path) -> None:
    (catalogue,) = re.findall(r"^```po\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    project = Project(tmp_path)
    project.write("theme/locale/it.po", catalogue)
    project.configure('[newsletter]\nlanguage = "it"\n[theme]\ndir = "theme"\n')
    html = compose.render(FULL, load_config(tmp_path / "config.toml")).html
    assert "Annulla l'iscrizione" in lxml_html.document_fromstring(html).text_content()
    assert "articoli" in html
