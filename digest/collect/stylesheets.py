"""Finds what the style sheets in a page hide from its readers."""

import re
from collections.abc import Iterator
from typing import Any

_SHEETS_MAX = 500_000  # characters
_SIMPLE = re.compile(r"[.#][\w-]+")
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SHOWS = re.compile(r"display\s*:\s*(?!none)\w|visibility\s*:\s*visible", re.IGNORECASE)


def hidden_names(tree: Any) -> frozenset[str]:
    """The classes (".x") and ids ("#x") of what is hidden by its name alone, and by no other rule shown again."""
    sheets = [style.text or "" for style in tree.iter("style") if (style.get("media") or "all") in {"all", "screen"}]
    hidden: set[str] = set()
    shown: set[str] = set()
    for selectors, rules in _rules("\n".join(sheets)[:_SHEETS_MAX]):
        if _SHOWS.search(rules):
            shown.update(_SIMPLE.findall(selectors))
        elif _HIDES.search(rules):
            hidden.update(name for part in selectors.split(",") if _SIMPLE.fullmatch(name := part.strip()))
    return frozenset(hidden - shown)


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors of each rule with what it says; not those for paper, narrow screens, and browsers that know this or
    that, for they hide nothing from all."""
    first, *rest = sheet.replace("<!--", "").replace("-->", "").split("/*")
    opened: list[str] = []
    text = ""
    for part in re.split("([{}])", first + "".join(after.partition("*/")[2] for after in rest)):
        if part == "{":
            opened.append(text.rpartition(";")[2].strip())
        elif part == "}" and opened:
            selectors = opened.pop()
            if not opened and not selectors.startswith("@"):
                yield selectors, text
        text = "" if part in {"{", "}"} else part


def is_named(element: Any, names: frozenset[str]) -> bool:
    """Whether an element has one of these classes or ids."""
    classes = (element.get("class") or "").split() if names else ()
    return f"#{element.get('id')}" in names or any(f".{name}" in names for name in classes)
