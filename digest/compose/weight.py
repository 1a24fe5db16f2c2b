"""How large an e-mail is, what its bytes are spent on, and what to cut."""

import re
from collections.abc import Iterator, Mapping

from lxml import html as lxml_html

from digest.compose.finding import error, warning
from digest.model import Finding, Rendered

# Gmail shows so much of the HTML, and hides the rest behind "[Message clipped] View entire message".
CLIPPED = 102 * 1024
_NEARLY = 90 * 1024
# Gmail leaves out all styles in the head beyond this.
_STYLES = 16 * 1024
_VALUE = r"=(?:\"[^\"]*\"|'[^']*')"
# Each is looked for in what those before it leave.
_PARTS = (
    ("comments that only Outlook reads", re.compile(r"<!--.*?-->", re.DOTALL)),
    ("<style>", re.compile(r"<style\b[^>]*>.*?</style>", re.DOTALL | re.IGNORECASE)),
    ("style attributes", re.compile(r"\sstyle" + _VALUE, re.IGNORECASE)),
    ("addresses of links and pictures", re.compile(r"\s(?:href|src|srcset|background)" + _VALUE, re.IGNORECASE)),
    ("tags", re.compile(r"<[^>]*>")),
)


def weighed(rendered: Rendered, tree: lxml_html.HtmlElement, *, fit: bool) -> Iterator[Finding]:
    """Findings on the size of the whole and of its styles. `fit`: whether `build` makes issues fit."""
    size = len(rendered.html.encode())
    if size > _NEARLY:
        over = f", {_kb(size - CLIPPED)} too much" if size > CLIPPED else ""
        message = (
            f"{_kb(size)} of HTML{over}: Gmail cuts off what is over 102 KB, the unsubscribe link too. "
            f"It holds {_spoken(spent(rendered.html))}. {_remedy(size, tree, fit=fit)}"
        )
        yield (error if size > CLIPPED else warning)("size", message)
    styles = _styles(tree)
    if styles > _STYLES:
        yield warning(
            "style-size",
            f"{_kb(styles)} in <style>: Gmail leaves out what is over 16 KB, so the e-mail has no colours in the dark "
            f'and no sizes for phones there; move rules into <mj-style inline="inline">, or take out what no part uses',
        )


def spent(html: str) -> dict[str, int]:
    """What the bytes of an HTML document are spent on, the most first. They sum up to the whole."""
    parts, rest = {}, html
    for name, pattern in _PARTS:
        parts[name] = sum(len(piece.encode()) for piece in pattern.findall(rest))
        rest = pattern.sub("", rest)
    parts["words"] = len(rest.encode())
    return dict(sorted(parts.items(), key=lambda part: -part[1]))


def _spoken(parts: Mapping[str, int]) -> str:
    return ", ".join(f"{_kb(count)} of {name}" for name, count in parts.items() if count >= 1024)


def _remedy(size: int, tree: lxml_html.HtmlElement, *, fit: bool) -> str:
    stories = sum(1 for heading in tree.iter("h2", "h3") if "title" in (heading.get("class") or "").split())
    advice = "Lower [curate] limit or [summarizer] max_words, choose the theme brief, or set fit = true in [email]"
    if fit:  # as looked at in the preview, or where a theme is too large by itself
        advice = (
            "With fit = true in [email], `digest build` shortens the last stories of an issue by itself where that is "
            "enough; else lower [curate] limit or [summarizer] max_words, or choose the theme brief"
        )
    if size <= CLIPPED or stories < 2:
        return advice
    fewer = min(stories - 1, -(-(size - CLIPPED) // (size // stories)))
    return f"With {fewer} of its {stories} stories less it would fit. {advice}"


def _styles(tree: lxml_html.HtmlElement) -> int:
    return sum(_bytes(style.text) for style in tree.iter("style"))


def _bytes(text: str | None) -> int:
    return len(text.strip().encode()) if text else 0


def _kb(count: int) -> str:
    return f"{count / 1024:.0f} KB" if count >= 1024 else f"{count} bytes"
