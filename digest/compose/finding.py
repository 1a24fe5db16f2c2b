"""One finding of lint, put into words: what, where, and how to mend it."""

import re

from digest.compose.theme import Theme
from digest.model import Finding

SHOWN = 80


def error(rule: str, message: str) -> Finding:
    """A finding that readers will notice."""
    return Finding(rule=rule, severity="error", message=message)


def warning(rule: str, message: str) -> Finding:
    """A finding that some readers may notice."""
    return Finding(rule=rule, severity="warning", message=message)


def clipped(text: str) -> str:
    """As much of a text as a message can show."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def place_of(written: str, theme: Theme) -> str:
    """` (theme/email.mjml:12)`, where a template of the theme writes something; empty where none does so literally.

    White space counts for nothing, so that `display: flex` finds `display:flex`.
    """
    pattern = re.compile(r"\s*".join(re.escape(part) for part in re.findall(r"[\w-]+|[^\w\s-]", written)))
    for path in theme.files().values():
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):  # gone this moment; compiling it tells
            continue
        if found := pattern.search(text):
            return f" ({path}:{text.count(chr(10), 0, found.start()) + 1})"
    return ""
