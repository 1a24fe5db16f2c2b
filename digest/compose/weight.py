"""How large an e-mail is, what its bytes are spent on, and what to cut."""

from collections.abc import Iterator

from lxml import html as lxml_html

from digest.compose.finding import error, warning
from digest.model import Finding, Rendered

# Gmail shows so much of the HTML, and hides the rest behind "[Message clipped] View entire message".
CLIPPED = 102 * 1024
_NEARLY = 90 * 1024
# Gmail leaves out all styles in the head beyond this.
_STYLES = 16 * 1024
_ADDRESSES = ("href", "src", "srcset", "background")


def weighed(rendered: Rendered, tree: lxml_html.HtmlElement) -> Iterator[Finding]:
    """Findings on the size of the whole and of its styles."""
    size = len(rendered.html.encode())
    if size > _NEARLY:
        over = f", {_kb(size - CLIPPED)} too much" if size > CLIPPED else ""
        message = (
            f"{_kb(size)} of HTML{over}: Gmail cuts off what is over 102 KB, the unsubscribe link too. "
            f"It holds {_spent(size, tree)}. {_remedy(size, tree)}"
        )
        yield (error if size > CLIPPED else warning)("size", message)
    styles = _styles(tree)
    if styles > _STYLES:
        yield warning(
            "style-size",
            f"{_kb(styles)} in <style>: Gmail leaves out what is over 16 KB, so the e-mail has no colours in the dark "
            f'and no sizes for phones there; move rules into <mj-style inline="inline">, or take out what no part uses',
        )


def _spent(size: int, tree: lxml_html.HtmlElement) -> str:
    """What the bytes are, the most first."""
    parts = {"words": 0, "addresses of links and pictures": 0, "style attributes": 0, "<style>": _styles(tree)}
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        parts["words"] += _bytes(element.text) * (element.tag != "style") + _bytes(element.tail)
        parts["style attributes"] += _bytes(element.get("style"))
        parts["addresses of links and pictures"] += sum(_bytes(element.get(name)) for name in _ADDRESSES)
    parts["tags"] = max(size - sum(parts.values()), 0)
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    return ", ".join(f"{_kb(count)} of {name}" for name, count in ordered if count >= 1024)


def _remedy(size: int, tree: lxml_html.HtmlElement) -> str:
    stories = sum(1 for heading in tree.iter("h2", "h3") if "title" in (heading.get("class") or "").split())
    advice = "Lower [curate] limit or [summarizer] max_words, choose the theme brief, or set fit = true in [email]"
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
