"""Finds which features of HTML and CSS an e-mail uses, by the names that caniemail.com gives them.

What stands within an at-rule such as @media, or behind the marks that Outlook puts on a page, is passed over: it is
meant for those who understand it, and the others show the e-mail without it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tinycss2
from lxml import html as lxml_html

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol", "dl"})
_SEMANTIC = frozenset({"article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark", "nav",
                       "section", "summary", "time"})  # fmt: skip
_UNITS = frozenset({"ch", "cm", "em", "ex", "in", "mm", "pc", "pt", "px", "rem", "vh", "vmax", "vmin", "vw"})
_FUNCTIONS = {
    "calc": "css-unit-calc", "var": "css-variables", "clamp": "css-function-clamp", "min": "css-function-min",
    "max": "css-function-max", "light-dark": "css-function-light-dark", "linear-gradient": "css-linear-gradient",
    "radial-gradient": "css-radial-gradient", "conic-gradient": "css-conic-gradient", "rgb": "css-rgb",
    "rgba": "css-rgba", "hsl": "css-modern-color", "hwb": "css-modern-color", "lab": "css-modern-color",
    "lch": "css-modern-color", "oklab": "css-modern-color", "oklch": "css-modern-color", "color": "css-modern-color",
}  # fmt: skip
# Longhands and kin that caniemail.com tests under one name.
_SAME = {
    "top": "css-left-right-top-bottom", "right": "css-left-right-top-bottom", "bottom": "css-left-right-top-bottom",
    "left": "css-left-right-top-bottom", "row-gap": "css-gap", "column-gap": "css-gap", "grid-gap": "css-gap",
    "grid-template-columns": "css-grid-template", "grid-template-rows": "css-grid-template",
    "overflow-x": "css-overflow", "overflow-y": "css-overflow", "columns": "css-column-count",
    "scroll-snap-type": "css-scroll-snap", "scroll-snap-align": "css-scroll-snap",
}  # fmt: skip
_FAMILIES = ("margin", "padding", "border", "animation", "transition", "outline", "flex")
_DISPLAYS = {"flex": "css-display-flex", "inline-flex": "css-display-flex", "grid": "css-display-grid",
             "inline-grid": "css-display-grid", "none": "css-display-none"}  # fmt: skip
_FORMATS = {"jpeg": "jpg", "tif": "tiff", "heic": "heif"}
_EXTENSION = re.compile(r"\.(apng|avif|bmp|gif|heic|heif|ico|jpe?g|mp4|png|svg|tiff?|webp)(?:[?#]|$)", re.IGNORECASE)
_PSEUDO = re.compile(r"(::?)([\w-]+)")
_COMBINED = re.compile(r"\s*([>+~])\s*|\s+")
_COMBINATORS = {">": "css-selector-child", "+": "css-selector-adjacent-sibling", "~": "css-selector-general-sibling"}


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a feature. `shown` is how it is written, in a form that can be looked for in a template."""

    feature: str
    shown: str


def uses(tree: lxml_html.HtmlElement) -> dict[str, Use]:
    """The features that an e-mail uses, each with the first place that does."""
    found: dict[str, Use] = {}
    for use in _all_uses(tree):
        found.setdefault(use.feature, use)
    return found


def _all_uses(tree: lxml_html.HtmlElement) -> Iterator[Use]:
    seen: set[str] = set()
    for element in tree.iter():
        if not isinstance(element.tag, str):  # a comment, for Outlook perhaps
            continue
        yield from _of_element(element)
        style = element.get("style")
        if style and style not in seen:
            seen.add(style)
            yield from _of_declarations(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))
        if element.tag == "style":
            yield from _of_sheet(element.text or "")


