"""Renders the chat template that comes with a model, as transformers does, without loading transformers.

A chat template is a program by strangers: it runs in Jinja's sandbox, and sees nothing but the messages.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jinja2 import TemplateError as JinjaError
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest.errors import ModelError
from digest.summarize.prompt import Prompt

_DAY = datetime(2024, 7, 26)  # some templates tell the model a day: always the same, or no summary could be kept
_RAISED = (JinjaError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
_FIRST, _SECOND, _THIRD = "QaFIRSTaQ", "QaSECONDaQ", "QaTHIRDaQ"
_OPENED_THOUGHT = "<think>"


class _Generation(Extension):
    """`{% generation %}` marks for training what the assistant says; here it is passed through."""

    tags = {"generation"}  # noqa: RUF012 - Jinja declares it so

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class ChatTemplate:
    """A compiled chat template. `special` are the model's special tokens, `bos_token` and its kin, as text."""

    def __init__(self, source: str, special: Mapping[str, str], where: str) -> None:
        """Raises ModelError when the template cannot be compiled."""
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
        )
        environment.filters["tojson"] = _tojson
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = _DAY.strftime
        self._special = dict(special)
        self._where = where
        try:
            self._template = environment.from_string(source)
        except JinjaError as error:
            raise self._wrong(error) from error

    def render(self, prompt: Prompt) -> str:
        """The text up to where the model answers. Raises ModelError.

        A template that knows no system role, by saying so or by leaving out what it says, gets it with the user's turn.
        """
        system = [{"role": "system", "content": prompt.system}] if prompt.system else []
        user = {"role": "user", "content": prompt.user}
        try:
            text = self._run([*system, user])
            whole = not system or prompt.system.strip() in text
        except _RAISED as error:
            if not system:
                raise self._wrong(error) from error
            whole = False
        if not whole:
            try:
                text = self._run([{"role": "user", "content": f"{prompt.system}\n\n{prompt.user}"}])
            except _RAISED as error:
                raise self._wrong(error) from error
        # A model that thinks aloud would fill the length that a summary may have: its thought is closed at once.
        return f"{text.rstrip()}\n\n</think>\n\n" if text.rstrip().endswith(_OPENED_THOUGHT) else text

    def turn_markers(self) -> list[str]:
        """The lines that stand between the turns of a conversation; empty when the template takes but one turn."""
        talk = [("user", _FIRST), ("assistant", _SECOND), ("user", _THIRD)]
        try:
            text = self._run([{"role": role, "content": content} for role, content in talk])
        except _RAISED:
            return []
        found: list[str] = []
        for before, after in ((_FIRST, _SECOND), (_SECOND, _THIRD)):
            between = text.partition(before)[2].partition(after)[0]
            found += [line.strip() for line in between.splitlines() if line.strip()]
        found += [line.strip() for line in text.partition(_THIRD)[2].splitlines() if line.strip()]
        return list(dict.fromkeys(found))

    def after_answer(self) -> str:
        """What the template puts right behind an answer: the token that ends it comes first."""
        try:
            text = self._run([{"role": "user", "content": _FIRST}, {"role": "assistant", "content": _SECOND}])
        except _RAISED:
            return ""
        return text.partition(_SECOND)[2].strip()

    def _run(self, messages: Sequence[Mapping[str, str]]) -> str:
        return self._template.render(
            messages=list(messages),
            add_generation_prompt=messages[-1]["role"] != "assistant",
            tools=None,
            documents=None,
            enable_thinking=False,
            **self._special,
        )

    def _wrong(self, error: BaseException) -> ModelError:
        return ModelError(
            f"the model's chat template fails: {error}",
            where=self._where,
            remedy="choose another revision of the model, or mend the chat_template.jinja of a copy",
        )


def _tojson(value: Any, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **options)


def _refuse(message: str) -> None:
    raise JinjaError(message)
