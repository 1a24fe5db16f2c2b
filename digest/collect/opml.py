"""Subscription lists: reads the feeds of an OPML file, and writes one."""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from digest.collect.draft import Rejected
from digest.collect.encoding import decode
from digest.collect.identity import holds_login, http_url, web_scheme
from digest.collect.prose import one_line

_FEEDS_MAX = 20_000
_NAME_MAX = 200
_UTF8 = b'<?xml version="1.0" encoding="utf-8"?>'
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed of a list: its folder, the innermost where folders are nested, is its section."""

    url: str
    title: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """The feeds of a list in its order, each address once. `skipped` holds (what, reason)."""

    feeds: tuple[Subscription, ...]
    skipped: tuple[tuple[str, str], ...] = ()


def parse_opml(data: bytes) -> Subscriptions:
    """Read an OPML file, or another list of feeds that listparser knows (RDF with FOAF). Raises Rejected."""
    import listparser

    if not data.strip():
        raise Rejected("it is empty")
    # Bytes: a text that looks like an address would be fetched. In UTF-8 that says so, or it would be read as Latin-1.
    text = _UTF8 + _DECLARATION.sub("", decode(data), count=1).encode("utf-8", "replace")
    parsed = listparser.parse(text)
    if not parsed.get("version", "").startswith("opml") and not parsed.feeds:
        raise Rejected("it is not an OPML file")
    found: dict[str, Subscription] = {}
    skipped = []
    for feed in parsed.feeds[:_FEEDS_MAX]:
        address, title = web_scheme(str(feed.get("url") or "")), _title(feed)
        url = http_url(address)
        if url is None:
            skipped.append((title or address[:_NAME_MAX], _why_none(address)))
        else:
            found.setdefault(url, Subscription(url=url, title=title, section=_section(feed)))
    if len(parsed.feeds) > _FEEDS_MAX:
        skipped.append(("OPML", f"{len(parsed.feeds) - _FEEDS_MAX} feeds beyond the first {_FEEDS_MAX}"))
    sites = {_address(site): site for site in (*parsed.opportunities, *_sites(text))}
    skipped += [(_title(site), _only_a_site(site)) for site in [*sites.values()][:_FEEDS_MAX]]
    skipped += [(_title(one), f"it is a list of its own: import {_address(one)}") for one in parsed.lists[:_FEEDS_MAX]]
    if not found and not skipped:
        raise Rejected("it lists no feeds")
    return Subscriptions(feeds=tuple(found.values()), skipped=tuple(skipped))


def write_opml(feeds: Iterable[Subscription], *, title: str) -> bytes:
    """An OPML 2.0 document, UTF-8, with a folder for each section."""
    from xml.etree import ElementTree

    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    folders = {"": body}
    for feed in feeds:
        if feed.section not in folders:
            folders[feed.section] = ElementTree.SubElement(body, "outline", text=feed.section, title=feed.section)
        ElementTree.SubElement(
            folders[feed.section], "outline", type="rss", text=feed.title, title=feed.title, xmlUrl=feed.url
        )
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _sites(data: bytes) -> list[dict[str, str]]:
    """The outlines that name a site and no feed, and do not say what they are: listparser passes over them."""
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return []  # what can be read of such, listparser has read
    found = []
    for outline in tree.iter("{*}outline") if tree is not None else ():
        values = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        if values.get("htmlurl") and not values.get("xmlurl") and not values.get("type") and not len(outline):
            found.append({"url": values["htmlurl"], "title": values.get("text") or values.get("title") or ""})
    return found


def _title(entry: Any) -> str:
    return one_line(str(entry.get("title") or entry.get("url") or ""))[:_NAME_MAX]


def _why_none(address: str) -> str:
    if holds_login(address):
        return "its address holds a login: add it by hand, with username and password_env"
    return "its address is no web address"


def _only_a_site(entry: Any) -> str:
    address = _address(entry)
    if http_url(address) is None:
        return f"it names a site and no feed, and {_why_none(address)}"
    return f"it names a site and no feed: `digest sources add {shlex.quote(address)}`"


def _address(entry: Any) -> str:
    return one_line(str(entry.get("url") or ""))[:_NAME_MAX]


def _section(feed: Any) -> str:
    """The innermost folder that it is in. They come after the categories that the feed itself names."""
    for path in reversed(feed.get("categories") or []):
        names = [one_line(str(name)) for name in path if str(name).strip()]
        if names:
            return names[-1][:_NAME_MAX]
    return ""
