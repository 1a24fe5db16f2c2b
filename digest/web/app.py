"""The pages and data of the preview. Every request only reads; the answers trust nobody but the page itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest import compose
from digest.config import split_mailbox
from digest.errors import DigestError
from digest.resources import templates_dir
from digest.web import problems
from digest.web.changes import Changes
from digest.web.page import mail_document, mail_policy
from digest.web.sizes import GMAIL_LIMIT, headers, html_parts, message_parts
from digest.web.studio import Choice, Shown, Studio
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

    views = _Views(studio)
    return Starlette(
        routes=[
            *(Route(path, _file(name)) for path, name in _FILES.items()),
            Route("/pictures/{name}", _picture),
            Route("/choices", views.choices),
            Route("/state", views.state),
            Route("/check", views.check),
            Route("/mail", views.mail),
            Route("/message", views.message),
            Route("/events", _events(changes)),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False),
            Middleware(_Guard),
        ],
        lifespan=watching,
    )


async def _watched(studio: Studio, changes: Changes) -> None:
    try:
        await watch(studio.places, changes.tell)
    except* OSError as errors:
        studio.tell(f"error: files cannot be watched: {errors.exceptions[0]}; reload the page after each change")


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


def _choice(request: Request) -> Choice:
    return Choice(issue=request.query_params.get("issue", ""), theme=request.query_params.get("theme", ""))


class _Views:
    """What depends on the files. Plain functions: Starlette runs them in threads."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def choices(self, _: Request) -> Response:
        try:
            found = self._studio.choices()
        except DigestError as error:
            return self._problems(error)
        return JSONResponse(
            {
                "issues": [
                    {"id": row.id, "subject": row.subject, "state": row.state, "created": row.created.isoformat()}
                    for row in found.issues
                ],
                "samples": [{"id": f"sample:{one.id}", "title": one.title} for one in found.samples],
                "themes": list(found.themes),
                "own": found.own,
                "problems": problems.as_json(found.problem, self._base) if found.problem else [],
            }
        )

    def state(self, request: Request) -> Response:
        try:
            return JSONResponse(self._state(self._studio.show(_choice(request))))
        except DigestError as error:
            return self._problems(error)

    def check(self, request: Request) -> Response:
        """What is wrong with the theme where the e-mail that is looked at does not show it."""
        try:
            self._studio.check(_choice(request).theme)
        except DigestError as error:
            return self._problems(error)
        return JSONResponse({"problems": []})

    def mail(self, request: Request) -> Response:
        try:
            found = self._studio.show(_choice(request))
        except DigestError:  # the page tells it; here is nothing that could be taken for an e-mail
            return PlainTextResponse("There is a mistake in the template.", 409)
        asked = request.query_params
        policy = mail_policy(images=asked.get("images") != "off")
        html = compose.shown(found.html, found.issue.rendered.pictures)
        document = mail_document(html, dark=asked.get("scheme") == "dark")
        return Response(document, media_type="text/html", headers={"Content-Security-Policy": policy})

    def message(self, request: Request) -> Response:
        """The whole message, for a mail program to open."""
        try:
            shown = self._studio.show(_choice(request))
        except DigestError as error:
            return PlainTextResponse(str(error), 409)
        if shown.message is None:
            return PlainTextResponse(str(shown.message_problem), 409)
        headers = {"Content-Disposition": 'attachment; filename="digest.eml"'}
        return Response(shown.message, media_type="message/rfc822", headers=headers)

    def _state(self, shown: Shown) -> dict[str, Any]:
        issue, message, wrong = shown.issue, shown.message, shown.message_problem
        name, address = split_mailbox(shown.settings.newsletter.from_)
        return {
            "problems": [],
            "id": shown.id,
            "sample": shown.sample,
            "state": issue.state,
            "created": issue.created.isoformat(),
            "frozen": shown.as_frozen,
            "can_render": shown.can_render,
            "language": shown.settings.newsletter.language,
            "from": {"name": name, "address": address},
            "subject": issue.rendered.subject,
            "preheader": issue.rendered.preheader,
            "html": shown.html,
            "text": shown.text,
            "findings": [
                {"rule": one.rule, "severity": one.severity, "message": one.message} for one in shown.findings
            ],
            "headers": [list(pair) for pair in headers(message)] if message else [],
            "sizes": {
                "limit": GMAIL_LIMIT,
                "html": len(shown.html.encode()),
                "text": len(shown.text.encode()),
                "message": len(message) if message else 0,
                "html_parts": [{"name": part.name, "bytes": part.bytes} for part in html_parts(shown.html)],
                "message_parts": [{"name": p.name, "bytes": p.bytes} for p in message_parts(message)]
                if message
                else [],
            },
            "message_problems": problems.as_json(wrong, self._base) if wrong else [],
        }

    def _problems(self, error: DigestError) -> Response:
        return JSONResponse({"problems": problems.as_json(error, self._base)})

    @property
    def _base(self) -> Any:
        return self._studio.config.parent
