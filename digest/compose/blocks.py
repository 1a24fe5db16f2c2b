"""Finds what Jinja passes in silence: a block that its parent does not have, a file that nothing uses."""

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.meta import find_referenced_templates

from digest.compose.faults import problem_at
from digest.compose.theme import PAGE, TEXT, Theme, template_files
from digest.errors import Problem


def block_problems(theme: Theme, environment: Environment) -> list[Problem]:
    """Every misspelled block, every template that extends itself, and every file that is misnamed."""
    trees = dict(_trees(theme.files().values(), environment))
    problems = [problem for path, tree in trees.items() for problem in _of_template(path, tree, theme, environment)]
    return problems + _misnamed(theme, environment)


def _trees(paths: Iterable[Path], environment: Environment) -> Iterator[tuple[Path, nodes.Template]]:
    for path in paths:
        try:
            yield path, environment.parse(path.read_text(encoding="utf-8-sig"), str(path), str(path))
        except (TemplateSyntaxError, UnicodeDecodeError, OSError):
            continue  # compiling it tells


def _of_template(path: Path, tree: nodes.Template, theme: Theme, environment: Environment) -> Iterator[Problem]:
    parent = _parent_name(tree)
    if parent is None:
        return
    found = _find(parent, theme)
    line = next(iter(tree.find_all(nodes.Extends))).lineno
    if found == path:
        name = path.name
        yield problem_at(path, line, "this template extends itself", f'write {{% extends "builtin/{name}" %}}')
        return
    known = _blocks_above(found, theme, environment)
    if known is None:
        return
    for block in _outermost_blocks(tree):
        if block.name not in known:
            close = difflib.get_close_matches(block.name, known, n=1, cutoff=0.4)
            remedy = f"did you mean {close[0]!r}?" if close else f"blocks: {', '.join(sorted(known)) or 'none'}"
            yield problem_at(path, block.lineno, f"{parent} has no block {block.name!r}", remedy)


def _parent_name(tree: nodes.Template) -> str | None:
    extends = next(iter(tree.find_all(nodes.Extends)), None)
    if extends is None or not isinstance(extends.template, nodes.Const):
        return None
    return str(extends.template.value)


def _find(name: str, theme: Theme) -> Path | None:
    """The file that a name in `extends` stands for."""
    for folder in theme.search_path:
        if (folder / name).is_file():
            return folder / name
    prefix, _, rest = name.partition("/")
    for folder in theme.folders:
        if prefix in {"builtin", folder.name} and (folder / rest).is_file():
            return folder / rest
    return None


def _blocks_above(path: Path | None, theme: Theme, environment: Environment) -> set[str] | None:
    """The names of the blocks of a template and of all that it extends; None when one of them cannot be read."""
    names: set[str] = set()
    seen: set[Path] = set()
    while path is not None and path not in seen:
        seen.add(path)
        try:
            tree = environment.parse(path.read_text(encoding="utf-8-sig"), str(path), str(path))
        except (TemplateSyntaxError, UnicodeDecodeError, OSError):
            return None
        names |= {block.name for block in tree.find_all(nodes.Block)}
        parent = _parent_name(tree)
        if parent is None:
            return names
        path = _find(parent, theme)
    return None


def _outermost_blocks(tree: nodes.Node) -> Iterator[nodes.Block]:
    """The blocks that are not inside another: a block within one that overrides may be new."""
    for child in tree.iter_child_nodes():
        if isinstance(child, nodes.Block):
            yield child
        else:
            yield from _outermost_blocks(child)


def _misnamed(theme: Theme, environment: Environment) -> list[Problem]:
    """Files in the user's folder that override nothing, are used by nothing, and are named almost as one that is."""
    if theme.user is None:
        return []
    paths = [path for folder in theme.search_path for path in template_files(folder)]  # a file may extend its namesake
    trees = dict(_trees(paths, environment))
    if len(trees) < len(paths):
        return []  # what a file that cannot be read uses is not known
    used = {name for tree in trees.values() for name in find_referenced_templates(tree) if name} | {PAGE, TEXT}
    meant = sorted(used & theme.files().keys())  # a name without a file is the mistake of whatever names it
    problems = []
    for path in template_files(theme.user):
        name = path.relative_to(theme.user).as_posix()
        close = difflib.get_close_matches(name, meant, n=1, cutoff=0.75)
        if name not in used and close:
            problems.append(problem_at(path, 0, "nothing uses this file", f"did you mean {close[0]!r}?"))
    return problems
