"""`digest models`."""

from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.command import JsonOption, command, new_app
from digest.cli.exits import Exit
from digest.cli.output import print_json, print_table, print_text
from digest.cli.session import Session
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.config import SummarizerSettings

app = new_app("Models: what summarizes the articles.")

NameArgument = Annotated[
    str | None,
    typer.Argument(metavar="[NAME]", help="A model of Hugging Face; left out, the configured one."),
]
RevisionOption = Annotated[str | None, typer.Option("--revision", help="Branch, tag, commit or refs/pr/NUMBER.")]


def list_(session: Session, *, json: JsonOption = False) -> Exit:
    """List the models on this machine, with what they take on disk."""
    from digest.summarize.download import said_size
    from digest.summarize.inventory import list_models

    models = list_models(session.settings_or_defaults.summarizer)
    if json:
        fields = ("name", "revision", "kind", "configured", "size", "converted", "path", "note")
        print_json([{field: getattr(model, field) for field in fields} for model in models])
        return Exit.DONE
    header = ("name", "revision", "kind", "size", "converted", "note")
    rows = [
        (
            f"{model.name} *" if model.configured else model.name,
            model.revision[:12],
            model.kind,
            said_size(model.size) if model.size else "",
            said_size(model.converted) if model.converted else "",
            model.note,
        )
        for model in models
    ]
    print_table(header, rows)
    session.detail("* is the model that the configuration names")
    return Exit.DONE


def pull(
    session: Session, *, name: NameArgument = None, revision: RevisionOption = None, json: JsonOption = False
) -> Exit:
    """Download a model and make it ready, so that no run has to wait for it."""
    from digest.summarize import check_model
    from digest.summarize.download import fetch, plan_download, said_size
    from digest.summarize.hub import is_folder

    settings = _named(session, name, revision)
    if settings.model == "builtin":
        raise UsageError("the built-in model comes with digest", remedy="name a model of Hugging Face")
    size = 0
    if not is_folder(settings.model):
        plan = plan_download(settings.model, settings.revision)
        size = plan.size
        missing = said_size(plan.missing) if plan.missing else "nothing"
        session.say(f"{plan.name} {plan.commit[:12]}: {said_size(size)} in {len(plan.files)} files, {missing} to fetch")
        with session.progress() as progress:
            fetch(plan, progress)
    session.say("making it ready; this is done once")
    ready = check_model(settings)
    if json:
        print_json({"model": settings.model, "revision": settings.revision, "size": size, "ready": ready})
    else:
        print_text(ready)
    return Exit.DONE


def remove(
    session: Session,
    *,
    name: Annotated[str, typer.Argument(help="The model to remove.")],
    revision: RevisionOption = None,
    json: JsonOption = False,
) -> Exit:
    """Remove a model's download and its converted copy."""
    from digest.summarize.download import said_size
    from digest.summarize.inventory import remove_model

    removed = remove_model(name, revision or "", session.settings_or_defaults.summarizer)
    if json:
        print_json({"model": name, "revisions": list(removed.revisions), "freed": removed.size})
    else:
        session.say(f"freed {said_size(removed.size)}")
    return Exit.DONE


def prompt(session: Session) -> Exit:
    """Print the prompt that instruction models are given; edit a copy and name it in [summarizer] prompt."""
    from digest.summarize.prompt import PromptTemplate, prompt_file

    settings = session.settings_or_defaults
    print_text(PromptTemplate(prompt_file(settings.summarizer, settings.newsletter.language)).source.rstrip("\n"))
    return Exit.DONE


def _named(session: Session, name: str | None, revision: str | None) -> "SummarizerSettings":
    settings = session.settings_or_defaults.summarizer
    if name is None:
        return settings if revision is None else settings.model_copy(update={"revision": revision})
    kept = settings.revision if name == settings.model else ""
    return settings.model_copy(update={"model": name, "revision": kept if revision is None else revision})


command(app, "list")(list_)
command(app, "pull")(pull)
command(app, "remove")(remove)
command(app, "prompt")(prompt)
