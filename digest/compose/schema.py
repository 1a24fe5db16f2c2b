"""The tags of MJML: which attributes each takes, and what may stand inside it.

Facts of MJML 4.18, less the attributes that MRML 6.0 was seen to drop without a word (a probe rendered each attribute
and compared): one that has no effect is a mistake to be told, not to be passed.
"""

_ATTRIBUTES = {
    "mjml": "lang dir",
    "mj-accordion": (
        "border container-background-color font-family icon-align icon-height icon-position icon-unwrapped-alt "
        "icon-unwrapped-url icon-width icon-wrapped-alt icon-wrapped-url padding padding-bottom padding-left "
        "padding-right padding-top"
    ),
    "mj-accordion-element": (
        "background-color border font-family icon-align icon-height icon-position icon-unwrapped-alt "
        "icon-unwrapped-url icon-width icon-wrapped-alt icon-wrapped-url"
    ),
    "mj-accordion-text": (
        "background-color color font-family font-size font-weight letter-spacing line-height padding "
        "padding-bottom padding-left padding-right padding-top"
    ),
    "mj-accordion-title": (
        "background-color color font-family font-size padding padding-bottom padding-left padding-right padding-top"
    ),
    "mj-attributes": "",
    "mj-body": "background-color width",
    "mj-breakpoint": "width",
    "mj-button": (
        "align background-color border border-bottom border-left border-radius border-right border-top color "
        "container-background-color font-family font-size font-style font-weight height href inner-padding "
        "letter-spacing line-height name padding padding-bottom padding-left padding-right padding-top rel target "
        "text-align text-decoration text-transform vertical-align width"
    ),
    "mj-carousel": (
        "align border-radius container-background-color icon-width left-icon padding padding-bottom padding-left "
        "padding-right padding-top right-icon tb-border tb-border-radius tb-hover-border-color "
        "tb-selected-border-color tb-width thumbnails"
    ),
    "mj-carousel-image": "alt border-radius href src target tb-border tb-border-radius thumbnails-src title",
    "mj-column": (
        "background-color border border-bottom border-left border-radius border-right border-top direction "
        "inner-background-color inner-border inner-border-bottom inner-border-left inner-border-radius "
        "inner-border-right inner-border-top padding padding-bottom padding-left padding-right padding-top "
        "vertical-align width"
    ),
    "mj-divider": (
        "align border-color border-style border-width container-background-color padding padding-bottom "
        "padding-left padding-right padding-top width"
    ),
    "mj-font": "href name",
    "mj-group": "background-color direction vertical-align width",
    "mj-head": "",
    "mj-hero": (
        "background-color background-height background-position background-url background-width height "
        "inner-background-color inner-padding inner-padding-bottom inner-padding-left inner-padding-right "
        "inner-padding-top mode padding padding-bottom padding-left padding-right padding-top vertical-align"
    ),
    "mj-image": (
        "align alt border border-left border-radius border-right container-background-color fluid-on-mobile "
        "font-size height href max-height name padding padding-bottom padding-left padding-right padding-top rel "
        "src srcset target title usemap width"
    ),
    "mj-navbar": (
        "align base-url hamburger ico-align ico-close ico-color ico-font-family ico-font-size ico-line-height "
        "ico-open ico-padding ico-padding-bottom ico-padding-left ico-padding-right ico-padding-top "
        "ico-text-decoration ico-text-transform padding padding-bottom padding-left padding-right padding-top"
    ),
    "mj-navbar-link": (
        "color font-family font-size font-style font-weight href letter-spacing line-height name padding "
        "padding-bottom padding-left padding-right padding-top rel target text-decoration text-transform"
    ),
    "mj-preview": "",
    "mj-raw": "",
    "mj-section": (
        "background-color background-position background-position-x background-position-y background-repeat "
        "background-size background-url border border-bottom border-left border-radius border-right border-top "
        "direction full-width padding padding-bottom padding-left padding-right padding-top text-align"
    ),
    "mj-social": (
        "align border-radius color container-background-color font-family font-size font-style font-weight "
        "icon-height icon-padding icon-size inner-padding line-height mode padding padding-bottom padding-left "
        "padding-right padding-top text-decoration text-padding vertical-align"
    ),
    "mj-social-element": (
        "align alt background-color border-radius color font-family font-size font-style font-weight href "
        "icon-height icon-padding icon-position icon-size line-height name padding padding-bottom padding-left "
        "padding-right padding-top rel src target text-decoration text-padding title vertical-align"
    ),
    "mj-spacer": ("container-background-color height padding padding-bottom padding-left padding-right padding-top"),
    "mj-style": "inline",
    "mj-table": (
        "align border cellpadding cellspacing color container-background-color font-family font-size line-height "
        "padding padding-bottom padding-left padding-right padding-top table-layout vertical-align width"
    ),
    "mj-text": (
        "align color container-background-color font-family font-size font-style font-weight height letter-spacing "
        "line-height padding padding-bottom padding-left padding-right padding-top text-decoration text-transform "
        "vertical-align"
    ),
    "mj-title": "",
    "mj-wrapper": (
        "background-color background-position background-position-x background-position-y background-repeat "
        "background-size background-url border border-bottom border-left border-radius border-right border-top "
        "direction full-width padding padding-bottom padding-left padding-right padding-top text-align"
    ),
}

