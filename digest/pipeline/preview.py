"""The files of one build: what a subscriber would get, to be looked at before anyone gets it."""

import json
import os
import tempfile
from pathlib import Path

from digest import compose, deliver
from digest.config import Settings
from digest.errors import OutputError
from digest.model import FrozenIssue, Slot

# The made-up reader whose values stand in a preview.
READER = {
    Slot.NAME: "Sample Reader",
    Slot.ADDRESS: "reader@example.org",
    Slot.UNSUBSCRIBE_URL: "mailto:?subject=unsubscribe",
}


def write_preview(issue: FrozenIssue, settings: Settings, folder: Path) -> None:
    """Write index.html, digest.txt, digest.eml and report.json, each whole or not at all. Raises OutputError."""
    html, text = compose.fill(issue.rendered, READER)
    report = json.dumps(issue.report, ensure_ascii=False, indent=2) + "\n"
    files = {
        "index.html": compose.shown(html, issue.rendered.pictures).encode(),
        "digest.txt": text.encode(),
        "digest.eml": deliver.preview_message(issue, settings, now=issue.created),
        "report.json": report.encode(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            _write(folder / name, content)
    except OSError as error:
        raise OutputError(
            f"the preview cannot be written: {error.strerror or error}",
            where=str(folder),
            remedy="free some space, let it be written to, or name another folder in [output] dir, and run again; "
            "nothing was sent",
        ) from error


def _write(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