def _of_element(element: lxml_html.HtmlElement) -> Iterator[Use]:
    tag = element.tag
    shown = f"<{tag}"
    named = "h1-h6" if tag in _HEADINGS else "lists" if tag in _LISTS else "semantics" if tag in _SEMANTIC else tag
    yield Use(f"html-{named}", shown)
    if tag in {"input", "button"}:
        yield Use(f"html-{tag}-{element.get('type', 'text' if tag == 'input' else 'submit')}", shown)
    if element.get("usemap"):
        yield Use("html-image-maps", "usemap")
    for name in element.attrib:
        yield Use(f"html-{name}", f"{name}=")
    if element.get("loading"):
        yield Use("html-loading-attribute", "loading=")
    if tag == "a" and re.match(r"#.", element.get("href") or ""):
        yield Use("html-anchor-links", 'href="#')
    if tag in {"img", "source"}:
        yield from _of_picture(element.get("src") or element.get("srcset") or "")


def _of_picture(address: str) -> Iterator[Use]:
    if extension := _EXTENSION.search(address):
        name = extension[1].lower()
        yield Use(f"image-{_FORMATS.get(name, name)}", address.split("?")[0].rsplit("/", 1)[-1][:60])


def _of_sheet(css: str) -> Iterator[Use]:
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule":
            yield from _of_at_rule(rule)
        elif rule.type == "qualified-rule":
            selector = tinycss2.serialize(rule.prelude).strip()
            if "[data-og" in selector:
                continue
            yield from _of_selector(selector)
            yield from _of_declarations(
                tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            )


def _of_at_rule(rule: Any) -> Iterator[Use]:
    name = rule.lower_at_keyword
    yield Use(f"css-at-{name}", f"@{name}")
    if name == "media":
        for asked in re.findall(r"\(\s*(?:min-|max-)?([\w-]+)", tinycss2.serialize(rule.prelude)):
            yield Use(f"css-at-media-{asked}", asked)


def _of_selector(selector: str) -> Iterator[Use]:
    for colons, name in _PSEUDO.findall(selector):
        kind = "element" if colons == "::" or name in {"before", "after", "first-letter", "first-line"} else "class"
        yield Use(f"css-pseudo-{kind}-{name}", f":{name}")
    bare = re.sub(r"\[[^\]]*\]|\([^)]*\)", "", selector)
    if "[" in selector:
        yield Use("css-selector-attribute", selector[selector.index("[") :].split("]")[0] + "]")
    if "#" in bare:
        yield Use("css-selector-id", selector)
    if "*" in bare:
        yield Use("css-selector-universal", selector)
    for one in bare.split(","):
        for found in _COMBINED.finditer(one.strip()):
            yield Use(_COMBINATORS.get(found[1] or "", "css-selector-descendant"), one.strip())


def _of_declarations(nodes: list[Any]) -> Iterator[Use]:
    for node in nodes:
        if node.type == "qualified-rule":
            yield Use("css-nesting", tinycss2.serialize(node.prelude).strip())
        if node.type != "declaration":
            continue
        value = tinycss2.serialize(node.value).strip()
        shown = f"{node.name}: {value}"[:80]
        for feature in _of_property(node.lower_name, value.lower()):
            yield Use(feature, shown)
        for feature in _of_value(node.value):
            yield Use(feature, shown)


def _of_property(name: str, value: str) -> Iterator[str]:
    if name.startswith("--"):
        yield "css-variables"
        return
    yield f"css-{name}"
    if name in _SAME:
        yield _SAME[name]
    # margin-inline and its kin are tested by themselves.
    family = name.split("-")[0]
    if family in _FAMILIES and "inline" not in name and "block" not in name and name.count("-") < 2:
        yield "css-display-flex" if family == "flex" else f"css-{family}"
    if name == "display" and value in _DISPLAYS:
        yield _DISPLAYS[value]
    if name == "background" and "url(" in value:
        yield "css-background-image"
    if name in {"font", "font-family"} and "system-ui" in value:
        yield "css-sytem-ui"  # so spelled by caniemail.com


def _of_value(tokens: list[Any]) -> Iterator[str]:
    for token in tokens:
        if token.type == "function":
            if feature := _FUNCTIONS.get(token.lower_name):
                yield feature
            yield from _of_value(token.arguments)
        elif token.type == "dimension" and token.lower_unit in _UNITS:
            yield f"css-unit-{token.lower_unit}"
        elif token.type == "percentage":
            yield "css-unit-percent"
        elif token.type == "ident" and token.lower_value == "initial":
            yield "css-unit-initial"
