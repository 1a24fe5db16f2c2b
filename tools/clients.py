"""Brings digest/config/clients.json, what mail clients can show, up to date from caniemail.com.

usage: python tools/clients.py [caniemail.json]

Without a file, the npm package `caniemail` is fetched (npm checks that it is whole). Only facts are taken over: which
client shows which feature, one letter each, as it was last tested; none of the words of caniemail.com.
"""

import argparse
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "digest" / "config" / "clients.json"
CATEGORIES = ("css", "html", "image")
ANSWERS = ("y", "a", "n", "u")  # yes, partly, no, unknown; "-" is never tested


def fetched() -> dict[str, Any]:
    """The data of the newest npm package."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", "caniemail@latest"], cwd=folder, check=True, capture_output=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as package:
            member = package.extractfile("package/data/caniemail.json")
            if member is None:
                raise SystemExit(f"{archive.name} holds no data/caniemail.json: has the package changed?")
            found: dict[str, Any] = json.load(member)
            return found


def latest(results: Mapping[str, str]) -> str:
    """The answer for the newest version tested; versions stand oldest first."""
    answer = list(results.values())[-1].split()[0][0]
    if answer not in ANSWERS:
        raise SystemExit(f"{answer!r} is no answer that is known; known: {', '.join(ANSWERS)}")
    return answer


def compacted(data: Mapping[str, Any]) -> dict[str, Any]:
    """The facts: a list of clients, and for each feature one letter a client."""
    features = [feature for feature in data["data"] if feature["category"] in CATEGORIES]
    clients = sorted(
        {f"{family}.{place}" for feature in features for family, places in feature["stats"].items() for place in places}
    )
    answers = {
        feature["slug"]: "".join(
            latest(results) if (results := feature["stats"].get(family, {}).get(place)) else "-"
            for family, place in (client.split(".") for client in clients)
        )
        for feature in features
    }
    return {
        "source": "caniemail.com, https://github.com/hteumeuleu/caniemail",
        "licence": "MIT, Copyright (c) 2019 HTeuMeuLeu",
        "updated": data["last_update_date"][:10],
        "answers": "one letter for each of the clients: y shown, a partly, n not shown, u unknown, - never tested",
        "families": data["nicenames"]["family"],
        "clients": clients,
        "features": dict(sorted(answers.items())),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="a caniemail.json that is here already")
    given = parser.parse_args().file
    data = json.loads(given.read_text(encoding="utf-8")) if given else fetched()
    made = compacted(data)
    TARGET.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(made['features'])} features, {len(made['clients'])} clients, as of {made['updated']}: {TARGET}")


if __name__ == "__main__":
    main()
