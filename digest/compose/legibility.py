"""Whether what an e-mail says can be read: the colour of each text against what it lies on, in light and in the dark.

Looked at is the finished HTML, not only the theme's table of colours: a template may write any colour. WCAG 2.2, 1.4.3.
"""

import colorsys
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import tinycss2
import tinycss2.color4
from lxml import html as lxml_html

from digest.compose.contrast import AA, contrast
from digest.compose.finding import place_of, warning
from digest.compose.theme import Theme
from digest.compose.variables import FILE
from digest.model import Finding

# By convention, a theme's texts are of these colours, and lie on these.
_TEXTS = ("ink", "muted", "accent")
_GROUNDS = ("card", "page", "tint")
_AA_LARGE = 3.0
_LARGE, _LARGE_BOLD = 24.0, 18.66  # pixels: 18 and 14 points
_DARK_QUERY = re.compile(r"prefers-color-scheme\s*:\s*dark")
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(px|pt|em|%)?$")
_UNSEEN = frozenset({"head", "style", "script", "title"})


@dataclass(frozen=True, slots=True)
class _Look:
    """How a text looks. `ground` is None where a picture lies under it, or something translucent."""

    color: str
    ground: str | None
    size: float = 16.0
    bold: bool = False

    @property
    def needed(self) -> float:
        large = self.size >= (_LARGE_BOLD if self.bold else _LARGE)
        return _AA_LARGE if large else AA


_SCHEMES = {"light": _Look("#000000", "#ffffff"), "dark": _Look("#ffffff", "#121212")}
_LINKS = {"light": "#0000ee", "dark": "#9e9eff"}


def illegible(html: str, tree: lxml_html.HtmlElement, theme: Theme) -> Iterator[Finding]:
    """A finding for each pair of colours that is hard to read, of the theme's table and of the finished e-mail."""
    told: set[tuple[str, str, str]] = set()
    for scheme, colors in (("light", theme.variables.light), ("dark", theme.variables.dark)):
        yield from _of_table(scheme, colors, told)
    yield from _of_tree("light", tree, theme, told)
    if dark := _dark_rules(tree):
        yield from _of_tree("dark", _darkened(html, dark), theme, told)


def _of_table(scheme: str, colors: Mapping[str, str], told: set[tuple[str, str, str]]) -> Iterator[Finding]:
    for text in _TEXTS:
        for ground in _GROUNDS:
            if text in colors and ground in colors and (ratio := contrast(colors[text], colors[ground])) < AA:
                told.add((scheme, colors[text], colors[ground]))
                better = _legible(colors[text], colors[ground], AA)
                yield warning(
                    "contrast",
                    f"[{scheme}] {text} on {ground} has a contrast of {ratio:.2f} to 1, and needs {AA} to be read "
                    f'well; {text} = "{better}" in {FILE} would do',
                )


def _of_tree(
    scheme: str, tree: lxml_html.HtmlElement, theme: Theme, told: set[tuple[str, str, str]]
) -> Iterator[Finding]:
    body = tree.find("body")
    for text, look in _texts(tree if body is None else body, _SCHEMES[scheme], scheme):
        if look.ground is None or (scheme, look.color, look.ground) in told:
            continue
        ratio = contrast(look.color, look.ground)
        if ratio < look.needed:
            told.add((scheme, look.color, look.ground))
            place = place_of(look.color, theme) or place_of(_short(look.color), theme)
            yield warning(
                "contrast",
                f"[{scheme}] “{text[:40]}” is {look.color}{place} on {look.ground}: a contrast of {ratio:.2f} to 1, "
                f"and it needs {look.needed:g}; {_legible(look.color, look.ground, look.needed)} would do"
                + ("" if scheme == "light" else "; colours of your own need a twin for the dark, see docs/themes.md"),
            )


