"""`digest bounces`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.command import JsonOption, command
from digest.cli.exits import Exit
from digest.cli.output import print_json, print_table
from digest.cli.session import Session
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.pipeline import BouncesRead, MailPlace

ImapOption = Annotated[
    str | None, typer.Option("--imap", metavar="URL", help="An IMAP folder: imaps://HOST/FOLDER.", show_default=False)
]
MaildirOption = Annotated[Path | None, typer.Option("--maildir", metavar="DIR", help="A Maildir.", show_default=False)]
MboxOption = Annotated[Path | None, typer.Option("--mbox", metavar="FILE", help="An mbox file.", show_default=False)]
StdinArgument = Annotated[
    str | None,
    typer.Argument(metavar="[-]", help="Read a letter, or an mbox, from standard input.", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "bounces")(bounces)


def bounces(
    session: Session,
    *,
    stdin: StdinArgument = None,
    imap: ImapOption = None,
    maildir: MaildirOption = None,
    mbox: MboxOption = None,
    json: JsonOption = False,
) -> Exit:
    """Read delivery reports and mailed requests to unsubscribe; without options, where [bounces] says.

    Mailboxes that are not there are mailed no more; passing failures are counted. Nothing in the mailbox is changed.
    """
    from digest import pipeline

    place = _place(stdin, imap, maildir, mbox)
    with session.store() as store, session.progress() as progress:
        read = pipeline.read_bounces(session.settings, store, place, clock=session.clock, progress=progress)
    if json:
        print_json(_as_json(read))
    else:
        _tell(session, read)
    return Exit.DONE


def _place(stdin: str | None, imap: str | None, maildir: Path | None, mbox: Path | None) -> "MailPlace | None":
    from digest.pipeline import MailPlace

    if sum(given is not None for given in (stdin, imap, maildir, mbox)) > 1:
        raise UsageError("several mailboxes are named", remedy="choose one of --imap, --maildir, --mbox and -")
    if stdin is not None:
        if stdin != "-":
            raise UsageError(f"{stdin!r} is no option", remedy=f"a file: --mbox {stdin}; standard input: -")
        return MailPlace(content=sys.stdin.buffer.read())
    if imap is not None and not imap.startswith(("imap://", "imaps://")):
        raise UsageError(f"{imap!r} is no IMAP address", remedy="write it like imaps://HOST/INBOX")
    if imap is None and maildir is None and mbox is None:
        return None
    return MailPlace(imap=imap, maildir=maildir, mbox=mbox)


def _tell(session: Session, read: "BouncesRead") -> None:
    from digest.deliver.bounces import Effect

    told = [settled for _, settled in read.settled if settled.effect is not Effect.IGNORED]
    if told:
        print_table(
            ("effect", "address", "issue", "text"), [(one.effect, one.address, one.issue, one.text) for one in told]
        )
    for skipped in read.skipped:
        session.warn(f"{skipped.ref}: {skipped.reason}")
    for ref, settled in read.settled:
        if settled.effect is Effect.IGNORED:
            session.detail(f"{ref}: {settled.text}")
    counts = ", ".join(f"{count} {effect}" for effect, count in read.counts.items()) or "nothing new"
    letters = "1 letter" if len(read.settled) == 1 else f"{len(read.settled)} letters"
    session.say(f"{letters} read: {counts}; {read.seen} were read before")


def _as_json(read: "BouncesRead") -> dict[str, object]:
    return {
        "letters": [
            {"ref": ref, "effect": one.effect.value, "address": one.address, "issue": one.issue, "text": one.text}
            for ref, one in read.settled
        ],
        "seen": read.seen,
        "skipped": [{"stage": one.stage, "ref": one.ref, "reason": one.reason} for one in read.skipped],
    }
