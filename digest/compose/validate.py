"""Finds every mistake in MJML that MRML would pass in silence, drop, or die of."""

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html.entities import html5

from digest.compose.markup import Kind, Piece, attributes, pieces
from digest.compose.pixel import is_pixel
from digest.compose.schema import (
    ATTRIBUTES,
    EMPTY,
    HTML_CONTENT,
    PLAIN_CONTENT,
    VOID,
    attributes_of,
    children_of,
    parents_of,
)
from digest.compose.values import mistake

_ASK = "take it out; or, if your readers know of it, set tracking_pixels = true in [email]"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
# MRML ends the whole process by a stack overflow at some 9,000.
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake at an offset of the MJML."""

    offset: int
    what: str
    remedy: str = ""


def faults(mjml: str, *, pixels: bool = False) -> list[Fault]:
    """Every mistake found, in order of place; with `pixels`, a picture that only counts readers is none."""
    reader = _Reader(pixels=pixels)
    for piece in pieces(mjml):
        reader.take(piece)
    found = [*reader.finish(len(mjml)), *_wrong_characters(mjml)]
    return sorted(found, key=lambda fault: fault.offset)


def _wrong_characters(mjml: str) -> Iterator[Fault]:
    """Controls, of which MRML says only that it cannot read the whole, and names of characters that nobody knows."""
    for control in _CONTROL.finditer(mjml):
        yield Fault(control.start(), f"a control character (U+{ord(control[0]):04X})", "take it out")
    for entity in _ENTITY.finditer(mjml):
        if f"{entity[1]};" not in html5:
            close = difflib.get_close_matches(entity[1], [name[:-1] for name in html5 if name.endswith(";")], n=1)
            remedy = f"did you mean &{close[0]};?" if close else "write &amp; for a plain &"
            yield Fault(entity.start(), f"there is no character {entity[0]}", remedy)


class _Reader:
    """Walks the pieces with the tags that are open."""

    def __init__(self, *, pixels: bool) -> None:
        self._pixels = pixels
        self._open: list[Piece] = []
        self._found: list[Fault] = []
        self._seen: dict[str, int] = {}
        self._classes: set[str] = set()
        self._wanted: dict[str, int] = {}
        self._too_deep = False

    def take(self, piece: Piece) -> None:
        if self._too_deep:
            return
        if piece.kind in {Kind.OPEN, Kind.EMPTY}:
            self._take_tag(piece)
        elif piece.kind is Kind.CLOSE:
            self._take_end(piece)
        elif piece.kind is Kind.TEXT:
            self._take_text(piece)
        elif piece.kind is Kind.STRAY:
            self._add(piece, "a < that begins no tag", "write &lt;, or end the tag that was meant")
        else:
            self._take_comment(piece)

    def finish(self, end: int) -> list[Fault]:
        for piece in self._open:
            self._found.append(Fault(piece.start, f"<{piece.name}> is never ended", f"write </{piece.name}>"))
        for tag, remedy in (("mjml", "begin with <mjml>"), ("mj-body", "put the content into <mj-body>")):
            if not self._seen.get(tag) and not self._found:
                self._found.append(Fault(0, f"there is no <{tag}>", remedy))
        self._found += [
            Fault(
                offset, f"there is no mj-class {name!r}", _nearest(name, self._classes, "define it in <mj-attributes>")
            )
            for name, offset in self._wanted.items()
            if name not in self._classes
        ]
        return self._found

    def _note_classes(self, piece: Piece) -> None:
        for attribute in attributes(piece.body):
            if piece.name == "mj-class" and attribute.name == "name":
                self._classes.add(attribute.value or "")
            elif attribute.name == "mj-class":
                for name in (attribute.value or "").split():
                    self._wanted.setdefault(name, piece.start)

    @property
    def _inside(self) -> str:
        return self._open[-1].name if self._open else ""

    @property
    def _host(self) -> str:
        """The innermost open MJML tag."""
        return next((piece.name for piece in reversed(self._open) if _is_mjml(piece.name)), "")

    def _add(self, piece: Piece, what: str, remedy: str = "") -> None:
        self._found.append(Fault(piece.start, what, remedy))

    def _take_tag(self, piece: Piece) -> None:
        self._seen[piece.name] = self._seen.get(piece.name, 0) + 1
        if not self._pixels and is_pixel(piece):
            self._add(piece, "a picture that shows nothing and counts who reads", _ASK)
        if _is_mjml(piece.name):
            self._found += _misplaced(piece, self._host, self._inside, self._seen)
            self._found += _wrong_attributes(piece, self._host)
            self._note_classes(piece)
        else:
            self._found += _html_misplaced(piece, self._host)
            self._found += _wrong_html_attributes(piece)
        if piece.kind is Kind.OPEN and piece.name.lower() not in VOID:
            self._open.append(piece)
        elif piece.name.lower() in VOID and not piece.name.islower():
            self._add(piece, f"<{piece.name}> is in capitals", f"write <{piece.name.lower()}>")
        if len(self._open) > _DEEPEST:
            self._too_deep = True
            self._add(
                piece, f"tags are nested more than {_DEEPEST} deep", "end the tags; or a template includes itself"
            )
            self._open.clear()

    def _take_end(self, piece: Piece) -> None:
        if piece.name in VOID:
            self._add(piece, f"<{piece.name}> takes no end tag", f"leave </{piece.name}> out")
        elif self._inside == piece.name:
            self._open.pop()
        elif any(opened.name == piece.name for opened in self._open):
            while self._inside != piece.name:
                left = self._open.pop()
                self._add(left, f"<{left.name}> is not ended before </{piece.name}>", f"write </{left.name}>")
            self._open.pop()
        else:
            self._add(piece, f"</{piece.name}> ends nothing that is open", _open_tag(self._inside))

    def _take_text(self, piece: Piece) -> None:
        host = self._host
        if not piece.body.strip() or _is_unknown(host):
            return
        if self._inside in {"mj-style", "style"}:
            if "<" in piece.body:
                self._add(piece, "a < in CSS", "take it out; if it is in a text, write \\3c")
        elif host not in HTML_CONTENT and host not in PLAIN_CONTENT:
            where = f"directly in <{host}>" if host else "outside <mjml>"
            self._found.append(
                Fault(
                    piece.start + len(piece.body) - len(piece.body.lstrip()), f"text {where}", "put it into <mj-text>"
                )
            )

    def _take_comment(self, piece: Piece) -> None:
        if self._host in PLAIN_CONTENT:
            self._add(piece, f"a comment in <{self._host}>", "take it out, or use {# … #}")
        elif "--" in piece.body:
            self._add(piece, "-- inside a comment", "use {# … #}, which is not sent either")


def _nearest(word: str, known: Collection[str], otherwise: str) -> str:
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else otherwise


def _is_mjml(name: str) -> bool:
    return name == "mjml" or name.startswith("mj-")


def _is_unknown(name: str) -> bool:
    return name.startswith("mj-") and name not in ATTRIBUTES


def _open_tag(name: str) -> str:
    return f"the tag that is open here is <{name}>" if name else ""


def _misplaced(piece: Piece, host: str, inside: str, seen: dict[str, int]) -> Iterator[Fault]:
    name = piece.name
    if name == "mj-include":
        yield Fault(piece.start, "<mj-include> is not used here", 'write {% include "FILE" %}')
    elif name not in ATTRIBUTES and not (host == "mj-attributes" and name in children_of(host)):
        close = difflib.get_close_matches(name, ATTRIBUTES, n=1, cutoff=0.6)
        yield Fault(piece.start, f"there is no tag <{name}>", f"did you mean <{close[0]}>?" if close else "")
    elif host == "mj-class":
        yield Fault(piece.start, f"<{name}> in <mj-class>", "write its attributes into the <mj-class /> itself")
    elif _is_unknown(host):
        pass  # that tag is the mistake, and told
    elif not host:
        if name != "mjml":
            yield Fault(piece.start, f"<{name}> outside <mjml>", "begin with <mjml>")
    elif host in HTML_CONTENT or inside != host:
        yield Fault(piece.start, f"<{name}> inside <{inside}>", f"end <{host}> first: it holds HTML, not MJML")
    elif name not in children_of(host):
        places = " or ".join(f"<{parent}>" for parent in parents_of(name))
        yield Fault(piece.start, f"<{name}> cannot stand in <{host}>", f"it may stand in {places}" if places else "")
    if name in {"mjml", "mj-head", "mj-body"} and seen[name] > 1:
        yield Fault(piece.start, f"a second <{name}>", "an e-mail has one")


def _wrong_attributes(piece: Piece, host: str) -> Iterator[Fault]:
    known = attributes_of(piece.name, host)
    names: set[str] = set()
    for attribute in attributes(piece.body):
        name = attribute.name
        if attribute.value is None or not attribute.quoted:
            yield Fault(piece.start, f"{name} in <{piece.name}> has no value in quotes", f'write {name}="…"')
        elif name in names:
            yield Fault(piece.start, f"{name} stands twice in <{piece.name}>", "only the last would count")
        elif known is not None and name not in known and piece.name in ATTRIBUTES | {"mj-all": 0}:
            remedy = _nearest(name, known, f"it takes {', '.join(sorted(known)) or 'none'}")
            yield Fault(piece.start, f"{name!r} has no effect in <{piece.name}>", remedy)
        elif _is_mjml(piece.name) and (takes := mistake(name, attribute.value)):
            yield Fault(piece.start, f"{name}={attribute.value!r} is not understood in <{piece.name}>", takes)
        elif name == "inline" and attribute.value != "inline":
            yield Fault(piece.start, f"inline={attribute.value!r} has no effect in <{piece.name}>", 'inline="inline"')
        names.add(name)


def _html_misplaced(piece: Piece, host: str) -> Iterator[Fault]:
    if host in HTML_CONTENT or _is_unknown(host):
        return
    if host in PLAIN_CONTENT:
        yield Fault(piece.start, f"<{piece.name}> in <{host}>", "it holds text only")
    elif host in EMPTY:
        yield Fault(piece.start, f"<{piece.name}> in <{host}>", f"<{host} /> holds nothing")
    else:
        where = f"directly in <{host}>" if host else "outside <mjml>"
        small = piece.name.lower()
        meant = (
            [small] if small in ATTRIBUTES else difflib.get_close_matches(f"mj-{small}", ATTRIBUTES, n=1, cutoff=0.8)
        )
        remedy = f"did you mean <{meant[0]}>?" if meant else "put HTML into <mj-text> or <mj-raw>"
        yield Fault(piece.start, f"<{piece.name}> {where}", remedy)


def _wrong_html_attributes(piece: Piece) -> Iterator[Fault]:
    for attribute in attributes(piece.body):
        if attribute.value is not None and not attribute.quoted:
            yield Fault(
                piece.start,
                f"{attribute.name} in <{piece.name}> has a value without quotes",
                f'write {attribute.name}="{attribute.value}"',
            )
