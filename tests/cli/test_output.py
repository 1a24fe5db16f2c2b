"""What is printed for people lines up on their terminal."""

import pytest

from digest.cli.output import print_table


def test_columns_line_up_beside_wide_and_combining_characters(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "state"), [("港新聞", "ok"), ("Cafe\u0301", "ok"), ("Quay", "ok")])
    assert capsys.readouterr().out.splitlines() == [
        "name    state",
        "港新聞  ok",
        "Cafe\u0301    ok",
        "Quay    ok",
    ]
