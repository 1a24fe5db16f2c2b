"""What mail clients and readers would stumble over in a rendered issue.

Sources: Gmail clips a message whose HTML is above 102 KB; WCAG 2.2 for contrast (1.4.3), alt texts (1.1.1) and what
links say (2.4.4).
"""

from collections.abc import Iterator

from lxml import html as lxml_html

from digest.compose.contrast import AA, contrast
from digest.compose.theme import open_theme
from digest.compose.variables import Variables
from digest.config import Settings
from digest.model import Finding, Rendered, Slot

_CLIPPED = 102 * 1024
_NEARLY = 90 * 1024
_SHOWN = 80
_VAGUE = frozenset(
    {"click", "click here", "details", "here", "learn more", "link", "more", "read", "read more", "this", "this link"}
)
# By convention, a theme's texts are of these colours, and lie on these.
_TEXTS = ("ink", "muted", "accent")
_GROUNDS = ("card", "page", "tint")


def lint(rendered: Rendered, settings: Settings) -> tuple[Finding, ...]:
    """The findings, errors first, each told once."""
    tree = lxml_html.document_fromstring(rendered.html)
    found = [
        *_size(rendered),
        *_images(tree),
        *_links(tree, rendered),
        *_missing(rendered, settings),
        *_contrasts(open_theme(settings).variables),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.severity != "error"))


def _error(rule: str, message: str) -> Finding:
    return Finding(rule=rule, severity="error", message=message)


def _warning(rule: str, message: str) -> Finding:
    return Finding(rule=rule, severity="warning", message=message)


def _size(rendered: Rendered) -> Iterator[Finding]:
    size = len(rendered.html.encode())
    remedy = "Gmail cuts off what is over 102 KB, the unsubscribe link too; lower [curate] limit"
    if size > _CLIPPED:
        yield _error("size", f"{size / 1024:.0f} KB of HTML: {remedy}")
    elif size > _NEARLY:
        yield _warning("size", f"{size / 1024:.0f} KB of HTML: {remedy}")


def _images(tree: lxml_html.HtmlElement) -> Iterator[Finding]:
    for image in tree.iter("img"):
        source = (image.get("src") or "").strip()
        shown = source[:_SHOWN] or "(no address)"
        if not source:
            yield _error("image-source", "an image has no address")
        # An empty alt says that the image adds nothing to the text; none at all makes readers speak the address.
        if image.get("alt") is None:
            yield _error("image-alt", f"an image has no alt: {shown}")
        if not (image.get("width") or "").strip():
            yield _warning("image-size", f"an image has no width, so Outlook shows it in its full size: {shown}")
        if source.lower().startswith("data:"):
            yield _error("image-data", f"Gmail and Outlook do not show images that are in the HTML itself: {shown}")
        elif source.lower().startswith("http:"):
            yield _warning("image-http", f"an image comes unencrypted, which some mail clients refuse: {shown}")


def _links(tree: lxml_html.HtmlElement, rendered: Rendered) -> Iterator[Finding]:
    unsubscribe = rendered.slots.get(Slot.UNSUBSCRIBE_URL)
    for link in tree.iter("a"):
        target = (link.get("href") or "").strip()
        if target == unsubscribe:
            target = "the unsubscribe link"
        said = _said(link)
        if target in {"", "#"}:
            yield _error("link-empty", f"a link leads nowhere: {said[:_SHOWN]!r}")
        elif not said:
            yield _error(
                "link-text", f"a link says nothing, neither in words nor in an alt or title: {target[:_SHOWN]}"
            )
        elif said.strip(" .…»›→").casefold() in _VAGUE:
            yield _warning("link-vague", f"a link says only {said!r}, not where it leads: {target[:_SHOWN]}")


def _said(link: lxml_html.HtmlElement) -> str:
    """What a reader who does not see the link's surroundings learns of it."""
    parts = (link.text_content(), *(image.get("alt") or "" for image in link.iter("img")))
    text = " ".join(" ".join(parts).split())
    return text or " ".join((link.get("aria-label") or link.get("title") or "").split())


def _missing(rendered: Rendered, settings: Settings) -> Iterator[Finding]:
    if not rendered.preheader:
        yield _warning("preheader", "there is no preheader: inboxes will show the first words of the masthead")
    token = rendered.slots.get(Slot.UNSUBSCRIBE_URL)
    for part, content in (("HTML", rendered.html), ("plain text", rendered.text)):
        if not token or token not in content:
            yield _error(
                "unsubscribe",
                f"the {part} holds no unsubscribe link: put {{{{ recipient.unsubscribe_url }}}} into the template",
            )
    if settings.transport.type != "outbox" and not settings.newsletter.address.strip():
        yield _warning("address", "no postal address, which many laws ask for: set [newsletter] address")


def _contrasts(variables: Variables) -> Iterator[Finding]:
    for scheme, colors in (("light", variables.light), ("dark", variables.dark)):
        for text in _TEXTS:
            for ground in _GROUNDS:
                if text not in colors or ground not in colors:
                    continue
                ratio = contrast(colors[text], colors[ground])
                if ratio < AA:
                    found = f"[{scheme}] {text} on {ground} has a contrast of {ratio:.2f} to 1"
                    yield _warning("contrast", f"{found}, and needs {AA} to be read well")
