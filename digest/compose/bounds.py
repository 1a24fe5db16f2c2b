"""Counts what a template does, and refuses what would never end or fill the memory.

The sandbox of Jinja guards what a template can reach, not how long it takes. So each loop is counted as it begins, each
call as it is made, and each text as it is joined or kept: by a change of the parsed template, since nothing else sees
them all.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jinja2 import Environment, nodes, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.runtime import markup_join, str_join
from jinja2.visitor import NodeTransformer

_MOST_STEPS = 1_000_000  # of loops and calls in one render: an issue of a thousand stories takes some ten thousand
LONGEST_TEXT = 1_000_000
_COUNTED, _MEASURED, _JOINED = "digest_counted", "digest_measured", "digest_joined"
_left: ContextVar[list[int] | None] = ContextVar("left", default=None)


@contextmanager
def counting() -> Iterator[None]:
    """Within this, one render has so many steps to spend."""
    token = _left.set([_MOST_STEPS])
    try:
        yield
    finally:
        _left.reset(token)


def spend(steps: int) -> None:
    """Take some steps. Raises SecurityError when none are left."""
    left = _left.get()
    if left is not None:
        left[0] -= steps
        if left[0] < 0:
            raise SecurityError(f"loops and calls of more than {_MOST_STEPS:,} steps")


def measure(length: int) -> None:
    """Raises SecurityError when a text or list is longer than any e-mail needs."""
    if length > LONGEST_TEXT:
        raise SecurityError(f"this would make a text or list of more than {LONGEST_TEXT:,} parts")


def bound(environment: Environment) -> None:
    """Give an environment the filters that a bounded template calls."""
    environment.filters |= {_COUNTED: _counted, _MEASURED: _measured, _JOINED: _joined}


def bounded(tree: nodes.Template) -> nodes.Template:
    """The same template, which counts what it does."""
    _Bounds().visit(tree)
    return tree


def _counted(items: Iterable[Any]) -> list[Any]:
    found = []
    for item in items:
        spend(1)
        found.append(item)
    return found


def _measured(value: Any) -> Any:
    if isinstance(value, str | list | tuple | dict):
        measure(len(value))
    return value


@pass_eval_context
def _joined(context: EvalContext, parts: list[Any]) -> str:
    """What `~` does."""
    measure(sum(len(part) for part in parts if isinstance(part, str)))
    return markup_join(parts) if context.autoescape else str_join(parts)


class _Bounds(NodeTransformer):
    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the visitor names it so
        self.generic_visit(node)
        node.iter = _filtered(node.iter, _COUNTED)
        return node

    def visit_Assign(self, node: nodes.Assign) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.node = _filtered(node.node, _MEASURED)
        return node

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.filter = nodes.Filter(node.filter, _MEASURED, [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), _JOINED)


def _filtered(value: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno)
