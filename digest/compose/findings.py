"""What mail clients and readers would stumble over in a rendered issue.

Sources: Gmail clips a message whose HTML is above 102 KB; WCAG 2.2 for contrast (1.4.3), alt texts (1.1.1) and what
links say (2.4.4); caniemail.com for what mail clients show.
"""

import re
from collections.abc import Iterator

from lxml import html as lxml_html

from digest.compose.finding import clipped, error, place_of, warning
from digest.compose.legibility import illegible
from digest.compose.support import unsupported
from digest.compose.theme import Theme, open_theme
from digest.compose.vague import says_nothing
from digest.compose.weight import weighed
from digest.config import Settings
from digest.model import Finding, Rendered, Slot

_FIRST = 2000  # characters: so much of an e-mail an inbox may look at for the line under the subject


def lint(rendered: Rendered, settings: Settings) -> tuple[Finding, ...]:
    """The findings, errors first, each told once."""
    tree = lxml_html.document_fromstring(rendered.html)
    theme = open_theme(settings)
    found = [
        *weighed(rendered, tree, fit=settings.email.fit),
        *_images(tree, theme),
        *_links(tree, rendered, theme),
        *_missing(rendered, tree, settings),
        *illegible(rendered.html, tree, theme),
        *unsupported(tree, settings.lint.clients, theme),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.severity != "error"))


def _images(tree: lxml_html.HtmlElement, theme: Theme) -> Iterator[Finding]:
    unencrypted: dict[str, None] = {}
    for image in tree.iter("img"):
        source = (image.get("src") or "").strip()
        shown = clipped(source) or "(no address)"
        if not source:
            yield error("image-source", "an image has no address: give it a src, or leave it out")
        # An empty alt says that the image adds nothing to the text; none at all makes readers speak the address.
        if image.get("alt") is None:
            yield error(
                "image-alt", f'an image has no alt: {shown}; say in alt="…" what it shows, or alt="" if it adds nothing'
            )
        if not (image.get("width") or "").strip():
            yield warning(
                "image-size",
                f'an image has no width, so Outlook shows it in its full size: {shown}; write width="…" in pixels',
            )
        if source.lower().startswith("data:"):
            yield error(
                "image-data",
                f"Gmail and Outlook do not show images that are in the HTML itself: {shown}; put it on the web, or set "
                'images = "embedded" in [email]',
            )
        elif source.lower().startswith("http:"):
            unencrypted[source] = None
        elif source and not _is_whole(source):
            yield error(
                "image-source",
                f"an image has an address that no reader can reach: {shown}{place_of(source, theme)}; put the picture "
                "on the web, and write its whole address, https://…",
            )
    if unencrypted:
        first, more = clipped(next(iter(unencrypted))), len(unencrypted) - 1
        what = (
            f"an image comes unencrypted, which some mail clients refuse: {first}"
            if not more
            else (f"{more + 1} images come unencrypted, which some mail clients refuse, the first from {first}")
        )
        yield warning("image-http", f"{what}; use https")


def _is_whole(address: str) -> bool:
    """Whether an address says by itself where it leads: an e-mail has no place that a relative one could start from."""
    return re.match(r"(https?|mailto|tel|cid|data):", address, re.IGNORECASE) is not None


def _links(tree: lxml_html.HtmlElement, rendered: Rendered, theme: Theme) -> Iterator[Finding]:
    unsubscribe = rendered.slots.get(Slot.UNSUBSCRIBE_URL)
    for link in tree.iter("a"):
        target = (link.get("href") or "").strip()
        if target == unsubscribe:
            target = "the unsubscribe link"
        said = _said(link)
        if target in {"", "#"}:
            yield error(
                "link-empty",
                f"a link leads nowhere: {clipped(said)!r}; give it an href, or write its words without <a>",
            )
        elif not said:
            yield error(
                "link-text",
                f"a link says nothing, neither in words nor in an alt or title: {clipped(target)}; put words into it",
            )
        elif target != "the unsubscribe link" and not target.startswith("#") and not _is_whole(target):
            yield error(
                "link-address",
                f"a link has an address that no reader can reach: {clipped(target)}{place_of(target, theme)}; write "
                "the whole of it, https://…",
            )
        elif says_nothing(said):
            yield warning(
                "link-vague",
                f"a link says only {said!r}, not where it leads: {clipped(target)}; name what is there",
            )


def _said(link: lxml_html.HtmlElement) -> str:
    """What a reader who does not see the link's surroundings learns of it."""
    parts = (link.text_content(), *(image.get("alt") or "" for image in link.iter("img")))
    text = " ".join(" ".join(parts).split())
    return text or " ".join((link.get("aria-label") or link.get("title") or "").split())


def _missing(rendered: Rendered, tree: lxml_html.HtmlElement, settings: Settings) -> Iterator[Finding]:
    if not rendered.preheader:
        yield warning("preheader", "there is no preheader: inboxes will show the first words of the masthead")
    elif not _shows_preheader(rendered, tree):
        yield warning(
            "preheader",
            "the template shows no preheader, so inboxes will show the first words of the masthead: write "
            "<mj-preview>{{ issue.preheader }}</mj-preview> into <mj-head>",
        )
    token = rendered.slots.get(Slot.UNSUBSCRIBE_URL)
    for part, content in (("HTML", rendered.html), ("plain text", rendered.text)):
        if not token or token not in content:
            yield error(
                "unsubscribe",
                f"the {part} holds no unsubscribe link: put {{{{ recipient.unsubscribe_url }}}} into the template",
            )
    if settings.transport.type != "outbox" and not settings.newsletter.address.strip():
        yield warning("address", "no postal address, which many laws ask for: set [newsletter] address")


def _shows_preheader(rendered: Rendered, tree: lxml_html.HtmlElement) -> bool:
    body = tree.find("body")
    shown = " ".join((tree if body is None else body).text_content()[:_FIRST].split())
    return " ".join(rendered.preheader.split()) in shown
