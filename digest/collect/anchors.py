"""The links of a page that may lead to articles: where each leads, and what it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from digest.collect.addresses import goal, may_be_article, same_site
from digest.collect.identity import http_url, url_key
from digest.collect.outline import HEADINGS
from digest.collect.prose import count_words, one_line
from digest.collect.showndates import without_date

_ANCHORS_MAX = 6000
_TEXT_MAX = 300
_SCRIPTED = ("data-href", "data-url", "data-link")  # where a card is opened by a script
_BESIDE = frozenset({"nav", "footer", "aside"})
_BESIDE_ROLES = frozenset({"navigation", "complementary", "contentinfo", "banner", "search", "menu", "menubar"})
_BESIDE_NAMES = re.compile(
    r"side-?bar|most-?(read|popular|viewed|shared|commented)|popular|trending|(?<![a-z])related|recirc|recommend"
    r"|bread-?crumb|pagination|pager|footer|(?<![a-z])nav(bar|igation)?(?![a-z])|(?<![a-z])menu|cookie|consent",
    re.IGNORECASE,
)
_WRAPPERS = ("main", "h1", "body")  # what holds one of these is no box beside the page, whatever its name
_INLINE = frozenset({"a", "abbr", "b", "cite", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_EMPHASIS = _INLINE - {"a", "span"}
_TITLED = re.compile(r"title|head(line|ing)|hed(?![a-z])", re.IGNORECASE)
_BEFORE_WORDS = 4  # before a link on its line: then it stands in a sentence
_AFTER_WORDS = 3
_NEIGHBOURS_MAX = 20
_NEAR = 8  # elements around a link
_DEPTH_MAX = 256
_GOES_ON = ",.;:"  # after a link, as a sentence does
_HEADLINE_WORDS = 4  # of the parts of a link the first that has as many is its headline
_KICKER_WORDS = 2


@dataclass(slots=True, eq=False)
class Anchor:
    """A link. `place` is its number among the elements, `key` what its address is known by; `says` may be ""."""

    element: Any
    place: int
    url: str
    key: str
    says: str
    in_heading: bool
    same_site: bool


def find_anchors(tree: Any, url: str) -> list[Anchor]:
    """The links of a page that may lead to articles, in order, but for those in navigation and in sentences."""
    base = http_url(next(iter(tree.xpath("//base/@href")), None), url) or url
    found = []
    for place, element, raw in _links(tree):
        target = goal(raw, base)
        if target is None or not may_be_article(target, url) or (key := url_key(target)) is None:
            continue
        if _depth(element) > _DEPTH_MAX or _is_inline(element):
            continue
        says, in_heading = _says(element)
        found.append(Anchor(element, place, target, key, says, in_heading, same_site(target, url)))
        if len(found) >= _ANCHORS_MAX:
            break
    return _without_beside(found)


def _links(tree: Any) -> Iterator[tuple[int, Any, str]]:
    for place, element in enumerate(tree.iter()):
        get = element.get if isinstance(element.tag, str) else None
        if get is None:
            continue
        raw = get("href") if element.tag == "a" else next((value for name in _SCRIPTED if (value := get(name))), None)
        if raw and (element.tag == "a" or next(element.iter("a"), None) is None):
            yield place, element, raw


def named_titles(element: Any) -> Iterator[Any]:
    """The outermost elements within one that are called a title or a headline, and have words."""
    waiting = list(reversed(element))
    while waiting:
        inner = waiting.pop()
        if not isinstance(inner.tag, str):
            continue
        if _TITLED.search(inner.get("class") or "") and words_of(inner):
            yield inner
        else:
            waiting.extend(reversed(inner))


def words_of(element: Any) -> str:
    """The words of a headline on one line, without the date before them."""
    text = one_line(
        " ".join(element.itertext()) if next(element.iter("br"), None) is not None else element.text_content()
    )
    return without_date(text)[:_TEXT_MAX]


def _depth(element: Any) -> int:
    return sum(1 for _ in islice(element.iterancestors(), _DEPTH_MAX + 1))


def _without_beside(anchors: list[Anchor]) -> list[Anchor]:
    """Those that stand in what the page is about, rather than in navigation or in a box beside it."""
    held: dict[Any, int] = {}
    for anchor in anchors:
        for above in anchor.element.iterancestors():
            held[above] = held.get(above, 0) + 1
    beside: dict[Any, bool] = {}
    return [anchor for anchor in anchors if not _is_beside(anchor.element, beside, held, len(anchors))]


def _is_beside(element: Any, known: dict[Any, bool], held: dict[Any, int], count: int) -> bool:
    way, found = [], False
    for above in element.iterancestors():
        if above in known:
            found = known[above]
            break
        way.append(above)
    for above in reversed(way):
        found = found or _is_box(above, held, count)
        known[above] = found
    return found


def _is_box(element: Any, held: dict[Any, int], count: int) -> bool:
    """Whether an element is navigation, or a box beside what the page is about."""
    if element.tag in {"footer", "header"}:
        inside = any(above.tag in {"article", "li", "main", "section"} for above in element.iterancestors())
        return not inside and (element.tag == "footer" or held[element] * 2 < count)
    if element.tag == "form":
        return held[element] * 2 < count  # on some servers all of a page is one form
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return held[element] * 2 < count  # what waits for a script is shown; another tab is not
    if element.tag in _BESIDE or element.get("role") in _BESIDE_ROLES:
        return True
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return (
        element.tag not in {"article", "body", "html", "li", "main"}
        and _BESIDE_NAMES.search(name) is not None
        and next(element.iter(*_WRAPPERS), None) is None
    )


def _is_inline(element: Any) -> bool:
    """Whether a link stands within a sentence."""
    if not _is_line(element) or any(above.tag in HEADINGS for above in islice(element.iterancestors(), _NEAR)):
        return False
    before, after = _beside(element, forward=False), _beside(element, forward=True)
    if count_words(before) >= _BEFORE_WORDS:
        return True
    goes_on = after[:1] in _GOES_ON or (after[:1].isalpha() and not after[:1].isupper())
    return bool(before) and count_words(after) >= _AFTER_WORDS and goes_on


def _beside(element: Any, *, forward: bool) -> str:
    """The text before or after a link on its line, but for other links."""
    pieces = [element.tail or ""] if forward else []
    for _ in range(_NEIGHBOURS_MAX):
        sibling = element.getnext() if forward else element.getprevious()
        if sibling is not None:
            tail = sibling.tail or ""
            if not _is_line(sibling):
                pieces += [] if forward else [tail]
                break
            said = "" if sibling.tag == "a" else sibling.text_content()
            pieces += [said, tail] if forward else [tail, said]
            element = sibling
            continue
        element = element.getparent()
        if element is None:
            break
        is_inline = element.tag in _INLINE
        if not forward:
            pieces.append(element.text or "")
        elif is_inline:
            pieces.append(element.tail or "")
        if not is_inline:
            break
    return one_line("".join(pieces if forward else reversed(pieces)))


def _is_line(element: Any) -> bool:
    """Whether an element, and all in it, runs on in the line of what stands before it."""
    return all(inner.tag in _INLINE for inner in element.iter())


def _says(element: Any) -> tuple[str, bool]:
    """What a link says for a headline, and whether that is one by its markup."""
    heading = next((inner for inner in element.iter() if inner.tag in HEADINGS), None)
    if heading is not None:
        return _headline(heading), True
    text = _headline(element) or one_line(element.get("aria-label") or element.get("title") or "")[:_TEXT_MAX]
    above = next((above.tag for above in element.iterancestors() if above.tag not in _INLINE), None)
    return text, above in HEADINGS


def _headline(element: Any) -> str:
    """The words of an element, or of that part of it which is the headline where it has several."""
    if (named := next(named_titles(element), None)) is not None:
        return words_of(named)
    parts = list(_parts(element))
    chosen = max(parts, key=_weight)
    return words_of(chosen if _weight(chosen) > _KICKER_WORDS else element)


def _parts(element: Any) -> Iterator[Any]:
    """The elements that share the words of one among them; itself, where some words are its own."""
    own = [element.text or "", *(child.tail or "" for child in element)]
    inner = [child for child in element if isinstance(child.tag, str) and child.text_content().strip()]
    if any(text.strip() for text in own) or not inner or all(child.tag in _EMPHASIS for child in inner):
        yield element
        return
    for child in inner:
        yield from _parts(child)


def _weight(element: Any) -> int:
    return min(count_words(one_line(element.text_content())), _HEADLINE_WORDS)
