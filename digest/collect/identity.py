"""The keys by which an item is known again, whatever becomes of its guid, its address or its title."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from digest.collect.draft import Draft
from digest.collect.prose import content_hash, count_words

# What publishers and mailers append to follow a reader; the page is the same without it.
_TRACKING = re.compile(
    r"(utm_|at_|mc_|pk_|mtm_|matomo_|hsa_|ns_|vero_|oly_|_hs|__hs|wt_|stm_|trk_|itm_|sc_c|ga_).*"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mkt_tok|s_cid|cmpid|cmp|ncid"
    r"|xtor|ocid|ftag|ref|ref_src|ref_url|referrer|source|smid|smtyp|spm|_ga|_gl|amp(_.*)?|outputtype|fromrss|ito|icid|srnd"
    r"|taid|guccounter|guce_.*",
    re.IGNORECASE,
)
_TWINS = re.compile(r"^(www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"(/amp/?|/amp\.html|\.amp(?=\.html$)|\.amp)$|\.amp(?=\.html$)")
# Google's copy of an AMP page has the address of the page in its own: /c/s/example.org/a, where s stands for https.
_AMP_CACHE = re.compile(
    r"(?:[a-z0-9-]+\.)?cdn\.ampproject\.org/(?:c|v|wp|i)/(?:s/)?(.+)|(?:www\.)?google\.[a-z.]+/amp/(?:s/)?(.+)"
)
_INDEX = re.compile(r"/(index|default)\.(html?|php|aspx?)$")
# An address that stays as it is: most do, and taking one apart costs more than all else that is done to an item's link.
_PLAIN = re.compile(
    r"https?://[a-z0-9-]{1,60}(\.[a-z0-9-]{1,60}){1,5}(/[\w.~!$&()*+,;=:@%/-]{0,1000})?(\?[\w.~!$&()*+,;=:@%/-]{1,500})?",
    re.ASCII,
)
_HOST = re.compile(r"[\w.-]+|[\da-f:.]+", re.ASCII)  # a name, an address
_MAX_URL = 4000
_URL_SAFE = "/%:?@!$&()*+,;=~"
_MIN_WORDS = 25  # a shorter text may well stand twice: "Comments", "Sold out"


def http_url(raw: str | None, base: str = "") -> str | None:
    """The absolute http(s) address that `raw` stands for, safe to put in a link; None when there is none."""
    if raw and _PLAIN.fullmatch(raw):
        return raw
    text = re.sub(r"[\x00-\x1f\x7f]", "", (raw or "").strip())
    if not text or len(text) > _MAX_URL:
        return None
    try:
        parts = urlsplit(urljoin(base, text))
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        path, query, fragment = (quote(part, safe=_URL_SAFE) for part in parts[2:])
    except ValueError:  # a broken IPv6 address, port or name, or half a character
        return None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    return urlunsplit((parts.scheme, netloc, path, query, fragment))


def holds_login(address: str) -> bool:
    """Whether an address names a user before its host. It need not be one that can be parsed."""
    return "@" in re.split("[/?#]", address.partition("//")[2], maxsplit=1)[0]


def web_scheme(address: str) -> str:
    """The http(s) address behind feed:, as feed readers are called by: feed://a.example/x, feed:https://a.example/x."""
    found = re.match(r"feed:(//)?(?=\S)", address, re.IGNORECASE)
    if not found:
        return address
    rest = address[found.end() :]
    return rest if re.match(r"https?://", rest, re.IGNORECASE) else f"http://{rest}"


@lru_cache(1024)
def canonical(url: str) -> str:
    """What is left of an address when everything is taken off that may change while the article stays the same.

    Without scheme, www, mobile and AMP twins, trailing slash, fragment and tracking parameters; the rest of the query
    in order. For comparing only: it need not be an address that works, and what is none at all stays as it is.
    """
    address = http_url(_uncached(url.strip()))
    if address is None:
        return url
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    while (shorter := _TWINS.sub("", host)) != host:
        host = shorter
    # With "." and ".." resolved, as a browser does before it asks (RFC 3986, 5.2.4).
    path = quote(unquote(urljoin("/", parts.path) if "/." in parts.path else parts.path), safe="/:@!$&'()*+,;=~")
    path = re.sub(r"/{2,}", "/", path)
    path = _INDEX.sub("/", _AMP_PATH.sub("", path)).rstrip("/")
    if path.startswith("/amp/"):
        path = path.removeprefix("/amp")
    query = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k))
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    return f"{host}{port}{path}" + (f"?{urlencode(query)}" if query else "")


def _uncached(url: str) -> str:
    """The address of the page that a copy in Google's AMP cache is of."""
    found = _AMP_CACHE.fullmatch(url.partition("//")[2]) if "amp" in url else None
    return f"https://{found[1] or found[2]}" if found else url


