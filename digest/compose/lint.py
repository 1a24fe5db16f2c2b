"""What would look or count badly in a mailbox: size, images, links, what the law and the receivers ask for.

Sources: Gmail clips a message above 102 KB; WCAG 2.2 success criterion 1.4.3 for contrast.
"""

import re
from collections.abc import Iterator

from lxml import html as lxml_html

from digest.compose.theme import open_theme
from digest.config import Settings
from digest.model import Finding, Rendered, Slot

_CLIPPED = 102 * 1024
_NEARLY = 90 * 1024
_CONTRAST = 4.5
_VAGUE = frozenset({"click here", "here", "link", "read more", "more", "this"})
_TEXT_COLOURS = ("ink", "text", "muted", "accent")


def lint(rendered: Rendered, settings: Settings) -> tuple[Finding, ...]:
    """Findings on a rendered issue, errors first."""
    tree = lxml_html.document_fromstring(rendered.html)
    found = [
        *_size(rendered),
        *_images(tree),
        *_links(tree),
        *_required(rendered, settings),
        *_contrast(settings),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.severity))


def _error(rule: str, message: str) -> Finding:
    return Finding(rule=rule, severity="error", message=message)


def _warning(rule: str, message: str) -> Finding:
    return Finding(rule=rule, severity="warning", message=message)


def _size(rendered: Rendered) -> Iterator[Finding]:
    size = len(rendered.html.encode())
    if size > _CLIPPED:
        yield _error("size", f"{size / 1024:.0f} KB of HTML: Gmail cuts off what is over 102 KB; lower [curate] limit")
    elif size > _NEARLY:
        yield _warning("size", f"{size / 1024:.0f} KB of HTML: Gmail cuts off what is over 102 KB")


def _images(tree: lxml_html.HtmlElement) -> Iterator[Finding]:
    for image in tree.iter("img"):
        source = image.get("src", "")
        if not (image.get("alt") or "").strip():
            yield _error("image-alt", f"an image has no alt text: {source}")
        if not image.get("width"):
            yield _warning("image-size", f"an image has no width: {source}")
        if source.startswith("data:"):
            yield _error("image-data", "an image is in the HTML itself (data:), which most clients do not show")
        elif source.startswith("http:"):
            yield _warning("image-http", f"an image comes without TLS, which some clients do not show: {source}")


def _links(tree: lxml_html.HtmlElement) -> Iterator[Finding]:
    for link in tree.iter("a"):
        said = " ".join(link.text_content().split())
        shown = said or " ".join(image.get("alt", "") for image in link.iter("img")).strip()
        if not link.get("href"):
            yield _error("link-empty", f"a link leads nowhere: {shown!r}")
        elif not shown:
            yield _error("link-text", f"a link has no text: {link.get('href')}")
        elif shown.lower() in _VAGUE:
            yield _warning("link-vague", f"a link says only {shown!r}: {link.get('href')}")


def _required(rendered: Rendered, settings: Settings) -> Iterator[Finding]:
    if not rendered.preheader:
        yield _warning("preheader", "there is no preheader")
    token = rendered.slots.get(Slot.UNSUBSCRIBE_URL)
    for part, content in (("HTML", rendered.html), ("plain text", rendered.text)):
        if not token or token not in content:
            yield _error("unsubscribe", f"the {part} has no unsubscribe link: use {{{{ recipient.unsubscribe_url }}}}")
    if settings.transport.type != "outbox" and not settings.newsletter.address.strip():
        yield _warning("address", "there is no postal address, which many laws ask for: set [newsletter] address")


def _contrast(settings: Settings) -> Iterator[Finding]:
    variables = open_theme(settings).variables
    for scheme, colours in (("light", variables.light), ("dark", variables.dark)):
        for name in _TEXT_COLOURS:
            if name not in colours or "card" not in colours:
                continue
            ratio = contrast(colours[name], colours["card"])
            if ratio < _CONTRAST:
                yield _warning(
                    "contrast",
                    f"[{scheme}] {name} on card: a contrast of {ratio:.1f}, and {_CONTRAST} is the least to read well",
                )


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, 1…21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(part, 16) / 255 for part in re.findall("..", colour.removeprefix("#"))]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