def _texts(element: lxml_html.HtmlElement, around: _Look, scheme: str) -> Iterator[tuple[str, _Look]]:
    """Every text that is shown, with how it looks."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return
    styles = _declared(element.get("style") or "")
    if styles.get("display") == "none" or styles.get("visibility") == "hidden":
        return
    look = _styled(element, styles, around, scheme)
    if text := " ".join((element.text or "").split()):
        yield text, look
    for child in element:
        yield from _texts(child, look, scheme)
        if text := " ".join((child.tail or "").split()):
            yield text, look


def _styled(element: lxml_html.HtmlElement, styles: Mapping[str, str], around: _Look, scheme: str) -> _Look:
    look = around
    if element.tag == "a" and element.get("href"):
        look = replace(look, color=_LINKS[scheme])
    if color := _color(styles.get("color", "")):
        look = replace(look, color=color)
    behind = styles.get("background-color") or styles.get("background") or element.get("bgcolor") or ""
    if "url(" in behind or "url(" in styles.get("background-image", "") or element.get("background"):
        look = replace(look, ground=None)
    elif ground := _ground(behind):
        look = replace(look, ground=ground)
    weight = styles.get("font-weight", "bold" if element.tag in {"b", "strong", "h1", "h2", "h3", "th"} else "")
    if weight:
        look = replace(look, bold=weight in {"bold", "bolder"} or (weight.isdecimal() and int(weight) >= 700))
    return replace(look, size=_size(styles.get("font-size", ""), look.size))


@lru_cache(maxsize=1024)
def _declared(style: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    important: set[str] = set()
    for node in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration" and (node.important or node.lower_name not in important):
            found[node.lower_name] = tinycss2.serialize(node.value).strip().lower()
            if node.important:
                important.add(node.lower_name)
            if node.lower_name == "background":  # it resets what stood before
                found.pop("background-color", None)
    return found


def _ground(value: str) -> str | None:
    """The colour in a `background`."""
    return _color(value) or next((color for part in value.split() if (color := _color(part))), None)


def _color(value: str) -> str | None:
    """A solid colour as `#rrggbb`; None for any other value."""
    parsed = tinycss2.color4.parse_color(value) if value else None
    if parsed is None or isinstance(parsed, str) or parsed.alpha is None or parsed.alpha < 1:
        return None
    try:
        red, green, blue = (round(255 * min(max(channel or 0.0, 0.0), 1.0)) for channel in parsed.to("srgb")[:3])
    except (NotImplementedError, ValueError, TypeError):  # a colour space that cannot be told in sRGB
        return None
    return f"#{red:02x}{green:02x}{blue:02x}"


def _size(value: str, around: float) -> float:
    found = _SIZE.match(value)
    if not found:
        return around
    number = float(found[1])
    return {"pt": number * 4 / 3, "em": number * around, "%": number * around / 100}.get(found[2] or "px", number)


def _dark_rules(tree: lxml_html.HtmlElement) -> str:
    """The rules that hold where the reader's screen is dark."""
    found = []
    for style in tree.iter("style"):
        for rule in tinycss2.parse_stylesheet(style.text or "", skip_comments=True, skip_whitespace=True):
            if rule.type == "at-rule" and rule.content and _DARK_QUERY.search(tinycss2.serialize(rule.prelude)):
                found.append(tinycss2.serialize(rule.content))
    return "\n".join(found)


def _darkened(html: str, rules: str) -> lxml_html.HtmlElement:
    """The e-mail as a dark screen shows it, its rules written into the elements."""
    import css_inline

    inliner = css_inline.CSSInliner(
        inline_style_tags=False, keep_style_tags=False, load_remote_stylesheets=False, extra_css=rules
    )
    return lxml_html.document_fromstring(inliner.inline(html))


def _legible(color: str, ground: str, needed: float) -> str:
    """The nearest shade of a colour that can be read on a ground."""
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    for steps in range(101):
        for way in (-1, 1):
            shade = lightness + way * steps / 100
            if 0 <= shade <= 1:
                made = "#" + "".join(f"{round(c * 255):02x}" for c in colorsys.hls_to_rgb(hue, shade, saturation))
                if contrast(made, ground) >= needed:
                    return made
    return "#000000" if contrast("#000000", ground) > contrast("#ffffff", ground) else "#ffffff"


def _short(color: str) -> str:
    """`#aabbcc` as `#abc`, where it can be written so."""
    return "#" + color[1::2] if color[1::2] == color[2::2] else color
