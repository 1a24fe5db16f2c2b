"""`digest init` and `digest check`."""

from pathlib import Path
from typing import Annotated

import typer

from digest.cli.command import JsonOption, command
from digest.cli.exits import Exit
from digest.cli.output import print_json, print_text
from digest.cli.session import Session
from digest.errors import ConfigError, OutputError, Problem, UsageError

OnlineOption = Annotated[
    bool, typer.Option("--online", help="Also try every source, the mail server, and the sender's domain records.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    command(app, "init")(init)
    command(app, "check")(check)


def init(session: Session, *, folder: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path()) -> Exit:
    """Write a commented config.toml that works as it stands, and the sample articles that it reads."""
    config = folder / "config.toml"
    if folder.exists() and not folder.is_dir():
        raise UsageError("is not a folder", where=str(folder), remedy="name another")
    if config.exists():
        raise UsageError("is there already, and stays as it is", where=str(config), remedy="name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy_samples(folder / "samples")
        _write_config(config)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", where=str(config)) from error
    print_text(str(config))
    session.say("next: `digest build --open` in that folder; then put your own sources into config.toml")
    return Exit.DONE


def _write_config(target: Path) -> None:
    from digest.resources import example_config

    with target.open("x", encoding="utf-8") as file:
        file.write(example_config().read_text(encoding="utf-8"))


def _copy_samples(target: Path) -> None:
    from digest.resources import samples_dir

    origin = samples_dir()
    for file in sorted(path for path in origin.rglob("*") if path.is_file()):
        copy = target / file.relative_to(origin)
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())


def check(session: Session, *, online: OnlineOption = False, json: JsonOption = False) -> Exit:
    """Validate the configuration, the theme and the model, and tell every problem at once."""
    from digest.pipeline.check import run_checks

    try:
        settings = session.settings
    except ConfigError as error:
        if json:
            print_json({"ok": False, "problems": [_as_json(problem) for problem in error.problems], "checked": []})
        raise
    checked = run_checks(settings, session.store, clock=session.clock, online=online)
    if json:
        print_json(
            {
                "ok": not any(item.problems for item in checked),
                "problems": [_as_json(problem) for item in checked for problem in item.problems],
                "warnings": [_as_json(warning) for item in checked for warning in item.warnings],
                "checked": [{"name": item.name, "result": item.result} for item in checked],
            }
        )
    else:
        for item in checked:
            if item.result:
                print_text(f"{item.name}: {item.result}")
    for item in checked:
        for warning in item.warnings:
            session.warn(str(warning))
    problems = [problem for item in checked for problem in item.problems]
    if problems:
        raise ConfigError(problems)
    return Exit.DONE


def _as_json(problem: Problem) -> dict[str, str]:
    return {"what": problem.what, "where": problem.where, "remedy": problem.remedy}
