"""What the preview answers: lists, one e-mail in every view, the document of it; mistakes in the place of either."""

from collections.abc import Callable
from pathlib import Path
from traceback import format_exception
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from digest import compose
from digest.compose.weight import CLIPPED, spent
from digest.config import split_mailbox
from digest.errors import DigestError
from digest.model import Finding
from digest.web import problems
from digest.web.page import mail_document, mail_policy
from digest.web.studio import Choice, Choices, Shown, Studio
from digest.web.wire import headers, message_parts

View = Callable[[Request], Response]


class Views:
    """The answers that depend on the files. Plain functions: Starlette runs them in threads."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @property
    def all(self) -> tuple[View, ...]:
        """Each is asked for by its name."""
        return (self.choices, self.state, self.check, self.mail, self.message)

    def telling(self, view: View) -> View:
        """The view, where a mistake is an answer like any other, and a defect of ours too."""

        def respond(request: Request) -> Response:
            try:
                return view(request)
            except DigestError as error:
                return JSONResponse({"problems": self._told(error)})
            except Exception as error:  # noqa: BLE001 - the outermost frame of an answer: nobody else would tell it
                return self._defect(error)

        return respond

    def choices(self, _: Request) -> Response:
        """What can be looked at."""
        found = self._studio.choices()
        return JSONResponse({**_choices(found), "problems": self._told(found.problem)})

    def state(self, request: Request) -> Response:
        """Everything of one e-mail but the document that is shown of it."""
        shown = self._studio.show(_choice(request))
        message, wrong = self._message(shown)
        return JSONResponse(
            {
                "problems": [],
                **_identity(shown),
                "html": shown.html,
                "text": shown.text,
                "findings": [self._finding(finding) for finding in shown.findings()],
                "clients": list(shown.settings.lint.clients),
                "headers": [list(pair) for pair in headers(message)] if message else [],
                "sizes": _sizes(shown.html, message),
                "message_problems": self._told(wrong),
            }
        )

    def check(self, request: Request) -> Response:
        """What is wrong with the theme where the e-mail that is looked at does not show it."""
        self._studio.check(_choice(request).theme)
        return JSONResponse({"problems": []})

    def mail(self, request: Request) -> Response:
        """The e-mail as a document to be shown in a frame."""
        try:
            shown = self._studio.show(_choice(request))
        except DigestError:  # `state` tells it; here is nothing that could be taken for an e-mail
            return PlainTextResponse("There is a mistake in the template.", 409)
        asked = request.query_params
        policy = mail_policy(images=asked.get("images") != "off")
        html = compose.shown(shown.html, shown.issue.rendered.pictures)
        document = mail_document(html, dark=asked.get("scheme") == "dark")
        return Response(document, media_type="text/html", headers={"Content-Security-Policy": policy})

    def message(self, request: Request) -> Response:
        """The whole message, for a mail program to open."""
        try:
            message = self._studio.show(_choice(request)).message()
        except DigestError as error:
            return PlainTextResponse(str(error), 409)
        name = {"Content-Disposition": 'attachment; filename="digest.eml"'}
        return Response(message, media_type="message/rfc822", headers=name)

    @staticmethod
    def _message(shown: Shown) -> tuple[bytes, DigestError | None]:
        """The whole message; empty, and why, where it cannot be made: the e-mail can be looked at all the same."""
        try:
            return shown.message(), None
        except DigestError as error:
            return b"", error

    def _finding(self, finding: Finding) -> dict[str, str]:
        message = finding.message.replace(f"{self._base}/", "")
        return {"rule": finding.rule, "severity": finding.severity, "message": message}

    def _told(self, error: DigestError | None) -> list[dict[str, Any]]:
        return problems.as_json(error, self._base) if error else []

    def _defect(self, error: Exception) -> Response:
        what = f"a defect of digest: {type(error).__name__}: {error}"
        self._studio.tell(f"error: {what}\n" + "".join(format_exception(error)))
        told = DigestError(what, remedy="please report it, with what the terminal shows")
        return JSONResponse({"problems": self._told(told)}, 500)

    @property
    def _base(self) -> Path:
        return self._studio.config.parent


def _choice(request: Request) -> Choice:
    return Choice(issue=request.query_params.get("issue", ""), theme=request.query_params.get("theme", ""))


def _choices(found: Choices) -> dict[str, Any]:
    return {
        "issues": [
            {"id": row.id, "subject": row.subject, "state": row.state, "created": row.created.isoformat()}
            for row in found.issues
        ],
        "samples": [{"id": f"sample:{sample.id}", "title": sample.title} for sample in found.samples],
        "themes": list(found.themes),
        "own": found.own,
    }


def _identity(shown: Shown) -> dict[str, Any]:
    """What a person knows an e-mail by."""
    name, address = split_mailbox(shown.settings.newsletter.from_)
    rendered = shown.issue.rendered
    return {
        "id": shown.id,
        "sample": shown.sample,
        "state": shown.issue.state,
        "frozen": shown.as_frozen,
        "can_render": shown.can_render,
        "from": {"name": name, "address": address},
        "subject": rendered.subject,
        "preheader": rendered.preheader,
    }


def _sizes(html: str, message: bytes) -> dict[str, Any]:
    """Bytes, of the whole and by part."""
    parts = message_parts(message) if message else ()
    return {
        "limit": CLIPPED,
        "html": len(html.encode()),
        "html_parts": [{"name": name, "bytes": count} for name, count in spent(html).items()],
        "message": len(message),
        "message_parts": [{"name": part.name, "bytes": part.bytes} for part in parts],
    }
