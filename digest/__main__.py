"""`python -m digest` is the command `digest`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C counts from the first moment, while the command line is still being imported."""
    try:
        from digest.cli.main import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
