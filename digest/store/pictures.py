"""The pictures that go along with frozen issues."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Integer, LargeBinary, String, Table, Text, delete, insert, select

from digest.model import Picture
from digest.store.schema import metadata

issue_pictures = Table(
    "issue_pictures",
    metadata,
    Column("issue_id", String(120), ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    Column("cid", String(64), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("content_type", String(40), nullable=False),
    Column("url", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

_BATCH = 500  # addresses in one query: SQLite takes no more than 32,766 values, and older ones 999


def keep(connection: Connection, issue_id: str, pictures: Iterable[Picture]) -> None:
    """Keep the pictures of an issue in place of those that it had."""
    connection.execute(delete(issue_pictures).where(issue_pictures.c.issue_id == issue_id))
    rows = [
        {
            "issue_id": issue_id,
            "cid": picture.cid,
            "place": place,
            "content_type": picture.content_type,
            "url": picture.url,
            "width": picture.width,
            "data": picture.data,
        }
        for place, picture in enumerate(pictures)
    ]
    if rows:
        connection.execute(insert(issue_pictures), rows)


def of_issue(connection: Connection, issue_id: str) -> tuple[Picture, ...]:
    """The pictures of an issue, in its order."""
    columns = issue_pictures.c
    query = select(issue_pictures).where(columns.issue_id == issue_id).order_by(columns.place)
    return tuple(
        Picture(cid=row.cid, content_type=row.content_type, data=row.data, url=row.url, width=row.width)
        for row in connection.execute(query)
    )


def known(connection: Connection, wanted: Mapping[str, int]) -> dict[str, Picture]:
    """Of pictures wanted at a width, those that an issue has as they are wanted."""
    found: dict[str, Picture] = {}
    columns, urls = issue_pictures.c, list(wanted)
    for start in range(0, len(urls), _BATCH):
        query = select(issue_pictures).where(columns.url.in_(urls[start : start + _BATCH]))
        for row in connection.execute(query):
            if row.width == wanted[row.url]:
                found[row.url] = Picture(
                    cid=row.cid, content_type=row.content_type, data=row.data, url=row.url, width=row.width
                )
    return found


def forget(connection: Connection, issues: Table, before: datetime) -> None:
    """Drop the pictures of issues that were made before a time."""
    old = select(issues.c.id).where(issues.c.created < before)
    connection.execute(delete(issue_pictures).where(issue_pictures.c.issue_id.in_(old)))
