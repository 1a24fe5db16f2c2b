"""A PostgreSQL of a drill's own, that can be stopped as by a crash. Needs `initdb` and `pg_ctl`."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

# Where systems keep them that have several versions at a time.
_ELSEWHERE = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@dataclass(frozen=True)
class Database:
    """A server that listens on loopback alone. `url` is that of an empty database."""

    url: str
    folder: Path
    port: int

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        _run("pg_ctl", "-w", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once: what it had not written down yet is lost, as after a crash."""
        _run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is; None when it is not there."""
    path = os.pathsep.join([os.environ["PATH"], *map(str, _ELSEWHERE)])
    return shutil.which(name, path=path)


@contextmanager
def database() -> Iterator[Database]:
    """Run one until the block is left."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with TemporaryDirectory(prefix="digest-") as name:
        own = Database(f"postgresql://digest@127.0.0.1:{port}/postgres", Path(name), port)
        if os.geteuid() == 0:
            shutil.chown(name, "nobody")
        _run("initdb", "-D", f"{name}/data", "-U", "digest", "-A", "trust", "--no-sync")
        own.start()
        try:
            yield own
        finally:
            own.stop()


def _run(name: str, *arguments: str) -> None:
    """PostgreSQL does not run as root."""
    found = program(name)
    assert found is not None, f"{name} is missing"
    user = "nobody" if os.geteuid() == 0 else None
    subprocess.run([found, *arguments], check=True, user=user, cwd="/", stdout=subprocess.DEVNULL, timeout=120)