def own_url(said: str | None, asked: str) -> str:
    """Where an article is: at the address that its page names as its own, unless that is a place above the page.

    Many sites name their front page or a section as the canonical address of everything below it.
    """
    if not said:
        return asked
    above, page = (canonical(url).partition("?")[0] for url in (said, asked))
    return asked if page != above and f"{page}/".startswith(f"{above}/") else said


def url_key(url: str) -> str | None:
    """The key of an address; None for the front page of a site, which is no article's own."""
    address = canonical(url)
    return _key("url", address) if "/" in address or "?" in address else None


def guid_key(ref: str, guid: str) -> str:
    """The key of a guid, which means something inside its own source only."""
    return _key("guid", ref, guid)


def file_key(ref: str, name: str, digest: str) -> str:
    """The key of one file of a folder as it was read: `digest` is the SHA-256 of its bytes."""
    return _key("file", ref, name, digest)


@dataclass(frozen=True, slots=True)
class Marks:
    """The keys of each of several items. `shared` marks stand on items that differ, so they are nobody's key.

    An item that stands in the list more than once has its keys with its first place, and none with the others.
    """

    keys: tuple[tuple[str, ...], ...]
    shared: frozenset[str]


def distinct_keys(ref: str, drafts: Sequence[Draft]) -> Marks:
    """The keys of items that a source lists side by side.

    What several of them have in common (one guid for all, the address of a page with an anchor for each, "Weather
    warning" twice a day, one notice in the place of every text) tells nothing of any of them.
    """
    first: dict[tuple[object, ...], int] = {}
    found: list[dict[str, None]] = []
    for number, draft in enumerate(drafts):
        same = _sameness(draft)
        place = next((first[one] for one in same if one in first), number)
        first.update(dict.fromkeys(same, place))
        found.append({})
        found[place] |= dict.fromkeys(draft_keys(ref, draft))
    times = Counter(key for keys in found for key in keys)
    shared = frozenset(key for key, count in times.items() if count > 1)
    own = (tuple(key for key in keys if key not in shared) for keys in found)
    keys = (
        (mine or (_item_key(ref, draft),)) if all_ else () for mine, all_, draft in zip(own, found, drafts, strict=True)
    )
    return Marks(keys=tuple(keys), shared=shared)


def draft_keys(ref: str, draft: Draft, *, titled: bool = True) -> tuple[str, ...]:
    """Every key of one item, the steadiest first. `titled`: title and day together mark it."""
    guid = guid_key(ref, draft.guid) if draft.guid and not _is_front_page(draft.guid) else None
    urls = [key for url in (draft.url, *draft.twins) if url for key in (url_key(url), _anchor_key(url))]
    text = _key("text", ref, content_hash(draft.text)) if count_words(draft.text) >= _MIN_WORDS else None
    keys = [guid, *urls, *(_title_keys(ref, draft, exact=guid is None) if titled else ()), text]
    if not guid and not urls and draft.published is None:
        keys.append(_item_key(ref, draft))  # that it has in common with no other, should its text be a notice
    found = tuple(dict.fromkeys(key for key in keys if key))
    return found or (_item_key(ref, draft),)


def _title_keys(ref: str, draft: Draft, *, exact: bool) -> list[str]:
    words = " ".join(re.findall(r"\w+", draft.title.casefold()))
    if draft.published is None or not words:
        return []
    whens = [draft.published.date().isoformat(), *([draft.published.isoformat()] if exact else [])]
    return [_key("title", ref, words, when) for when in whens]


def _sameness(draft: Draft) -> list[tuple[object, ...]]:
    """What two places in a list have in common when they are one item: any of these."""
    title, published = draft.title.casefold(), draft.published
    place = (canonical(draft.url), draft.url.partition("#")[2]) if draft.url else None
    found: list[tuple[object, ...]] = [
        (title, published, place) if place and published else (title, published, place, draft.guid or draft.text)
    ]
    if published and count_words(draft.text) >= _MIN_WORDS:
        found.append((title, published.date(), content_hash(draft.text)))
    return found


def _item_key(ref: str, draft: Draft) -> str:
    return _key("item", ref, draft.title, draft.text, draft.published.isoformat() if draft.published else "")


def _anchor_key(url: str) -> str | None:
    """The key of a place within a page: some feeds list the entries of one page by their anchors."""
    base, _, anchor = url.partition("#")
    return _key("anchor", canonical(base), anchor) if anchor else None


def _is_front_page(guid: str) -> bool:
    """Whether a guid is the address of the whole site, which some feeds give to each item."""
    return guid.startswith(("http://", "https://")) and url_key(guid) is None


def article_id(key: str) -> str:
    """The id of an article that is first known by `key`."""
    return key[:24]


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
