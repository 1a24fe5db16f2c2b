"""Reads what a page says about its article in JSON-LD, in the vocabulary of schema.org."""

import json
import re
from collections.abc import Iterator
from typing import Any

_ARTICLE = re.compile(r"(\w*Article|\w*Posting|Report|Review|\w*CreativeWork|APIReference|WebPage|Recipe)$")
_SITES = frozenset({"WebSite", "Organization", "NewsMediaOrganization"})
_COLLECTIONS = frozenset({"CollectionPage", "SearchResultsPage", "Blog"})
_MAX = 1_000_000  # characters of one script
_OBJECTS_MAX = 2000
_DEPTH = 4  # authors inside of authors
_WRAPPING = re.compile(r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)|(?:-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?)\s*$")


class LinkedData:
    """The objects of JSON-LD on a page. `article` is the one that describes the article, {} when there is none."""

    def __init__(self, tree: Any) -> None:
        self._objects = list(_objects(tree))
        self._by_id = {str(thing["@id"]): thing for thing in self._objects if len(thing) > 1 and "@id" in thing}
        self.article = self._article()

    @property
    def is_article(self) -> bool:
        """Whether that object is about the article itself rather than about the page."""
        return any(_ARTICLE.search(kind) and kind != "WebPage" for kind in _kinds(self.article))

    @property
    def is_collection(self) -> bool:
        """Whether the page says that it is one of several articles: a section, a blog, or each of them by itself."""
        articles = sum(
            any(_ARTICLE.search(kind) and kind != "WebPage" for kind in _kinds(thing)) for thing in self._objects
        )
        return articles > 1 or any(not _COLLECTIONS.isdisjoint(_kinds(thing)) for thing in self._objects)

    @property
    def listed(self) -> list[tuple[str, str]]:
        """The address and the name of what the page lists, in its order; "" for a name that it does not give."""
        found = []
        for thing in self._objects:
            if "ItemList" in _kinds(thing) and isinstance(thing.get("itemListElement"), list):
                found += [entry for item in thing["itemListElement"] if (entry := _entry(item))]
        return found

    @property
    def authors(self) -> list[str]:
        """Who wrote the article, as the page spells them."""
        return list(self._names(self.article.get("author") or self.article.get("creator")))

    @property
    def sites(self) -> list[str]:
        """The names of who published it."""
        things = [thing for thing in self._objects if not _SITES.isdisjoint(_kinds(thing))]
        return [*self._names(self.article.get("publisher")), *self._names(things)]

    def text(self, key: str) -> str:
        """A text of the article's object, "" when there is none."""
        value = self.article.get(key)
        return value if isinstance(value, str) else ""

    def _article(self) -> dict[str, Any]:
        """The first object that has a headline, else the first that is an article or page at all."""
        page: dict[str, Any] = {}
        for thing in self._objects:
            kinds = _kinds(thing)
            if any(_ARTICLE.search(kind) for kind in kinds):
                if "headline" in thing and "WebPage" not in kinds:
                    return thing
                page = page or thing
        return page

    def _names(self, value: Any, depth: int = 0) -> Iterator[str]:
        """The names in what may be a name, an object with one, a reference to such, or a list of them all."""
        if depth > _DEPTH:
            return
        if isinstance(value, list):
            for item in value:
                yield from self._names(item, depth + 1)
        elif isinstance(value, dict):
            named = value if "name" in value else self._by_id.get(str(value.get("@id")), {})
            yield from self._names(named.get("name"), depth + 1)
        elif isinstance(value, str):
            yield value


def _entry(item: Any) -> tuple[str, str] | None:
    """What an element of a list leads to, and what it is called."""
    if isinstance(item, str):
        return item, ""
    if not isinstance(item, dict):
        return None
    inner = item.get("item")
    if isinstance(inner, str):
        inner = {"url": inner}
    things = [thing for thing in (inner, item) if isinstance(thing, dict)]
    urls = [thing.get(key) for thing in things for key in ("url", "@id")]
    names = [thing.get(key) for thing in things for key in ("headline", "name")]
    url = next((value for value in urls if isinstance(value, str)), None)
    return (url, next((name for name in names if isinstance(name, str)), "")) if url else None


def _kinds(thing: dict[str, Any]) -> list[str]:
    kinds = thing.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "").lower() or len(text) > _MAX:
            continue
        try:
            waiting = [json.loads(_WRAPPING.sub("", text), strict=False)]
        except (ValueError, RecursionError):
            continue  # half of what is wrong in JSON-LD is one comma; the meta elements say the same
        for _ in range(_OBJECTS_MAX):
            if not waiting:
                break
            thing = waiting.pop(0)
            if isinstance(thing, list):
                waiting.extend(thing)
            elif isinstance(thing, dict):
                yield thing
                waiting.extend(value for key, value in thing.items() if key in _INNER)


_INNER = frozenset({"@graph", "mainEntity", "item", "author", "publisher", "mainEntityOfPage"})
