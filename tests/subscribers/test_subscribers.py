"""Who is on the list: taken in once, however an address is spelled, and never against their will."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest import subscribers
from digest.errors import InputError, UsageError
from digest.model import SubscriberState
from digest.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store.db") as opened:
        yield opened


def addresses(store: Store, state: SubscriberState | None = None) -> list[str]:
    return [one.address for one in subscribers.iterate(store, state)]


@pytest.mark.parametrize("again", ["Ann@Example.ORG", " ann@example.org ", "ANN@example.org"])
def test_one_mailbox_is_one_subscriber(store: Store, again: str) -> None:
    first = subscribers.add(store, "ann@example.org", "Ann")
    assert subscribers.add(store, again).id == first.id
    assert len(addresses(store)) == 1


def test_an_international_domain_meets_its_ascii_form(store: Store) -> None:
    subscribers.add(store, "ann@bücher.example")
    subscribers.add(store, "ann@xn--bcher-kva.example")
    assert addresses(store) == ["ann@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    "wrong", ["", "ann", "ann@", "@example.org", "a b@example.org", "ann@example", "ann@exa\nmple.org"]
)
def test_what_is_no_address_is_refused(store: Store, wrong: str) -> None:
    with pytest.raises(InputError):
        subscribers.add(store, wrong)
    assert addresses(store) == []


def test_whoever_was_removed_stays_on_record_and_can_come_back(store: Store) -> None:
    subscribers.add(store, "ann@example.org")
    subscribers.remove(store, "ann@example.org")
    assert addresses(store, SubscriberState.ACTIVE) == []
    assert addresses(store, SubscriberState.UNSUBSCRIBED) == ["ann@example.org"]
    subscribers.add(store, "ann@example.org")
    assert addresses(store, SubscriberState.ACTIVE) == ["ann@example.org"]
    assert [event.event for event in subscribers.history(store, "ann@example.org")] == ["added", "removed", "added"]


def test_whoever_follows_the_link_of_a_letter_is_removed_by_its_key(store: Store) -> None:
    ann, bo = subscribers.add(store, "ann@example.org"), subscribers.add(store, "bo@example.org")
    assert subscribers.remove(store, ann.token).id == ann.id
    assert addresses(store, SubscriberState.ACTIVE) == [bo.address]
    with pytest.raises(UsageError, match="no letter holds the key"):
        subscribers.remove(store, bo.token[::-1])
    with pytest.raises(InputError):
        subscribers.remove(store, bo.token[:-1])
    assert addresses(store, SubscriberState.ACTIVE) == [bo.address]


def test_removing_a_stranger_is_told(store: Store) -> None:
    with pytest.raises(UsageError, match="not on the list"):
        subscribers.remove(store, "who@example.org")


def test_tokens_are_long_and_differ(store: Store) -> None:
    tokens = {subscribers.add(store, f"reader{number}@example.org").token for number in range(50)}
    assert len(tokens) == 50
    assert all(len(token) >= 22 and token.isalnum() for token in tokens)


@pytest.mark.parametrize(
    "content",
    [
        b"address,name\nann@example.org,Ann Ek\nbo@example.org,Bo\n",
        b"\xef\xbb\xbfE-Mail;Name\r\nann@example.org;Ann Ek\r\nbo@example.org;Bo\r\n",
        b"First name\tLast name\tEmail\nAnn\tEk\tann@example.org\nBo\t\tbo@example.org\n",
        "address,name\nann@example.org,Ann Ek\nbo@example.org,Bo\n".encode("utf-16"),
        b'"ann@example.org","Ann Ek"\n\n"bo@example.org","Bo"\n',
    ],
    ids=["comma", "semicolon and mark", "tab and two names", "utf-16", "no header"],
)
def test_lists_of_many_shapes_are_read(store: Store, content: bytes) -> None:
    result = subscribers.import_csv(store, content, name="list.csv")
    assert (result.added, result.known, result.skipped) == (2, 0, ())
    assert [(one.address, one.name) for one in subscribers.iterate(store)] == [
        ("ann@example.org", "Ann Ek"),
        ("bo@example.org", "Bo"),
    ]


def test_bare_addresses_are_a_list_too(store: Store) -> None:
    assert subscribers.import_csv(store, b"ann@example.org\nbo@example.org\n", name="list").added == 2


def test_bad_lines_are_told_with_their_number_and_the_rest_goes_in(store: Store) -> None:
    content = b"address\nann@example.org\nnobody\nANN@example.org\nbo@example.org\n"
    result = subscribers.import_csv(store, content, name="list.csv")
    assert result.added == 2
    assert [skipped.ref for skipped in result.skipped] == ["list.csv:3", "list.csv:4"]
    assert "line 2" in result.skipped[1].reason


def test_an_import_never_takes_in_who_left(store: Store) -> None:
    subscribers.add(store, "ann@example.org")
    subscribers.remove(store, "ann@example.org")
    result = subscribers.import_csv(store, b"ann@example.org\n", name="list.csv")
    assert result.added == 0
    assert "unsubscribed" in result.skipped[0].reason
    assert addresses(store, SubscriberState.ACTIVE) == []


def test_importing_twice_changes_nothing(store: Store) -> None:
    content = b"address\n" + b"".join(b"r%d@example.org\n" % number for number in range(1200))
    assert subscribers.import_csv(store, content, name="a").added == 1200
    again = subscribers.import_csv(store, content, name="a")
    assert (again.added, again.known) == (0, 1200)


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 not text", b"colour,size\nred,4\n", b"a\x00b,c\n"])
def test_what_is_no_list_is_refused_whole(store: Store, content: bytes) -> None:
    with pytest.raises(InputError, match=r"list\.csv"):
        subscribers.import_csv(store, content, name="list.csv")


def test_an_exported_list_runs_no_formula_and_comes_back_the_same(store: Store, tmp_path: Path) -> None:
    subscribers.add(store, "ann@example.org", '=HYPERLINK("http://x","y")')
    subscribers.add(store, "+bo@example.org", "Bo")
    subscribers.add(store, "cy@example.org", "'-Cy")
    exported = subscribers.export_csv(store)
    cells = [cell.strip('"') for line in exported.splitlines()[1:] for cell in line.split(",")]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    with open_store(f"sqlite:///{tmp_path}/other.db") as other:
        subscribers.import_csv(other, exported.encode(), name="export")
        assert [(s.address, s.name) for s in subscribers.iterate(other)] == [
            (s.address, s.name) for s in subscribers.iterate(store)
        ]


def test_a_name_is_one_line_without_tricks(store: Store) -> None:
    added = subscribers.add(store, "ann@example.org", "Ann\r\nBcc: x\u202e\u200b\x00")
    assert added.name == "Ann Bcc: x"


def test_who_left_elsewhere_is_not_mailed_after_moving_the_list(store: Store, tmp_path: Path) -> None:
    for address in ("ann@example.org", "bo@example.org"):
        subscribers.add(store, address)
    subscribers.remove(store, "bo@example.org")
    with open_store(f"sqlite:///{tmp_path}/other.db") as other:
        subscribers.import_csv(other, subscribers.export_csv(store).encode(), name="export")
        assert addresses(other, SubscriberState.ACTIVE) == ["ann@example.org"]
        assert addresses(other, SubscriberState.UNSUBSCRIBED) == ["bo@example.org"]


def test_an_open_quotation_mark_swallows_no_other_reader(store: Store) -> None:
    content = b'address,name\nann@example.org,"Ann\nbo@example.org,Bo\ncy@example.org,Cy\n'
    assert subscribers.import_csv(store, content, name="list.csv").added == 3


def test_a_state_that_nobody_knows_takes_nobody_in(store: Store) -> None:
    result = subscribers.import_csv(store, b"email,status\nann@example.org,transferred\n", name="list.csv")
    assert result.added == 0
    assert "'transferred'" in result.skipped[0].reason
    assert result.skipped[0].ref == "list.csv:2"


def test_the_line_in_which_excel_names_its_delimiter_is_understood(store: Store) -> None:
    content = b"sep=;\r\nemail;name\r\nann@example.org;Ek, Ann\r\n"
    assert subscribers.import_csv(store, content, name="list.csv").added == 1
    assert [one.name for one in subscribers.iterate(store)] == ["Ek, Ann"]


def test_a_user_of_this_machine_can_subscribe(store: Store) -> None:
    assert subscribers.add(store, "root@LOCALHOST").address == "root@localhost"


def test_a_list_that_says_otherwise_takes_nobody_off_and_is_told(store: Store) -> None:
    subscribers.add(store, "ann@example.org")
    result = subscribers.import_csv(store, b"email,status\nann@example.org,unsubscribed\n", name="list.csv")
    assert "unsubscribed in the list and active here" in result.skipped[0].reason
    assert addresses(store, SubscriberState.ACTIVE) == ["ann@example.org"]
