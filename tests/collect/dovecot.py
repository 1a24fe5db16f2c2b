"""A real IMAP server, Dovecot, on loopback over TLS, with one user and a folder of letters."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

_CONFIG = """
base_dir = {run}
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{root}/server.pem
ssl_key = <{root}/server.key
mail_location = maildir:{mail}:LAYOUT=fs
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = static
  args = password=word
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={mail}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """`folder` is the Maildir behind `url`; `authority` the file with the certificate to trust."""

    url: str
    folder: Path
    authority: Path

    def put(self, name: str, letter: bytes) -> None:
        path = self.folder / "new" / f"{name}.host"
        path.write_bytes(letter)
        shutil.chown(path, "nobody", "nogroup")

    def flags(self) -> list[str]:
        return sorted(path.name.partition(":2,")[2] for path in self.folder.glob("*/*.host*"))

    def renumber(self) -> None:
        """Make the server forget its numbers of letters, as a moved or restored mailbox does."""
        for path in self.folder.glob("dovecot*"):
            path.unlink()


def missing() -> str:
    """Why the server cannot be run here, "" when it can."""
    if shutil.which("dovecot") is None:
        return "dovecot is not installed (Debian: dovecot-imapd)"
    return "" if os.geteuid() == 0 else "dovecot wants to be started by root"


@contextmanager
def running() -> Iterator[Dovecot]:
    """Start the server, and end it."""
    root = Path(tempfile.mkdtemp(prefix="dovecot-"))
    root.chmod(0o755)
    folder = root / "mail" / "News"
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for path in (root / "mail", folder, *folder.iterdir()):
        shutil.chown(path, "nobody", "nogroup")
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(root / "authority.pem")
    certificate.private_key_pem.write_to_path(root / "server.key")
    (root / "server.pem").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    owner = folder.stat()
    config = root / "dovecot.conf"
    config.write_text(
        _CONFIG.format(root=root, run=root / "run", mail=root / "mail", port=port, uid=owner.st_uid, gid=owner.st_gid)
    )
    process = subprocess.Popen(["dovecot", "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait_for(port, process, root / "log")
        yield Dovecot(f"imaps://localhost:{port}/News", folder, root / "authority.pem")
    finally:
        process.terminate()
        process.communicate(timeout=20)
        shutil.rmtree(root, ignore_errors=True)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            said = process.stderr.read().decode() if process.stderr else ""
            raise RuntimeError(f"dovecot ended: {said} {log.read_text() if log.exists() else ''}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("dovecot does not listen")
