"""`digest models`, against a hub on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.project import Done, Project, small_project
from tests.hub_server import COMMIT, Hub, serve_hub
from tests.summarize.tiny import HEDGES, save_tiny_bart

NAME = "org/tiny"
NEEDED = {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    save_tiny_bart(folder, trained=False)
    (folder / "pytorch_model.bin").write_bytes(b"a pickle that must not be read")
    (folder / "modeling_tiny.py").write_text("raise SystemExit('code of strangers was run')")
    return folder


@pytest.fixture
def hub(model: Path) -> Iterator[Hub]:
    with serve_hub(Hub({NAME: model})) as hub:
        yield hub


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return small_project(tmp_path, extra=f'[summarizer]\nmodel = "{NAME}"\ncache_dir = "cache"\ndevice = "cpu"\n')


def run(project: Project, hub: Hub, *arguments: str, **environment: str) -> Done:
    home = str(project.folder / "home")
    return project.run(*arguments, HF_ENDPOINT=hub.address, HF_HOME=home, HF_HUB_DISABLE_XET="1", **environment)


@pytest.mark.model
def test_a_model_is_pulled_once_used_offline_listed_and_removed(project: Project, hub: Hub) -> None:
    absent = run(project, hub, "models", "list", "--json").json
    assert [(row["name"], row["kind"], row["configured"]) for row in absent] == [
        ("builtin", "builtin", False),
        (NAME, "absent", True),
    ]

    pulled = run(project, hub, "models", "pull")
    assert pulled.code == 0, pulled.err
    assert pulled.err.splitlines()[0].startswith(f"{NAME} {COMMIT[:12]}: ")
    assert f"in {len(NEEDED)} files" in pulled.err.splitlines()[0]
    assert pulled.out.startswith(f"{NAME} {COMMIT[:12]}, CTranslate2 int8 on cpu")
    assert set(hub.fetched) == NEEDED

    again = run(project, hub, "models", "pull")
    assert "nothing to fetch" in again.err
    assert len(hub.fetched) == len(NEEDED)

    hub.asked.clear()
    project.write("hedges.txt", HEDGES)
    offline = run(project, hub, "summarize", "hedges.txt", "--max-words", "20", "--json", HF_HUB_OFFLINE="1")
    assert offline.code == 0, offline.err
    assert offline.json["origin"] == "fallback"  # nothing that an untrained model says is in the article
    assert hub.asked == []
    shown = run(project, hub, "-v", "summarize", "hedges.txt", "--max-words", "20", HF_HUB_OFFLINE="1")
    assert "hedges.txt: draft 1: " in shown.err

    [_, row] = run(project, hub, "models", "list", "--json").json
    assert (row["kind"], row["revision"], row["configured"]) == ("seq2seq", COMMIT, True)
    assert row["size"] > 0 < row["converted"]

    removed = run(project, hub, "models", "remove", NAME, "--json").json
    assert removed == {"model": NAME, "revisions": [COMMIT], "freed": row["size"] + row["converted"]}
    assert [row["kind"] for row in run(project, hub, "models", "list", "--json").json] == ["builtin", "absent"]
    assert run(project, hub, "models", "remove", NAME).code == 2


def test_a_gated_model_needs_the_token_of_its_reader(project: Project, hub: Hub) -> None:
    hub.token = "hf_reader"
    refused = run(project, hub, "models", "pull", HF_TOKEN="")
    assert refused.code != 0
    assert "is gated" in refused.err
    assert "HF_TOKEN" in refused.err
    assert hub.fetched == []


@pytest.mark.model
def test_a_token_is_sent(project: Project, hub: Hub) -> None:
    hub.token = "hf_reader"
    pulled = run(project, hub, "models", "pull", HF_TOKEN="hf_reader")
    assert pulled.code == 0, pulled.err


def test_offline_a_model_that_is_not_here_is_told_with_what_to_do(project: Project, hub: Hub) -> None:
    done = run(project, hub, "summarize", "articles/ferry.md", "--max-words", "20", HF_HUB_OFFLINE="1")
    assert done.code != 0
    assert "HF_HUB_OFFLINE forbids" in done.err
    assert f"digest models pull {NAME}" in done.err
    assert hub.asked == []


def test_pickled_weights_are_not_fetched(project: Project, hub: Hub, tmp_path: Path) -> None:
    pickled = tmp_path / "pickled"
    pickled.mkdir()
    for name in ("config.json", "tokenizer.json", "pytorch_model.bin"):
        (pickled / name).write_bytes((hub.models[NAME] / name).read_bytes())
    hub.models["org/pickled"] = pickled
    done = run(project, hub, "models", "pull", "org/pickled")
    assert done.code != 0
    assert "pickled weights can run code" in done.err
    assert hub.fetched == []


def test_a_name_that_nobody_has_is_told(project: Project, hub: Hub) -> None:
    done = run(project, hub, "models", "pull", "org/nobody")
    assert done.code != 0
    assert "has no model 'org/nobody'" in done.err


def test_the_prompt_is_printed_in_the_newsletters_language(project: Project) -> None:
    config = project.folder / "config.toml"
    config.write_text(config.read_text().replace("[newsletter]\n", '[newsletter]\nlanguage = "ja"\n'))
    done = project.run("models", "prompt")
    assert done.code == 0, done.err
    assert "ニュースレター" in done.out
    assert "{{ article }}" in done.out
