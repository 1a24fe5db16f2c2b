"""Lists of readers as CSV files, as spreadsheets and other newsletters write them.

Comma, semicolon or tab; UTF-8 with or without a mark, or UTF-16. A header names the columns (address, email, e-mail or
mail; name, or first and last name; state); without one, the address is the first column with an "@" in it, and the name
the first of the others. Whoever left stays away: a state other than active is taken over with the address.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from digest.errors import InputError, Problem, StoreError
from digest.model import Skipped, Subscriber, SubscriberState
from digest.store import Store
from digest.store.subscribers import NewSubscriber
from digest.subscribers.address import clean_name, read_address
from digest.subscribers.token import new_token

_ADDRESS_COLUMNS = frozenset({"address", "email", "e-mail", "mail", "email address", "e-mail address", "email_address"})
_NAME_COLUMNS = frozenset({"name", "full name", "full_name"})
_FIRST_NAME = frozenset({"first name", "first_name", "firstname"})
_LAST_NAME = frozenset({"last name", "last_name", "lastname"})
_STATE_COLUMNS = frozenset({"state", "status"})
_STATES = {
    "": SubscriberState.ACTIVE,
    "subscribed": SubscriberState.ACTIVE,
    "cleaned": SubscriberState.SUPPRESSED,
    "bounced": SubscriberState.SUPPRESSED,
    **{state.value: state for state in SubscriberState},
}
_LEFT = frozenset({SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED})
_BATCH = 500
_LINE_LIMIT = 100_000
# What a spreadsheet takes for the start of a formula (OWASP, "CSV injection").
_FORMULA = re.compile(r"'*[=+@-]")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    address: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which cells hold what. A name may be in two; None stands for a column that is not there."""

    address: int
    names: tuple[int, ...]
    state: int | None


def import_rows(store: Store, content: bytes, *, name: str, now: datetime) -> tuple[int, int, int, list[Skipped]]:
    """Take in the addresses that are new. Returns how many were added, known and readable, and what was passed over."""
    importing = _Import(store, name, now)
    for row in _rows(_decoded(content, name), name):
        importing.take(row)
    importing.flush()
    return (
        importing.added,
        importing.known,
        importing.readable,
        sorted(importing.skipped, key=lambda item: _line_of(item.ref)),
    )


class _Import:
    """One import, in batches: each is one look-up and one transaction."""

    def __init__(self, store: Store, name: str, now: datetime) -> None:
        self._store = store
        self._name = name
        self._now = now
        self._seen: dict[str, int] = {}
        self._batch: list[tuple[NewSubscriber, int]] = []
        self.added = 0
        self.readable = 0
        self.known = 0
        self.skipped: list[Skipped] = []

    def take(self, row: _Row) -> None:
        try:
            read = read_address(row.address)
        except InputError as error:
            self._skip(row.line, error.problems[0].what)
            return
        self.readable += 1
        state = _STATES.get(row.state.casefold())
        if state is None:
            known = ", ".join(filter(None, _STATES))
            self._skip(row.line, f"{read.mailed} is {row.state!r}, which is none of {known}")
        elif read.key in self._seen:
            self._skip(row.line, f"{read.mailed} stands on line {self._seen[read.key]} already")
        else:
            self._seen[read.key] = row.line
            self._batch.append((replace(read.as_new(clean_name(row.name), new_token()), state=state), row.line))
            if len(self._batch) >= _BATCH:
                self.flush()

    def flush(self) -> None:
        try:
            states = self._store.subscribers.states([new.key for new, _ in self._batch])
            fresh = [new for new, _ in self._batch if new.key not in states]
            self._store.subscribers.insert(fresh, "imported", now=self._now, note=self._name)
        except StoreError as error:
            raise self._interrupted(error) from error
        self.added += len(fresh)
        for new, line in self._batch:
            if new.key in states:
                self._meet(new, states[new.key], line)
        self._batch.clear()

    def _meet(self, new: NewSubscriber, state: SubscriberState, line: int) -> None:
        """Someone who is known: a list never brings back who left, and does not take off who is here."""
        if state in _LEFT and new.state not in _LEFT:
            self._skip(line, f"{new.address} is {state}; `digest subscribers add` takes it in again")
        elif new.state in _LEFT and state not in _LEFT:
            self._skip(line, f"{new.address} is {new.state} in the list and {state} here; `digest subscribers remove`")
        else:
            self.known += 1

    def _interrupted(self, error: StoreError) -> StoreError:
        line = self._batch[0][1]
        taken = f"{self.added} of its addresses were taken in, those before line {line}; import it again to go on"
        return type(error)([*error.problems, Problem(what=taken, where=self._name)])

    def _skip(self, line: int, reason: str) -> None:
        self.skipped.append(Skipped(stage="import", ref=f"{self._name}:{line}", reason=reason))


def _line_of(ref: str) -> int:
    return int(ref.rpartition(":")[2])


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
    return f"'{value}" if _FORMULA.match(value) else value


def _live(value: str) -> str:
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


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
    """Each line by itself: a quotation mark that is never closed spoils its own line, and swallows no other reader."""
    lines = re.split(r"\r\n|\n|\r", text)
    if "\x00" in text or any(len(line) > _LINE_LIMIT for line in lines):
        raise InputError("is not a CSV file", where=name, remedy='export the list as "CSV UTF-8"')
    delimiter, columns = _delimiter(lines), None
    for number, line in enumerate(lines, start=1):
        values = [_live(cell.strip()) for cells in csv.reader([line], delimiter=delimiter) for cell in cells]
        if not any(values) or _EXCEL_DELIMITER.fullmatch(line):
            continue
        if columns is None:
            columns = _columns(values, name, number)
            if _is_header(values):
                continue
        yield _Row(
            line=number,
            address=_joined(values, (columns.address,)),
            name=_joined(values, columns.names),
            state=_joined(values, () if columns.state is None else (columns.state,)),
        )


_EXCEL_DELIMITER = re.compile(r"sep=([,;\t])", re.IGNORECASE)


def _delimiter(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    said = _EXCEL_DELIMITER.fullmatch(first)
    return said[1] if said else max(",;\t", key=first.count)


def _is_header(values: list[str]) -> bool:
    return any(value.casefold() in _ADDRESS_COLUMNS for value in values)


def _columns(values: list[str], name: str, line: int) -> _Columns:
    """What the first line shows. Raises InputError when that is neither titles nor an address."""
    if _is_header(values):
        titles = [value.casefold() for value in values]
        whole = _titled(titles, _NAME_COLUMNS)[:1]
        names = whole or [*_titled(titles, _FIRST_NAME), *_titled(titles, _LAST_NAME)]
        state = next(iter(_titled(titles, _STATE_COLUMNS)), None)
        return _Columns(_titled(titles, _ADDRESS_COLUMNS)[0], tuple(names), state)
    if not any("@" in value for value in values):
        raise InputError(
            "has no column of addresses",
            where=f"{name}:{line}",
            remedy='name the columns on the first line: "address,name"',
        )
    address = next(i for i, value in enumerate(values) if "@" in value)
    return _Columns(address, tuple(i for i in range(len(values)) if i != address)[:1], None)


def _titled(titles: list[str], wanted: frozenset[str]) -> list[int]:
    return [i for i, title in enumerate(titles) if title in wanted]


def _joined(values: list[str], columns: tuple[int, ...]) -> str:
    return " ".join(values[i] for i in columns if i < len(values)).strip()
