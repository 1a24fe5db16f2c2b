"""The wheel holds all that a build needs: installed outside the checkout, it makes a digest."""

import json
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from pathlib import Path

import pytest

pytestmark = [pytest.mark.wheel, pytest.mark.model]

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel in it.

    Its dependencies are those of the environment that runs the tests: installing torch once more would prove nothing.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(folder.glob("*.whl"))
    venv.create(folder / "env", with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "env"), "install", "--no-deps", "--quiet", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    site = next((folder / "env").glob("lib/python*/site-packages"))
    # A path added this way is searched after the environment's own, and editable installs in it are not followed.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "env" / "bin"


def test_the_command_runs_from_the_wheel_and_not_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    code = "import digest; print(digest.__file__)"
    done = subprocess.run([installed / "python", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert Path(done.stdout.strip()).is_relative_to(installed.parent)


def test_init_and_build_make_a_digest_of_the_samples(installed: Path, tmp_path: Path) -> None:
    subprocess.run([installed / "digest", "init", "letter"], cwd=tmp_path, check=True, capture_output=True)
    done = subprocess.run(
        [installed / "digest", "build", "--json"], cwd=tmp_path / "letter", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert sum(len(section["entries"]) for section in report["sections"]) >= 10
    assert (tmp_path / "letter" / "out" / report["issue"] / "index.html").is_file()


def test_the_preview_has_its_page(installed: Path, tmp_path: Path) -> None:
    subprocess.run([installed / "digest", "init"], cwd=tmp_path, check=True, capture_output=True)
    command = [installed / "digest", "preview", "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            for path in ("", "preview.js", "preview.css", "pictures/1.svg"):
                with urllib.request.urlopen(address + path, timeout=30) as answer:
                    assert answer.status == 200
            with urllib.request.urlopen(f"{address}state", timeout=30) as answer:
                assert "night ferry" in json.load(answer)["subject"]
        finally:
            process.terminate()
