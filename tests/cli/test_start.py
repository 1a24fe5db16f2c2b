"""Starting is quick because it is lazy: `--help` loads nothing heavy, and neither does a run that finds nothing new."""

import subprocess
import sys

import pytest

_HEAVY = (
    "torch", "transformers", "ctranslate2", "numpy", "sqlalchemy", "httpx2", "feedparser", "trafilatura",
    "lxml", "jinja2", "mjml", "yagmail", "uvicorn", "starlette", "watchfiles",
)  # fmt: skip

_LOADED = """
import sys
sys.argv = ["digest", *sys.argv[1:]]
from digest.cli.main import main
try:
    main()
except SystemExit as ended:
    assert ended.code in (None, 0), ended.code
print("\\nLOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded_by(*arguments: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", _LOADED, *arguments], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("build", "--help"), ("preview", "--help"), ("subscribers", "import", "--help")],
    ids=" ".join,
)
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments).isdisjoint(_HEAVY)
