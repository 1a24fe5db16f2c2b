"""`python -m digest` is the command `digest`."""

import gc
import sys

_OBJECTS = 20_000  # new ones, after which the collector of garbage looks; Python's own number is 700


def main() -> None:
    """Run the command line; Ctrl-C counts from the first moment, while the command line is still being imported.

    Nearly all that a command makes lives as long as it does: to look for garbage in it as often as Python does takes a
    fifth of its start.
    """
    gc.set_threshold(_OBJECTS, 20, 20)
    try:
        from digest.cli.main import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
