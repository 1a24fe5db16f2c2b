"""What `digest build --explain` says of each article."""

from collections.abc import Callable

import pytest

from digest.cli.build import tell_verdicts
from digest.model import Article, Curated, Skipped, Story, StorySection
from digest.pipeline.explain import as_json, explain
from tests.curate.conftest import article

__all__ = ["article"]


def test_who_published_it_stands_before_the_source_that_limits_go_by(
    article: Callable[..., Article], capsys: pytest.CaptureFixture[str]
) -> None:
    gathered = article("Ferry sails", source="planet.xml", publisher="The Wire")
    own = article("A new ferry", source="Gazette")
    out = Skipped(stage="curate", ref="x", reason="too old", title="Owls", source="planet.xml", publisher="Tide")
    story = Story(lead=gathered, also=(own,), score=1.0, reasons=("2 outlets",))
    verdicts = explain(Curated(sections=(StorySection(title="", stories=(story,)),), skipped=(out,)), ())
    assert [as_json(one)["publisher"] for one in verdicts] == ["The Wire", None, "Tide"]
    tell_verdicts(verdicts)
    assert capsys.readouterr().out.splitlines()[::2] == [
        "in    1: Ferry sails (The Wire, planet.xml)  [1.00]",
        "also  A new ferry (Gazette)",
        "out   Owls (Tide, planet.xml)",
    ]
