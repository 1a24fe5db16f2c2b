from pathlib import Path

import pytest

from digest.errors import TemplateError
from digest.resources import templates_dir
from digest.summarize.prompt import NAMES, PromptTemplate, language_name, prompt_file, prompt_identity
from tests.summarize.conftest import MakeSettings

VALUES = {name: name.upper() for name in NAMES}


@pytest.mark.parametrize("file", sorted((templates_dir() / "prompts").glob("*.jinja")), ids=lambda file: file.name)
def test_every_prompt_that_ships_renders(file: Path) -> None:
    for part in (True, False):
        prompt = PromptTemplate(file).render({**VALUES, "part": part})
        assert "<article>\nTITLE\n\nARTICLE\n</article>" in prompt.user
        assert "SENTENCES" in prompt.user
        assert "MAX_WORDS" in prompt.user
        assert "<article>" in prompt.system


def test_the_prompt_is_in_the_newsletters_language(settings: MakeSettings) -> None:
    assert prompt_file(settings(), "de-AT").name == "summary.de.jinja"
    assert prompt_file(settings(), "fi").name == "summary.jinja"
    assert "in Finnish" in PromptTemplate(prompt_file(settings(), "fi")).render(
        {**VALUES, "language_name": language_name("fi")}
    ).user.replace("\n", " ")


def test_each_language_of_the_project_has_a_prompt_of_its_own(settings: MakeSettings) -> None:
    languages = [file.stem for file in (templates_dir() / "locale").glob("*.po")]
    assert len(languages) >= 8
    for language in languages:
        assert prompt_file(settings(), language).name == f"summary.{language}.jinja"


def test_the_users_prompt_comes_first(tmp_path: Path, settings: MakeSettings) -> None:
    own = tmp_path / "mine.jinja"
    own.write_text("{% block user %}Shorten: {{ article }}{% endblock %}")
    wanted = settings(prompt=own)
    assert PromptTemplate(prompt_file(wanted, "de")).render(VALUES).user == "Shorten: ARTICLE"
    before = prompt_identity(wanted)
    own.write_text("{% block user %}Shorten it: {{ article }}{% endblock %}")
    assert prompt_identity(wanted) != before != prompt_identity(settings())


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("{% block user %}\n{{ artikel }}{% endblock %}", 2, "artikel"),
        ("{% block user %}\n\n{{ article", 3, "unexpected end|expected token"),
        ("{% block user %}\n{{ article.__class__.__mro__ }}{% endblock %}", 2, "unsafe|access"),
        ("{% block user %}\n{{ 1 / 0 }}{% endblock %}", 2, "division"),
        ("{% block user %}{% include 'x' %}{% endblock %}", 1, "no loader"),
    ],
)
def test_mistakes_are_told_with_file_and_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = tmp_path / "p.jinja"
    file.write_text(text)
    with pytest.raises(TemplateError, match=said) as caught:
        PromptTemplate(file).render(VALUES)
    assert caught.value.problems[0].where == f"{file}:{line}"


def test_a_prompt_without_a_question_is_told(tmp_path: Path) -> None:
    file = tmp_path / "p.jinja"
    file.write_text("Summarize {{ article }}")
    with pytest.raises(TemplateError, match="no block `user`"):
        PromptTemplate(file)


def test_a_missing_prompt_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="cannot be read"):
        PromptTemplate(tmp_path / "none.jinja")
