"""Where the files that ship with digest are: themes, samples, the example configuration.

In a checkout and an editable install they stand at the top of the repository; in a wheel, inside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.exists() else _PACKAGE.parent / name


def templates_dir() -> Path:
    """The folder of built-in themes and other templates."""
    return _shipped("templates")


def samples_dir() -> Path:
    """The folder of sample articles that the example configuration reads."""
    return _shipped("samples")


def example_config() -> Path:
    """The commented reference configuration."""
    return _shipped("config.example.toml")
