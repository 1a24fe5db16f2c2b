"""`digest preview`."""

import threading
import webbrowser
from typing import Annotated

import typer

from digest.cli.command import command
from digest.cli.exits import Exit
from digest.cli.output import print_text
from digest.cli.session import Session

PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="Where to listen; 0 takes a free port.")]
OpenOption = Annotated[bool, typer.Option("--open", help="Open the page in the web browser.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to `app`."""
    command(app, "preview")(preview)


def preview(session: Session, *, port: PortOption = 8484, open_: OpenOption = False) -> Exit:
    """Show the e-mail in the browser, made anew whenever a template is saved. Sends nothing."""
    from digest.config import find_config, load_config
    from digest.web import serve_preview

    config = find_config(session.options.config)
    load_config(config)  # what is wrong with it from the start is told here, and later on the page

    def started(address: str) -> None:
        print_text(address, now=True)
        session.say("shows the e-mail as it is saved; Ctrl-C ends")
        if open_:  # in a thread of its own, for a browser in the terminal would hold the server up
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve_preview(config, port=port, clock=session.clock, started=started, tell=session.say)
    return Exit.DONE
