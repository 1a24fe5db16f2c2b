"""Issues: each frozen with its subject, HTML, text and report before anyone is sent it, and what was in it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Engine,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from digest.model import FrozenIssue, IssueState, Period, Picture, Rendered, Slot
from digest.store.articles import articles
from digest.store.content import pack, unpack
from digest.store.engine import reading, writing
from digest.store.pictures import forget, issue_pictures, keep, known, of_issue
from digest.store.schema import AHEAD, UtcDateTime, metadata

issues = Table(
    "issues",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("newsletter", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("created", UtcDateTime, nullable=False),
    Column("period_start", UtcDateTime, nullable=False),
    Column("period_end", UtcDateTime, nullable=False),
    Column("subject", Text, nullable=False),
    Column("preheader", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("slots", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("content", Text, nullable=False, server_default="[]"),
)

issue_articles = Table(
    "issue_articles",
    metadata,
    Column("issue_id", String(120), ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", String(64), primary_key=True, index=True),
)

_OPEN = (IssueState.WAITING, IssueState.SENDING)
_DELIVERED = (IssueState.SENDING, IssueState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """One line of the list of issues."""

    id: str
    number: int
    state: IssueState
    created: datetime
    subject: str


class Issues:
    """The frozen issues of one store. Each call is one transaction; all raise StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def freeze(self, issue: FrozenIssue, article_ids: Iterable[str]) -> None:
        """Keep a built issue. One that waits under the same id is replaced; other waiting ones are marked so.

        Raises ValueError when the id belongs to an issue that went out or was discarded: that one never changes.
        """
        with writing(self._engine) as connection:
            found = connection.execute(select(issues.c.state).where(issues.c.id == issue.id)).scalar()
            if found not in {None, IssueState.WAITING}:
                raise ValueError(f"issue {issue.id} is {found}, it cannot be built again")
            connection.execute(delete(issue_articles).where(issue_articles.c.issue_id == issue.id))
            connection.execute(delete(issue_pictures).where(issue_pictures.c.issue_id == issue.id))
            connection.execute(delete(issues).where(issues.c.id == issue.id))
            connection.execute(
                update(issues).where(issues.c.state == IssueState.WAITING).values(state=IssueState.REPLACED)
            )
            connection.execute(insert(issues).values(**_values(issue)))
            keep(connection, issue.id, issue.rendered.pictures)
            rows = [{"issue_id": issue.id, "article_id": article_id} for article_id in dict.fromkeys(article_ids)]
            if rows:
                connection.execute(insert(issue_articles), rows)

    def get(self, issue_id: str) -> FrozenIssue | None:
        """The issue with this id."""
        with reading(self._engine) as connection:
            row = connection.execute(select(issues).where(issues.c.id == issue_id)).first()
            return _issue(row, of_issue(connection, issue_id)) if row else None

    def open_issues(self) -> list[FrozenIssue]:
        """Issues that wait or are partly sent, oldest first."""
        query = select(issues).where(issues.c.state.in_(_OPEN)).order_by(issues.c.created)
        with reading(self._engine) as connection:
            return [_issue(row, of_issue(connection, row.id)) for row in connection.execute(query).all()]

    def pictures(self, wanted: Mapping[str, int]) -> dict[str, Picture]:
        """Pictures by their addresses that some issue has already at the width that is wanted."""
        with reading(self._engine) as connection:
            return known(connection, wanted)

    def forget_pictures_before(self, moment: datetime) -> None:
        """Drop the pictures of issues that were made before a time; their texts stay."""
        with writing(self._engine) as connection:
            forget(connection, issues, moment)

    def list(self, limit: int = 1000) -> list[IssueRow]:
        """The latest issues, newest first."""
        columns = (issues.c.id, issues.c.number, issues.c.state, issues.c.created, issues.c.subject)
        query = select(*columns).order_by(issues.c.created.desc(), issues.c.number.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [
                IssueRow(id=r.id, number=r.number, state=IssueState(r.state), created=r.created, subject=r.subject)
                for r in connection.execute(query)
            ]

    def set_state(self, issue_id: str, state: IssueState) -> None:
        """Move an issue on."""
        with writing(self._engine) as connection:
            connection.execute(update(issues).where(issues.c.id == issue_id).values(state=state))

    def states(self) -> dict[str, IssueState]:
        """The state of every issue by id."""
        with reading(self._engine) as connection:
            return {r.id: IssueState(r.state) for r in connection.execute(select(issues.c.id, issues.c.state))}

    def delivered_articles(self) -> set[str]:
        """Ids of the articles in issues that went out, wholly or in part."""
        query = select(issue_articles.c.article_id).join(issues).where(issues.c.state.in_(_DELIVERED))
        with reading(self._engine) as connection:
            return set(connection.execute(query).scalars())

    def delivered_texts(self, *, min_words: int) -> set[str]:
        """Content hashes of the articles in issues that went out; not of those so short that they may stand twice."""
        query = (
            select(articles.c.content_hash)
            .join(issue_articles, issue_articles.c.article_id == articles.c.id)
            .join(issues)
            .where(issues.c.state.in_(_DELIVERED), articles.c.words >= min_words)
        )
        with reading(self._engine) as connection:
            return set(connection.execute(query).scalars())

    def delivered_since(self, moment: datetime) -> dict[str, tuple[str, int, datetime]]:
        """Article id -> id, number and end of the last issue that it went out in, of those that ended since."""
        columns = (issue_articles.c.article_id, issues.c.id, issues.c.number, issues.c.period_end)
        query = (
            select(*columns)
            .join(issues)
            .where(issues.c.state.in_(_DELIVERED), issues.c.period_end >= moment)
            .order_by(issues.c.period_end)
        )
        with reading(self._engine) as connection:
            return {row.article_id: (row.id, row.number, row.period_end) for row in connection.execute(query)}

    def next_number(self) -> int:
        """One more than the highest number that went out."""
        with reading(self._engine) as connection:
            return (connection.execute(_delivered(func.max(issues.c.number))).scalar() or 0) + 1

    def last_period_end(self, *, now: datetime | None = None) -> datetime | None:
        """Where the last issue that went out stopped; None before the first.

        One that stopped in the future was made by a clock that was ahead: by it nothing would be new until then. It
        counts only without `now`.
        """
        last = _delivered(func.max(issues.c.period_end))
        if now is not None:
            last = last.where(issues.c.period_end <= now + AHEAD)
        with reading(self._engine) as connection:
            end: datetime | None = connection.execute(last).scalar()
            return end


def _delivered(column: Any) -> Any:
    return select(column).where(issues.c.state.in_(_DELIVERED))


def _values(issue: FrozenIssue) -> dict[str, object]:
    rendered = issue.rendered
    return {
        "id": issue.id,
        "newsletter": issue.newsletter,
        "number": issue.number,
        "state": issue.state,
        "created": issue.created,
        "period_start": issue.period.start,
        "period_end": issue.period.end,
        "subject": rendered.subject,
        "preheader": rendered.preheader,
        "html": rendered.html,
        "text": rendered.text,
        "slots": json.dumps(dict(rendered.slots)),
        "report": json.dumps(issue.report),
        "content": pack(issue.sections),
    }


def _issue(row: Row[Any], pictures: tuple[Picture, ...]) -> FrozenIssue:
    slots: Mapping[Slot, str] = {Slot(key): token for key, token in json.loads(row.slots).items()}
    return FrozenIssue(
        id=row.id,
        newsletter=row.newsletter,
        number=row.number,
        created=row.created,
        state=IssueState(row.state),
        period=Period(start=row.period_start, end=row.period_end),
        rendered=Rendered(
            issue_id=row.id,
            subject=row.subject,
            preheader=row.preheader,
            html=row.html,
            text=row.text,
            slots=slots,
            pictures=pictures,
        ),
        report=json.loads(row.report),
        sections=unpack(row.content),
    )


__all__ = ["IssueRow", "Issues", "issue_articles", "issues"]
