"""Tells what the mail clients that matter do not show, by the tests of caniemail.com.

What MJML itself writes is left out, for it comes with its own ways around; so is what nobody misses where it is not
understood. So the built-in themes are quiet, and what is told is the user's own doing.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from lxml import html as lxml_html

from digest.compose.features import uses
from digest.compose.finding import place_of, warning
from digest.compose.mjml import to_html
from digest.compose.theme import Theme
from digest.config.clients import Clients, clients
from digest.model import Finding

# Of every component that a newsletter may have, one.
_EVERY_COMPONENT = """
<mjml lang="en" dir="ltr"><mj-head><mj-title>x</mj-title><mj-preview>x</mj-preview>
<mj-style>p, h1 { margin: 0; }</mj-style></mj-head><mj-body background-color="#ffffff">
<mj-wrapper background-color="#ffffff"><mj-section><mj-group><mj-column><mj-text><h1>x</h1></mj-text></mj-column>
</mj-group></mj-section></mj-wrapper>
<mj-section background-url="https://x.example/a.png" border-radius="3px"><mj-column border="1px solid #000000">
<mj-text>x</mj-text><mj-image src="https://x.example/a.png" alt="x" href="https://x.example" />
<mj-button href="https://x.example">x</mj-button><mj-divider /><mj-spacer />
<mj-table><tr><td>x</td></tr></mj-table>
<mj-social><mj-social-element name="web" href="https://x.example">x</mj-social-element></mj-social>
</mj-column></mj-section></mj-body></mjml>
"""
# Without these a text is still a text, and stands where it stood.
_HARMLESS = frozenset({
    "css-at-media-hover", "css-at-media-prefers-color-scheme", "css-at-media-prefers-reduced-motion",
    "css-color-scheme", "css-cursor", "css-font-kerning", "css-hyphens", "css-orphans", "css-overflow-wrap",
    "css-pseudo-class-active",
    "css-pseudo-class-focus", "css-pseudo-class-focus-visible", "css-pseudo-class-hover", "css-pseudo-class-link",
    "css-pseudo-class-visited", "css-text-decoration-skip-ink", "css-text-underline-offset", "css-text-wrap",
    "css-transition", "css-user-select", "css-widows", "css-word-wrap", "html-bdi", "html-loading-attribute",
    "html-meta-color-scheme",
})  # fmt: skip
_INSTEAD = {
    "css-display-flex": "put what shall stand side by side into <mj-column>s",
    "css-display-grid": "put what shall stand side by side into <mj-column>s",
    "css-gap": "use padding",
    "css-position": "use padding, or a <mj-section> with background-url",
    "css-variables": "write the values out, or use those of theme.toml",
    "css-object-fit": "give the picture its width, and let a box with overflow: hidden cut it",
    "css-at-font-face": "name fonts that readers have, as [fonts] does",
    "css-at-import": "put the rules into <mj-style>",
    "html-svg": "use a PNG",
    "html-video": "use a picture that links to the film",
    "html-audio": "link to the recording",
    "html-form": "link to a page that has the form",
    "image-svg": "use a PNG",
    "image-webp": "use a JPEG or PNG",
    "image-avif": "use a JPEG or PNG",
}


@lru_cache(maxsize=1)
def _of_mjml() -> frozenset[str]:
    return frozenset(uses(lxml_html.document_fromstring(to_html(_EVERY_COMPONENT))))


def unsupported(tree: lxml_html.HtmlElement, wanted: Sequence[str], theme: Theme) -> Iterator[Finding]:
    """A warning for each feature that one of the `wanted` clients does not show."""
    facts = clients()
    places = facts.places(tuple(wanted))
    if not places:
        return
    for feature, use in uses(tree).items():
        answers = facts.features.get(feature)
        if answers is None or feature in _HARMLESS or feature in _of_mjml():
            continue
        without = [at for at in places if answers[at] == "n"]
        if without:
            instead = _INSTEAD.get(feature, "leave it out, or see that the e-mail is well without it")
            told = f"{use.shown}{place_of(use.shown, theme)} is not shown by {_named(without, facts)}"
            yield warning("client-support", f"{told}; {instead} — caniemail.com/features/{feature}/")


def _named(places: list[int], facts: Clients) -> str:
    """`Gmail (ios, android), Outlook`: what they run on is left out where a client never shows it."""
    by_family: dict[str, list[str]] = {}
    for at in places:
        family, _, platform = facts.names[at].partition(".")
        by_family.setdefault(family, []).append(platform)
    named = []
    for family, platforms in by_family.items():
        title = facts.titles.get(family, family)
        every = sum(name.split(".")[0] == family for name in facts.names)
        named.append(title if len(platforms) == every else f"{title} ({', '.join(platforms)})")
    return ", ".join(named)
