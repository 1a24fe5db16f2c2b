"""Fetches over HTTP: bounded in time, size, redirects and load, and to public addresses only."""

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from digest.collect.allowance import Allowance
from digest.collect.caller import Caller
from digest.collect.descriptors import affordable
from digest.collect.draft import Rejected
from digest.collect.identity import http_url
from digest.collect.robots import Robots
from digest.config import CollectSettings
from digest.errors import SourceError

if TYPE_CHECKING:
    import httpx2

_REDIRECTS = 5
_TRIES = 3
_HERE = frozenset({200, 203})
_AGAIN = frozenset({408, 500, 502, 503, 504})
_FINAL = frozenset({410, 451})
_MOVED = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_LONGEST_WAIT = timedelta(days=7)
_UNASKED_WAIT = timedelta(minutes=10)  # of a host that says 429 and not for how long
_VALIDATOR_MAX = 1000
_ACCEPT_FEED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"
)
_ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"
_ACCEPT_PICTURE = "image/jpeg, image/png, image/gif, image/webp;q=0.9, image/*;q=0.5"
_ACCEPT_RULES = "text/plain, */*;q=0.5"
_RULES_SECONDS = 10.0  # robots.txt is small: a site that takes longer for it does not answer
_NOBODY = Caller()


class FetchError(SourceError):
    """An address could not be fetched: with `status`, when it answered with one that is no success.

    Until `retry_after` the host does not want to be asked. `final`: asking again for this address would not help.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str,
        remedy: str = "",
        status: int = 0,
        retry_after: datetime | None = None,
        final: bool = False,
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.status = status
        self.retry_after = retry_after
        self.final = final or status in _FINAL

    @property
    def gone(self) -> bool:
        """Whether the address is gone for good (410)."""
        return self.status == 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address answered. `body` is None when it has not changed since `etag` or `last_modified`.

    `url` is where the redirects ended; `moved_to` is set when all of them were permanent.
    """

    url: str
    body: bytes | None
    content_type: str = ""
    charset: str | None = None
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""


