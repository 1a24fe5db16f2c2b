"""The e-mail as a document of its own that a browser may show: dark or light as asked, and unable to do anything."""

import re

from digest.web.samples import PICTURES

_STYLES = re.compile(r"<style\b[^>]*>.*?</style>|\bmedia=\"[^\"]*\"|\bmedia='[^']*'", re.IGNORECASE | re.DOTALL)
_SCHEME_QUERY = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
_SCHEME_META = re.compile(
    r"(<meta\b[^>]*\bname=[\"'](?:supported-)?color-schemes?[\"'][^>]*\bcontent=)([\"'])[^\"']*\2", re.I
)
_SCHEME_STYLE = re.compile(r"(?<![\w-])((?:supported-)?color-schemes?\s*:)[^;}\"]*", re.IGNORECASE)
# Photographs, as far as an e-mail knows; here they are drawn.
_SAMPLE = re.compile(re.escape(PICTURES) + r"(\d)\.jpg")
_ALWAYS, _NEVER = "(min-width: 0)", "(max-width: 0)"
# Nothing runs, nothing is sent, nothing else is loaded. `allow-same-origin` without `allow-scripts` lets the page
# around it keep the place that a person scrolled to; it gives the e-mail nothing, for nothing in it can act.
_SANDBOX = "sandbox allow-same-origin"


def mail_document(html: str, *, dark: bool) -> str:
    """The HTML of an e-mail with its colour scheme decided, whatever the machine prefers, and samples' pictures."""
    return _SAMPLE.sub(r"/pictures/\1.svg", _in_scheme(html, dark=dark))


def mail_policy(*, images: bool) -> str:
    """The Content-Security-Policy of that document. Images come from where the e-mail says, as in a mail client."""
    pictures = "img-src 'self' https: http: data:; " if images else ""
    return (
        f"default-src 'none'; {pictures}style-src 'unsafe-inline'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors 'self'; {_SANDBOX}"
    )


def _in_scheme(html: str, *, dark: bool) -> str:
    """Answer every question for the preferred colour scheme in the place of the browser.

    A browser asks the machine, and cannot be told otherwise for one frame alone.
    """
    wanted = "dark" if dark else "light"

    def answered(found: re.Match[str]) -> str:
        style = _SCHEME_QUERY.sub(lambda query: _ALWAYS if query[1].lower() == wanted else _NEVER, found[0])
        return _SCHEME_STYLE.sub(rf"\1 {wanted}", style)

    return _SCHEME_META.sub(rf"\1\2{wanted}\2", _STYLES.sub(answered, html))
