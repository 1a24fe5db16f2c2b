"""A real mail host on loopback: Postfix, which takes letters with STARTTLS and login and sends reports back, and
Dovecot, which knows the users and serves their mailboxes by IMAP over TLS. Both run from a folder of their own.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

USER, PASSWORD = "letter@harbour.example", "correct-horse-battery"
DOMAINS = "harbour.example example.org"
_DEADLINE_S = 60.0

_DOVECOT = """
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
mail_location = maildir:{folder}/mail/%d/%n/Maildir
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%d/%n allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service auth {{
  inet_listener {{
    port = {sasl}
  }}
}}
service anvil {{
  chroot =
}}
"""

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.harbour.example
mydestination =
mynetworks =
alias_maps =
recipient_delimiter = +
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
relayhost = [127.0.0.1]:{next_host}
smtp_tls_security_level = none
smtpd_tls_cert_file = {folder}/server.pem
smtpd_tls_key_file = {folder}/server.key
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_count_limit = 0
message_size_limit = 20000000
"""

_SERVICES = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class MailHost:
    """A running host. `folder` holds its mailboxes and logs; everyone's password is the same."""

    folder: Path
    smtp_port: int
    imaps_port: int
    ca_file: Path

    def transport(self, **changes: object) -> str:
        """The `[transport]` table of a configuration that sends by this host."""
        values: dict[str, object] = {
            "type": "smtp", "host": "localhost", "port": self.smtp_port, "tls": "starttls",
            "ca_file": str(self.ca_file), "username": USER, "password": PASSWORD, "timeout": 20.0, **changes,
        }  # fmt: skip
        lines = [f"{key} = {value if isinstance(value, int | float) else repr(value)}" for key, value in values.items()]
        return "\n".join(["[transport]", *lines, ""]).replace("'", '"')

    def imaps(self, folder: str = "INBOX") -> str:
        """The address of a folder."""
        return f"imaps://localhost:{self.imaps_port}/{folder}"

    def letters(self, address: str) -> list[bytes]:
        """The letters in the mailbox of an address."""
        local, _, domain = address.partition("@")
        box = self.folder / "mail" / domain / local / "Maildir"
        return [path.read_bytes() for name in ("new", "cur") for path in sorted((box / name).glob("*"))]

    def wait_for(self, address: str, count: int) -> list[bytes]:
        """The letters of an address, once there are so many."""
        deadline = time.monotonic() + _DEADLINE_S
        while len(found := self.letters(address)) < count:
            assert time.monotonic() < deadline, f"{address} has {len(found)} letters, not {count}\n{self.log()}"
            time.sleep(0.05)
        return found

    def log(self) -> str:
        """What both servers wrote."""
        paths = [self.folder / "postfix.log", self.folder / "dovecot.log"]
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in paths if path.exists())


@contextmanager
def mail_host(*, mailboxes: tuple[str, ...], next_host: int) -> Iterator[MailHost]:
    """Run both servers until the block is left. `next_host` is the port that mail for other domains is relayed to."""
    _must_be_installed()
    folder = Path(tempfile.mkdtemp(prefix="mailhost", dir="/tmp"))
    folder.chmod(0o755)
    host = MailHost(folder, free_port(), free_port(), folder / "ca.pem")
    _configure(host, mailboxes, sasl=free_port(), next_host=next_host)
    dovecot = subprocess.Popen(["dovecot", "-F", "-c", folder / "dovecot.conf"])
    try:
        _wait_until_open(host.imaps_port, host)
        _postfix(folder, "start")
        try:
            _wait_until_open(host.smtp_port, host)
            yield host
        finally:
            _postfix(folder, "stop")
    finally:
        dovecot.terminate()
        dovecot.wait(20)
        shutil.rmtree(folder)


def _must_be_installed() -> None:
    missing = [name for name in ("postfix", "dovecot") if shutil.which(name, path=_PATH) is None]
    why = f"not installed: {', '.join(missing)}" if missing else "" if os.getuid() == 0 else "servers want root"
    if why and os.environ.get("CI"):
        pytest.fail(why)
    if why:
        pytest.skip(why)


_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"


def _configure(host: MailHost, mailboxes: tuple[str, ...], *, sasl: int, next_host: int) -> None:
    folder = host.folder
    owner = pwd.getpwnam("nobody")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(host.ca_file))
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(str(folder / "server.key"))
    for blob in issued.cert_chain_pems:
        blob.write_to_path(str(folder / "server.pem"), append=True)
    values = {
        "folder": folder, "password": PASSWORD, "uid": owner.pw_uid, "gid": owner.pw_gid,
        "imaps": host.imaps_port, "smtp": host.smtp_port, "sasl": sasl, "next_host": next_host, "domains": DOMAINS,
    }  # fmt: skip
    for name in ("queue", "mail", "data", "postfix"):
        (folder / name).mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, 0)
    lines = [f"{address} {address.partition('@')[2]}/{address.partition('@')[0]}/Maildir/\n" for address in mailboxes]
    (folder / "mailboxes").write_text("".join(lines))
    (folder / "dovecot.conf").write_text(_DOVECOT.format(**values))
    (folder / "postfix" / "main.cf").write_text(_MAIN.format(**values))
    (folder / "postfix" / "master.cf").write_text(_SERVICES.format(**values))


def _postfix(folder: Path, command: str) -> None:
    subprocess.run(
        ["/usr/sbin/postfix", "-c", folder / "postfix", command], check=True, capture_output=True, timeout=60
    )


def _wait_until_open(port: int, host: MailHost) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, host.log()
            time.sleep(0.05)
        else:
            return


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
