"""What flows between the stages: frozen records. Every time is timezone-aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as it was collected, cleaned of everything that is not the article.

    `id` is stable for as long as the article is known to the store. `text` holds paragraphs apart by one newline,
    plain text, no markup. `published` is None when the article does not say; it is never guessed from the day on which
    it was saved. `first_seen` is when digest first saw it. `url` is None for a local file that names no address.
    `language` is an ISO 639-1 code, or "" when unknown. `content_hash` is the SHA-256 (hex) of title and text,
    normalised. `publisher` is who published it, where the source gathers from others and names them, or has no name of
    its own; "" else.
    """

    id: str
    url: str | None
    source: str
    title: str
    author: str | None
    published: datetime | None
    first_seen: datetime
    language: str
    text: str
    image: str | None
    image_alt: str = ""
    words: int
    content_hash: str
    publisher: str = ""

    @property
    def outlet(self) -> str:
        """Who tells it: its publisher, where the source names one, else the source."""
        return self.publisher or self.source

    @property
    def outlet_key(self) -> str:
        """What two articles of one outlet have in common: feeds write one name now "The Wire", now "THE WIRE"."""
        return self.outlet.casefold()

    @property
    def dated(self) -> datetime:
        """When the article counts as having appeared: as published, else as first seen."""
        return self.published or self.first_seen


class Reason(str):
    """Why a story is where it is, in plain English words.

    `message`, or `plural` where a count wants it, and `values` are what the words were made of, so that an e-mail can
    say them in its own language. `points` is what the reason adds to the score of its story.
    """

    __slots__ = ("message", "plural", "points", "values")

    message: str
    plural: str
    values: Mapping[str, object]
    points: float

    def __new__(cls, message: str, plural: str = "", *, points: float = 0.0, **values: object) -> "Reason":
        """Both messages hold `%(name)s` for each of `values`; with a `plural`, one of these is `num`."""
        made = super().__new__(cls, (plural if plural and values["num"] != 1 else message) % values)
        made.message, made.plural, made.values, made.points = message, plural, values, points
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that did not go on to the next stage, and why. Reaches the report.

    An article says its title, source and publisher too, and the score of its story where it came so far as to have one.
    """

    stage: str
    ref: str
    reason: str
    title: str = ""
    source: str = ""
    publisher: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article of an issue that went out: `issue_id` and `number` name the issue, `when` is when it was closed."""

    article: Article
    issue_id: str
    number: int
    when: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one run made of one source. `status` is ok, unchanged, failed, paused or skipped.

    `gone`: it is paused because its server says that it is gone for good. `failures` counts failures in a row.
    """

    name: str
    status: str
    fetched: int = 0
    new: int = 0
    error: str | None = None
    gone: bool = False
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What `collect` did: `new` are the articles that the store had never seen, without their texts: it has them."""

    new: tuple[Article, ...]
    sources: tuple[SourceReport, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event: the article that tells it best, and the others that tell it too.

    `score` is comparable within one issue only. `reasons` are short plain words ("4 outlets", "matches 'batteries'").
    `earlier` is what issues that went out said of it before it developed, the latest first.
    """

    lead: Article
    also: tuple[Article, ...] = ()
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    earlier: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySection:
    """Stories under one heading, in the order in which they are shown. Those of a `brief` one get a line each."""

    title: str
    stories: tuple[Story, ...]
    brief: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Curated:
    """What `curate` chose, and what it left out."""

    sections: tuple[StorySection, ...]
    skipped: tuple[Skipped, ...]


class Origin(StrEnum):
    """Where the words of a summary come from."""

    EXTRACTIVE = "extractive"  # sentences of the article
    GENERATED = "generated"  # written by a model, and found supported by the article
    FALLBACK = "fallback"  # extractive, because the model failed or what it wrote was not supported


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What one outlet says within the summary of a story. `source` is its name."""

    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A summary, the model that made it, and whether every figure, date and name in it stands in the article.

    `passages` are the sentences of a story that several outlets tell, in the order of the text, each by whom it is
    said; empty when the words are one article's own, or a model's. `findings` say in plain words what a check of a
    generated summary found, also of drafts that did not go out.
    """

    text: str
    origin: Origin
    model: str
    sentences: int
    grounded: bool
    passages: tuple[Passage, ...] = ()
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A story with its summary: what a reader sees."""

    story: Story
    summary: Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Entries under one heading. Those of a `brief` one get a line each."""

    title: str
    entries: tuple[Entry, ...]
    brief: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The span of time that an issue covers, both ends UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One issue before it is rendered. `number` counts the issues of this newsletter from 1."""

    id: str
    newsletter: str
    number: int
    period: Period
    subject: str
    preheader: str
    sections: tuple[Section, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, in the order shown."""
        return tuple(entry for section in self.sections for entry in section.entries)


class Slot(StrEnum):
    """A place in a rendered issue where each recipient's own value goes."""

    NAME = "name"
    ADDRESS = "address"
    UNSUBSCRIBE_URL = "unsubscribe_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that goes along with an e-mail, re-encoded by us: `data` is all there is of it.

    The HTML names it as `cid:` and `cid` (RFC 2392). `url` is where it was fetched, `width` how wide it is shown, in
    pixels.
    """

    cid: str
    content_type: str
    data: bytes
    url: str
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An issue as it will be sent, but for the recipient's own values.

    `slots` maps each slot that the theme may use to the opaque token standing for it in `html` and `text`. Tokens are
    ASCII letters and digits with a random part, so nothing that an article says can be mistaken for one.
    """

    issue_id: str
    subject: str
    preheader: str
    html: str
    text: str
    slots: Mapping[Slot, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()


class IssueState(StrEnum):
    """Where a frozen issue is on its way. A waiting issue may still be replaced by a newer build."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REPLACED = "replaced"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenIssue:
    """An issue as it was frozen: nothing of what its readers see changes after this. `report` is report.json.

    `sections` are what it was rendered from, with the articles' texts empty; none when an older digest froze it.
    """

    id: str
    newsletter: str
    number: int
    created: datetime
    state: IssueState
    period: Period
    rendered: Rendered
    report: Mapping[str, object]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One lint finding on a rendered issue. `severity` is error or warning."""

    rule: str
    severity: str
    message: str


class SubscriberState(StrEnum):
    """Whether a subscriber gets the next issue: only the active do."""

    PENDING = "pending"
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """One reader. `address` is as it is mailed to; `token` is the secret part of the reader's own links."""

    id: int
    address: str
    name: str
    state: SubscriberState
    token: str
    created: datetime


class DeliveryState(StrEnum):
    """The states of a delivery; see docs/architecture.md for the moves between them."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One issue to one address, as the ledger knows it."""

    id: int
    issue_id: str
    subscriber_id: int
    address: str
    state: DeliveryState
    attempts: int
    smtp_code: int | None = None
    smtp_text: str = ""


class Progress(Protocol):
    """Told of progress: `label` names the stage, `total` is None when it is not known. Called from any thread."""

    def __call__(self, label: str, done: int, total: int | None) -> None: ...


def no_progress(label: str, done: int, total: int | None) -> None:
    """Tell nobody."""
