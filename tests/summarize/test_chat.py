import pytest

from digest.errors import ModelError
from digest.summarize.chat import ChatTemplate
from digest.summarize.prompt import Prompt

TURNS = (
    "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + TURNS
DROPS_SYSTEM = "{% for m in messages if m.role == 'user' %}[{{ m.content }}]{% endfor %}"


def chat(source: str) -> ChatTemplate:
    return ChatTemplate(source, {"bos_token": "<s>"}, "the folder")


def test_the_prompt_ends_where_the_model_answers() -> None:
    rendered = chat(TURNS).render(Prompt(system="Be brief.", user="Sum up."))
    assert rendered == "<s><|system|>\nBe brief.<|end|>\n<|user|>\nSum up.<|end|>\n<|assistant|>\n"


@pytest.mark.parametrize("source", [NO_SYSTEM, DROPS_SYSTEM])
def test_a_template_without_a_system_role_gets_it_with_the_users_turn(source: str) -> None:
    rendered = chat(source).render(Prompt(system="Be brief.", user="Sum up."))
    assert "Be brief.\n\nSum up." in rendered
    assert "system" not in rendered


def test_an_opened_thought_is_closed() -> None:
    rendered = chat(TURNS + "<think>\n").render(Prompt(system="", user="Sum up."))
    assert rendered.endswith("<think>\n\n</think>\n\n")


def test_what_stands_between_turns_is_known() -> None:
    assert chat(TURNS).turn_markers() == ["<|end|>", "<|assistant|>", "<|user|>"]
    assert chat(TURNS).after_answer() == "<|end|>"


def test_a_template_of_one_turn_has_no_markers() -> None:
    one_turn = "{% if messages | length > 1 %}{{ raise_exception('one turn') }}{% endif %}{{ messages[0].content }}"
    assert chat(one_turn).turn_markers() == []
    assert chat(one_turn).after_answer() == ""


def test_the_day_is_always_the_same() -> None:
    assert chat("{{ strftime_now('%d %b %Y') }}").render(Prompt(system="", user="")) == "26 Jul 2024"


def test_marks_for_training_are_passed_through() -> None:
    source = "{% generation %}{{ messages[0].content }}{% endgeneration %}"
    assert chat(source).render(Prompt(system="", user="Sum up.")) == "Sum up."


@pytest.mark.parametrize(
    "source",
    [
        "{% for m in messages %}",
        "{{ raise_exception('never') }}",
        "{{ messages[9].content }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}",
        "{{ 1 // 0 }}",
    ],
)
def test_a_template_that_fails_or_reaches_out_is_told_with_its_place(source: str) -> None:
    with pytest.raises(ModelError, match="chat template fails") as failed:
        chat(source).render(Prompt(system="", user="Sum up."))
    assert "the folder" in str(failed.value)