# every tag of the body takes these two
_EVERYWHERE = frozenset({"css-class", "mj-class"})

_LEAVES = "mj-accordion mj-button mj-carousel mj-divider mj-image mj-navbar mj-raw mj-social mj-spacer mj-table mj-text"

_CHILDREN = {
    "mjml": "mj-head mj-body",
    "mj-head": "mj-attributes mj-breakpoint mj-font mj-preview mj-raw mj-style mj-title",
    "mj-body": "mj-hero mj-raw mj-section mj-wrapper",
    "mj-wrapper": "mj-hero mj-raw mj-section",
    "mj-section": "mj-column mj-group mj-raw",
    "mj-group": "mj-column mj-raw",
    "mj-column": _LEAVES,
    "mj-hero": _LEAVES,
    "mj-accordion": "mj-accordion-element mj-raw",
    "mj-accordion-element": "mj-accordion-text mj-accordion-title mj-raw",
    "mj-carousel": "mj-carousel-image",
    "mj-navbar": "mj-navbar-link mj-raw",
    "mj-social": "mj-raw mj-social-element",
}

ATTRIBUTES = {tag: frozenset(names.split()) for tag, names in _ATTRIBUTES.items()}
CHILDREN = {tag: frozenset(names.split()) for tag, names in _CHILDREN.items()}

# what these hold is HTML (or CSS, or plain text), not MJML
HTML_CONTENT = frozenset(
    "mj-accordion-text mj-accordion-title mj-button mj-navbar-link mj-raw mj-social-element mj-table mj-text".split()
)
PLAIN_CONTENT = frozenset({"mj-title", "mj-preview", "mj-style"})
EMPTY = frozenset("mj-breakpoint mj-carousel-image mj-divider mj-font mj-image mj-spacer".split())

# HTML elements that have no end tag, and that MRML knows to have none
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())

_HEAD = CHILDREN["mj-head"] | {"mjml", "mj-head"}


def attributes_of(tag: str, parent: str) -> frozenset[str] | None:
    """The attributes that a tag may carry; None when it may carry any (the defaults in mj-class)."""
    if parent == "mj-attributes":
        if tag == "mj-class":
            return None
        every = frozenset().union(*ATTRIBUTES.values()) if tag == "mj-all" else ATTRIBUTES.get(tag, frozenset())
        return every | _EVERYWHERE
    own = ATTRIBUTES.get(tag, frozenset())
    return own if tag in _HEAD and tag != "mj-raw" else own | _EVERYWHERE


def children_of(tag: str) -> frozenset[str]:
    """The MJML tags that may stand directly inside a tag."""
    if tag == "mj-attributes":
        return frozenset(ATTRIBUTES) - _HEAD | {"mj-all", "mj-class", "mj-text"}
    return CHILDREN.get(tag, frozenset())


def parents_of(tag: str) -> list[str]:
    """The tags in which a tag may stand, sorted; empty when there is no such tag."""
    return sorted(parent for parent, children in CHILDREN.items() if tag in children)