class Fetcher:
    """Fetches for one run, with the limits of the settings. Used inside one event loop."""

    def __init__(self, settings: CollectSettings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._client: httpx2.AsyncClient | None = None
        self._connections = affordable(settings.concurrency)
        self._all = asyncio.Semaphore(self._connections)
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._waiting: dict[str, datetime] = {}  # hosts that asked for a pause in this run
        self._robots = Robots(self._rules)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def feed(self, url: str, *, etag: str = "", last_modified: str = "", caller: Caller = _NOBODY) -> Fetched:
        """Fetch a feed or another list of articles, if it has changed. Raises FetchError."""
        return await self._get(url, self._wish(_ACCEPT_FEED, self._settings.max_feed_mb, etag, last_modified, caller))

    async def page(
        self, url: str, *, etag: str = "", last_modified: str = "", caller: Caller = _NOBODY, robots: bool = True
    ) -> Fetched:
        """Fetch a page, if it has changed. With `robots`, only what the rules of its site let programs read.

        Raises FetchError, and Rejected when the site's robots.txt forbids it.
        """
        wish = self._wish(_ACCEPT_PAGE, self._settings.max_page_mb, etag, last_modified, caller)
        return await self._get(url, replace(wish, robots=robots and self._settings.robots))

    async def picture(self, url: str) -> Fetched:
        """Fetch a picture that an article shows; rules for programs that read pages do not speak of it.

        Raises FetchError.
        """
        return await self._get(url, self._wish(_ACCEPT_PICTURE, self._settings.max_page_mb, "", "", _NOBODY))

    def _wish(self, accept: str, max_mb: float, etag: str, last_modified: str, caller: Caller) -> "_Wish":
        headers = {"accept": accept, "user-agent": caller.user_agent or self._settings.user_agent}
        headers |= {"if-none-match": etag} if etag else {}
        headers |= {"if-modified-since": last_modified} if last_modified else {}
        return _Wish(headers, int(max_mb * 1_000_000), self._settings.timeout, caller)

    async def _get(self, url: str, wish: "_Wish") -> Fetched:
        allowance = Allowance(wish.seconds)
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._follow(url, wish, allowance)
            except TimeoutError as error:
                # The whole time is spent: another try would take it again.
                what = f"no whole answer within {wish.seconds:g} seconds"
                raise FetchError(what, where=url, remedy="try later, or raise [collect] timeout") from error
            except _TryAgain as error:
                if attempt == _TRIES:
                    raise FetchError(str(error), where=url, remedy=error.remedy) from error
                await asyncio.sleep(random.uniform(0.5, 1.0) * 2 ** (attempt - 1) / 2)  # noqa: S311 - jitter
        raise AssertionError("the last try returns or raises")

    async def _rules(self, url: str) -> bytes | None:
        """A robots.txt, None where the site has none: any 4xx but 429 says that (RFC 9309, 2.3.1.3)."""
        wish = self._wish(_ACCEPT_RULES, self._settings.max_page_mb, "", "", _NOBODY)
        try:
            return (await self._get(url, replace(wish, seconds=min(_RULES_SECONDS, wish.seconds)))).body
        except FetchError as error:
            if 400 <= error.status < 500 and error.status != 429:
                return None
            what = f"the robots.txt of its site cannot be read: {error.problems[0].what}"
            raise FetchError(what, where=url, remedy="it is tried again", retry_after=error.retry_after) from error

    async def _follow(self, url: str, wish: "_Wish", allowance: Allowance) -> Fetched:
        """Follow redirects by hand, as each step is a new address to vet."""
        permanent, first = True, url
        for _ in range(_REDIRECTS + 1):
            if wish.robots and not await self._robots.allow(url, wish.headers["user-agent"]):
                raise Rejected("its site asks programs not to read it (robots.txt)")
            headers = {**wish.headers, **wish.caller.headers_for(url)}
            # The busy host first: what waits for it must not take the place of others, nor is its time running yet.
            async with self._host(url), self._all, allowance.running():
                step = await self._step(url, headers, wish.cap)
            if isinstance(step, Fetched):
                return replace(step, moved_to=step.url if permanent and step.url != first else "")
            permanent = permanent and step.permanent
            url = step.url
        raise FetchError(f"more than {_REDIRECTS} redirects", where=first, remedy="give the address they lead to")

    async def _step(self, url: str, headers: dict[str, str], cap: int) -> "Fetched | _Redirect":
        import httpcore2
        import httpx2

        from digest.collect.network import PrivateAddressError

        self._check_pause(url)
        try:
            async with self._http().stream("GET", url, headers=headers) as response:
                return await self._read(url, response, cap)
        except PrivateAddressError as error:
            remedy = "set allow_private = true in [collect] if this address is meant"
            raise FetchError(str(error), where=url, remedy=remedy) from error
        except (httpx2.DecodingError, httpcore2.UnsupportedProtocol, httpx2.InvalidURL) as error:
            raise FetchError(f"its answer cannot be read: {error}", where=url) from error
        except (httpx2.TransportError, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            said = re.sub(r"^All connection attempts failed$", "nothing answers there", str(error))
            raise _TryAgain(said or type(error).__name__, "check the address and the connection") from error
        except httpcore2.TimeoutException as error:
            raise TimeoutError from error

    def _host(self, url: str) -> asyncio.Semaphore:
        return self._hosts.setdefault(_host(url), asyncio.Semaphore(self._settings.per_host))

    def _check_pause(self, url: str) -> None:
        if (until := self._waiting.get(_host(url))) and until > self._clock():
            what = f"{_host(url)} asked to be left alone until {until:%Y-%m-%d %H:%M} UTC"
            raise FetchError(what, where=url, retry_after=until)

    async def _read(self, url: str, response: "httpx2.Response", cap: int) -> "Fetched | _Redirect":
        status = response.status_code
        if status in _MOVED:
            return self._redirect(url, response)
        if status == 304:
            if not {"if-none-match", "if-modified-since"} & set(response.request.headers):
                raise FetchError("it says that nothing has changed, and was not asked", where=url)
            await response.aread()  # nothing: with its end the connection is free for the next request
            return Fetched(url=url, body=None)
        if status not in _HERE:
            raise self._refused(url, response)
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > cap:
                what = f"it is larger than {cap / 1_000_000:g} MB"
                raise FetchError(what, where=url, remedy="raise the limit in [collect]", final=True)
        kind, _, rest = response.headers.get("content-type", "").partition(";")
        charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", rest, re.IGNORECASE)
        return Fetched(
            url=url,
            body=bytes(body),
            content_type=kind.strip().lower() + (f"; charset={charset[1]}" if charset else ""),
            charset=charset[1] if charset else None,
            etag=_validator(response.headers.get("etag", "")),
            last_modified=_validator(response.headers.get("last-modified", "")),
        )

    def _redirect(self, url: str, response: "httpx2.Response") -> "_Redirect":
        target = http_url(response.headers.get("location", ""), url)
        if target is None:
            raise FetchError("it redirects to something that is no web address", where=url)
        return _Redirect(target, response.status_code in _PERMANENT)

    def _refused(self, url: str, response: "httpx2.Response") -> Exception:
        status = response.status_code
        what = f"HTTP {status} {response.reason_phrase}".strip()
        if status in {429, 503}:
            until = _retry_after(response.headers.get("retry-after", ""), self._clock())
            if until is None and status == 429:
                until = self._clock() + _UNASKED_WAIT
            if until is not None:
                self._waiting[_host(url)] = until
                remedy = "the host is overloaded; it is asked again later"
                return FetchError(what, where=url, remedy=remedy, status=status, retry_after=until)
        if status in _AGAIN:
            return _TryAgain(what, "the server has a fault; try later")
        remedies = {
            401: "the address needs a login",
            403: "the site refuses programs; try another user_agent, or another feed of it",
            404: "there is nothing at this address; check it",
            410: "it is gone for good; the source is paused: remove it, or resume it with another address",
        }
        return FetchError(what, where=url, remedy=remedies.get(status, ""), status=status)

    def _http(self) -> "httpx2.AsyncClient":
        if self._client is None:
            import httpx2

            from digest.collect.network import VettedTransport

            self._client = httpx2.AsyncClient(
                transport=VettedTransport(allow_private=self._settings.allow_private, connections=self._connections),
                timeout=httpx2.Timeout(self._settings.timeout),
                follow_redirects=False,
                trust_env=False,
                headers={"accept-encoding": "gzip, deflate, br"},
            )
        return self._client


@dataclass(frozen=True, slots=True)
class _Wish:
    headers: dict[str, str]
    cap: int  # bytes
    seconds: float  # for all redirects together
    caller: Caller
    robots: bool = False


@dataclass(frozen=True, slots=True)
class _Redirect:
    url: str
    permanent: bool


class _TryAgain(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _validator(value: str) -> str:
    """A validator as it may be sent back; "" when it could not stand in a request."""
    return value if len(value) <= _VALIDATOR_MAX and value.isascii() and value.isprintable() else ""


def _retry_after(value: str, now: datetime) -> datetime | None:
    """When to come back: seconds or a date (RFC 9110, 10.2.3), at the most in a week."""
    value = value.strip()
    if re.fullmatch(r"\d{1,9}", value):
        return now + min(timedelta(seconds=int(value)), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # no date, or one beyond all calendars
        return None
    return min(moment, now + _LONGEST_WAIT) if moment > now else None


__all__ = ["FetchError", "Fetched", "Fetcher"]
