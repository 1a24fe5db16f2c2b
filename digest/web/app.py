"""The preview as a web application: what it answers to, and to whom. Every request only reads."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.resources import templates_dir
from digest.web.changes import Changes
from digest.web.studio import Studio
from digest.web.views import Views
from digest.web.watch import watch

# A site that points its own name here (DNS rebinding) is known by that name; a tunnel ends at one of these.
_HOSTS = ["127.0.0.1", "localhost"]
_FILES = {"/": "preview.html", "/preview.css": "preview.css", "/preview.js": "preview.js", "/icon.svg": "icon.svg"}
_PICTURES = ("1.svg", "2.svg", "3.svg", "4.svg")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SAFE = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def make_app(studio: Studio, changes: Changes) -> Starlette:
    """The application. It watches the files while it runs, and tells `changes`."""

    @asynccontextmanager
    async def watching(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(_watched(studio, changes))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    views = Views(studio)
    return Starlette(
        routes=[
            *(Route(path, _file(name)) for path, name in _FILES.items()),
            Route("/pictures/{name}", _picture),
            *(Route(f"/{view.__name__}", views.telling(view)) for view in views.all),
            Route("/events", _events(changes)),
        ],
        middleware=[
            Middleware(_Guard),
            Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False),
        ],
        lifespan=watching,
    )


async def _watched(studio: Studio, changes: Changes) -> None:
    try:
        await watch(studio.places, changes.tell)
    except* Exception as errors:  # noqa: BLE001 - nobody waits for this task: it would be told when all is over
        first = errors.exceptions[0]
        what = str(first) if isinstance(first, OSError) else f"a defect of digest: {first!r}"
        studio.tell(f"error: files cannot be watched: {what}; reload the page after each change")


class _Guard:
    """Refuses what another site asks for, and adds the headers that keep an answer to this one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                added = ((name.lower().encode(), value.encode()) for name, value in _SAFE.items())
                message["headers"] = [*message["headers"], *(pair for pair in added if pair[0] not in given)]
            await send(message)

        request = Request(scope)
        if (
            request.headers.get("sec-fetch-site") == "cross-site"
            and request.headers.get("sec-fetch-mode") != "navigate"
        ):
            await PlainTextResponse("another site may not read this", 403)(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def respond(_: Request) -> Response:
        return FileResponse(templates_dir() / "web" / name)

    return respond


async def _picture(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _PICTURES:
        return PlainTextResponse("there is no such picture", 404)
    return FileResponse(templates_dir() / "web" / "pictures" / name)


def _events(changes: Changes) -> Callable[[Request], Awaitable[Response]]:
    async def respond(_: Request) -> Response:
        return StreamingResponse(changes.stream(), media_type="text/event-stream")

    return respond
