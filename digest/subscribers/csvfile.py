"""Lists of readers as CSV files, as spreadsheets and other newsletters write them.

Comma, semicolon or tab; UTF-8 with or without a mark, or UTF-16. A header names the columns (address, email, e-mail or
mail; name, or first and last name); without one, the first column is the address and the second the name.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from digest.errors import InputError
from digest.model import Skipped, Subscriber, SubscriberState
from digest.store import Store
from digest.store.subscribers import NewSubscriber
from digest.subscribers.address import clean_name, read_address
from digest.subscribers.token import new_token

_ADDRESS_COLUMNS = frozenset({"address", "email", "e-mail", "mail", "email address", "e-mail address", "email_address"})
_NAME_COLUMNS = frozenset({"name", "full name", "full_name"})
_FIRST_NAME = frozenset({"first name", "first_name", "firstname"})
_LAST_NAME = frozenset({"last name", "last_name", "lastname"})
_BATCH = 500
_LINE_LIMIT = 100_000
# What a spreadsheet takes for the start of a formula (OWASP, "CSV injection").
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    address: str
    name: str


def import_rows(store: Store, content: bytes, *, name: str, now: datetime) -> tuple[int, int, list[Skipped]]:
    """Take in the addresses that are new. Returns how many were added and known, and the lines passed over."""
    skipped: list[Skipped] = []
    added = known = 0
    seen: dict[str, int] = {}
    batch: list[NewSubscriber] = []
    lines: list[int] = []

    def skip(line: int, reason: str) -> None:
        skipped.append(Skipped(stage="import", ref=f"{name}:{line}", reason=reason))

    def flush() -> None:
        nonlocal added, known
        states = store.subscribers.states([new.key for new in batch])
        for new, line in zip(batch, lines, strict=True):
            state = states.get(new.key)
            if state in {SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED}:
                skip(line, f"{new.address} is {state}; `digest subscribers add` takes it in again")
            elif state is not None:
                known += 1
        fresh = [new for new in batch if new.key not in states]
        store.subscribers.insert(fresh, "imported", now=now, note=name)
        added += len(fresh)
        batch.clear()
        lines.clear()

    for row in _rows(_decoded(content, name), name):
        try:
            read = read_address(row.address)
        except InputError as error:
            skip(row.line, error.problems[0].what)
            continue
        if read.key in seen:
            skip(row.line, f"{read.mailed} stands on line {seen[read.key]} already")
            continue
        seen[read.key] = row.line
        batch.append(read.as_new(clean_name(row.name), new_token()))
        lines.append(row.line)
        if len(batch) >= _BATCH:
            flush()
    flush()
    return added, known, sorted(skipped, key=lambda item: int(item.ref.rpartition(":")[2]))


def export_rows(subscribers: Iterable[Subscriber]) -> str:
    """Lines of address, name, state and since when."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("address", "name", "state", "since"))
    for one in subscribers:
        writer.writerow((_inert(one.address), _inert(one.name), one.state.value, f"{one.created:%Y-%m-%dT%H:%M:%SZ}"))
    return out.getvalue()


def _inert(value: str) -> str:
    """A value that a spreadsheet shows and does not compute; `_live` takes the mark off again."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _live(value: str) -> str:
    return value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA) else value


def _decoded(content: bytes, name: str) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"is not text in UTF-8: {error.reason} at byte {error.start}",
            where=name,
            remedy='save it as "CSV UTF-8" and import it again',
        ) from error


def _rows(text: str, name: str) -> Iterator[_Row]:
    lines = text.splitlines()
    if "\x00" in text or any(len(line) > _LINE_LIMIT for line in lines):
        raise InputError("is not a CSV file", where=name, remedy='export the list as "CSV UTF-8"')
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(lines))
    columns: tuple[list[int], list[int]] | None = None
    try:
        for cells in reader:
            values = [_live(cell.strip()) for cell in cells]
            if not any(values):
                continue
            if columns is None:
                columns = _columns(values, name)
                if _is_header(values):
                    continue
            yield _Row(reader.line_num, _joined(values, columns[0]), _joined(values, columns[1]))
    except csv.Error as error:
        raise InputError(f"is not a CSV file: {error}", where=f"{name}:{reader.line_num}") from error


def _delimiter(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return max(",;\t", key=first.count)


def _is_header(values: list[str]) -> bool:
    return any(value.casefold() in _ADDRESS_COLUMNS for value in values)


def _columns(values: list[str], name: str) -> tuple[list[int], list[int]]:
    """Which cells make the address and which the name. Raises InputError when the first line shows neither."""
    if _is_header(values):
        titles = [value.casefold() for value in values]
        address = next(i for i, title in enumerate(titles) if title in _ADDRESS_COLUMNS)
        whole = [i for i, title in enumerate(titles) if title in _NAME_COLUMNS][:1]
        parts = [i for kind in (_FIRST_NAME, _LAST_NAME) for i, title in enumerate(titles) if title in kind]
        return [address], whole or parts
    if not any("@" in value for value in values):
        raise InputError(
            "has no column of addresses", where=f"{name}:1", remedy='name the columns on the first line: "address,name"'
        )
    address = next(i for i, value in enumerate(values) if "@" in value)
    return [address], [i for i in range(len(values)) if i != address][:1]


def _joined(values: list[str], columns: list[int]) -> str:
    return " ".join(values[i] for i in columns if i < len(values)).strip()
