"""Migrations: their sum is the schema, on every database that we support."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from digest.errors import BrokenStoreError, ConfigError, StoreError
from digest.store import migrate, open_store, open_to_read
from digest.store.engine import make_engine
from digest.store.schema import metadata
from digest.store.sources import SourceHealth

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/store.db"
        return
    server = os.environ.get("DIGEST_TEST_POSTGRES")
    if not server:
        if os.environ.get("CI"):
            pytest.fail("DIGEST_TEST_POSTGRES names no server")
        pytest.skip("DIGEST_TEST_POSTGRES names no server")
    name = f"digest_{uuid4().hex}"
    admin = make_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{server.rpartition('/')[0]}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def test_the_sum_of_the_migrations_is_the_schema(url: str) -> None:
    with open_store(url) as store, store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_opening_a_store_again_changes_nothing_and_loads_no_alembic(url: str) -> None:
    with open_store(url):
        pass
    code = (
        "import sys; from digest.store import open_store; open_store(sys.argv[1]).close(); "
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, url], check=True)


def test_a_store_of_a_newer_version_is_left_alone(url: str) -> None:
    with open_store(url) as store, store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version"):
        open_store(url)


def test_head_is_the_newest_migration() -> None:
    numbers = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
    assert numbers[-1] == migrate.HEAD
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert all(re.fullmatch(r"\d{4}_\w+\.py", path.name) for path in VERSIONS.glob("[0-9]*.py"))


def test_a_file_that_is_no_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text(
        "this is a letter, not a database, and it is long enough to be seen as such\n" * 20
    )
    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{tmp_path}/store.db")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open"):
        open_store(f"sqlite:///{tmp_path}/nowhere/store.db")


def test_the_folder_of_a_store_may_be_called_anything(tmp_path: Path) -> None:
    folder = tmp_path / "what? 100%41 #1"
    folder.mkdir()
    with open_store(f"sqlite:///{folder}/store.db"):
        assert (folder / "store.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    with make_engine(url).begin() as connection:
        connection.execute(text("CREATE TABLE cookies (name TEXT)"))
    with pytest.raises(BrokenStoreError, match="another program: it holds the table 'cookies'"):
        open_store(url)
    with make_engine(url).begin() as connection:
        assert connection.execute(text("SELECT name FROM sqlite_master")).scalars().all() == ["cookies"]


def test_a_schema_that_another_program_migrates_is_left_alone(url: str) -> None:
    with open_store(url) as store, store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '1975ea83b712'"))
    with pytest.raises(BrokenStoreError, match="another program: its schema is '1975ea83b712'"):
        open_store(url)


def test_a_store_belongs_to_one_newsletter(url: str) -> None:
    with open_store(url) as store:
        store.claim("Weekly")
        store.claim("Weekly")
        with pytest.raises(ConfigError, match="is that of the newsletter 'Weekly', and this one is 'Daily'") as caught:
            store.claim("Daily")
        assert "formerly = 'Weekly'" in caught.value.problems[0].remedy
        store.claim("Daily", formerly="Weekly")
        store.claim("Daily")
        with pytest.raises(ConfigError):
            store.claim("Weekly")


def test_a_store_that_is_opened_to_read_refuses_to_be_written_to(url: str) -> None:
    with open_store(url) as store:
        store.claim("Weekly")
    store = open_to_read(url)
    assert store is not None
    with store:
        assert store.issues.list() == []
        store.check_owner("Weekly")
        with pytest.raises(ConfigError, match="is that of the newsletter 'Weekly'"):
            store.check_owner("Daily")
        with pytest.raises(StoreError, match=r"read.?only"):
            store.claim("Daily", formerly="Weekly")


def test_to_read_a_store_that_is_not_there_makes_none(url: str, tmp_path: Path) -> None:
    assert open_to_read(url) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("version", "told"), [("0001", "older version"), ("9999", "newer version"), ("1975ea83b712", "another program")]
)
def test_to_read_a_store_of_another_version_leaves_it_alone(url: str, version: str, told: str) -> None:
    with open_store(url) as store, store.engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
    with pytest.raises(BrokenStoreError, match=told):
        open_to_read(url)
    engine = make_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == version
    engine.dispose()


def test_articles_of_an_older_digest_are_told_by_their_source(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(VERSIONS.parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        connection.execute(
            text(
                "INSERT INTO articles (id, title, first_seen, dated, language, text, image_alt, words, content_hash)"
                " VALUES ('a1', 'A quay', :seen, :seen, 'en', 'A boat.', '', 2, 'h1')"
            ),
            {"seen": "2026-11-20 12:00:00+00:00"},
        )
        connection.execute(
            text(
                "INSERT INTO sources (ref, etag, last_modified, content_hash, error, failures, paused, moved_to,"
                " moved_count) VALUES ('r1', 'x', '', '', '', 2, false, '', 0)"
            )
        )
    engine.dispose()
    with open_store(url) as store:
        (article,) = store.articles.get(["a1"])
        assert store.sources.health() == {"r1": SourceHealth(ref="r1", etag="x", failures=2)}
    assert (article.title, article.publisher, article.outlet) == ("A quay", "", article.source)


def test_an_issue_of_an_older_digest_can_still_be_read(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    with make_engine(url).begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(VERSIONS.parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        connection.execute(
            text(
                "INSERT INTO issues VALUES ('old', 'Weekly', 1, 'sent', '2026-11-20 06:30:00', '2026-11-19 06:30:00',"
                " '2026-11-20 06:30:00', 'A subject', 'A preheader', '<p>one</p>', 'one', '{}', '{}')"
            )
        )
    with open_store(url) as store:
        issue = store.issues.get("old")
    assert issue is not None
    assert (issue.rendered.html, issue.sections) == ("<p>one</p>", ())


@pytest.mark.parametrize("url", ["postgresql://host:port/name", "postgresql://secret@host:5x/name"])
def test_an_address_that_is_none_is_told_without_what_it_holds(url: str) -> None:
    with pytest.raises(ConfigError, match=r"\[store\] url: this is no address of a database") as told:
        open_store(url)
    assert "secret" not in str(told.value)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("change", "said", "remedy"),
    [
        (lambda url: f"{url}_not", "does not exist", "CREATE DATABASE"),
        (lambda url: re.sub(r"//[^@/]*@", "//nobody_of_that_name@", url), "does not exist", "check user"),
        (lambda url: f"{url}?options=-csearch_path%3Dnowhere", "no schema", "CREATE SCHEMA"),
    ],
    ids=["database", "user", "schema"],
)
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_database_that_a_person_has_to_make_first_is_no_trouble_that_passes(
    url: str, change: Callable[[str], str], said: str, remedy: str
) -> None:
    with pytest.raises(BrokenStoreError, match=said) as told:
        open_store(change(url))
    assert remedy in str(told.value)
