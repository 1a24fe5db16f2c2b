"""The facts about mail clients are taken over as facts: one letter for the newest version that was tested."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from digest.config.clients import clients

TOOL = Path(__file__).resolve().parents[2] / "tools" / "clients.py"
DATA = {
    "last_update_date": "2026-05-13 14:45:41 +0000",
    "nicenames": {"family": {"gmail": "Gmail", "hey": "HEY"}},
    "data": [
        {
            "slug": "css-gap",
            "category": "css",
            "description": "Words that are not taken over",
            "stats": {"gmail": {"ios": {"2019": "n", "2021": "a #1"}}, "hey": {"desktop-webmail": {"2020": "y"}}},
        },
        {"slug": "bimi", "category": "others", "stats": {"gmail": {"ios": {"2020": "y"}}}},
        {"slug": "html-abbr", "category": "html", "stats": {"hey": {"desktop-webmail": {"2020": "u"}}}},
    ],
}


@pytest.fixture
def tool() -> ModuleType:
    found = importlib.util.spec_from_file_location("clients_tool", TOOL)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_newest_answer_is_taken_over_and_no_words(tool: ModuleType) -> None:
    made = tool.compacted(DATA)
    assert made["clients"] == ["gmail.ios", "hey.desktop-webmail"]
    assert made["features"] == {"css-gap": "ay", "html-abbr": "-u"}
    assert made["updated"] == "2026-05-13"
    assert "Words that are not taken over" not in str(made)


def test_an_answer_that_is_not_known_ends_the_renewal(tool: ModuleType) -> None:
    with pytest.raises(SystemExit, match="is no answer that is known"):
        tool.latest({"2020": "perhaps"})


def test_it_writes_the_file_that_ships(tool: ModuleType) -> None:
    assert tool.TARGET.is_file()
    assert tool.TARGET.name == "clients.json"


def test_a_client_is_named_with_or_without_what_it_runs_on() -> None:
    facts = clients()
    alone = facts.places(("gmail.ios",))
    family = facts.places(("gmail",))
    assert [facts.names[at] for at in alone] == ["gmail.ios"]
    assert set(alone) < set(family)
    assert {facts.names[at].split(".")[0] for at in family} == {"gmail"}
