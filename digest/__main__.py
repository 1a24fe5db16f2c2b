"""`python -m digest` is the command `digest`."""

import gc
import os
import sys

_OBJECTS = 20_000  # new ones, after which the collector of garbage looks; Python's own number is 700


def main() -> None:
    """Run the command line; Ctrl-C counts from the first moment, while the command line is still being imported.

    Nearly all that a command makes lives as long as it does: to look for garbage in it as often as Python does, and
    once more at the end, takes a quarter of the time of a small command.
    """
    gc.set_threshold(_OBJECTS, 20, 20)
    _open_what_is_closed()
    try:
        from digest.cli.main import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    try:
        run()
    finally:
        gc.freeze()  # else the interpreter looks through all of it once more as it ends


def _open_what_is_closed() -> None:
    """Give each standard stream that the caller closed to nobody.

    Else the next file to be opened, perhaps the store, would have its number, and get what is meant for the stream.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nobody = os.open(os.devnull, os.O_RDWR)
            if nobody != number:
                os.dup2(nobody, number)
                os.close(nobody)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


if __name__ == "__main__":
    main()
