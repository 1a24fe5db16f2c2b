"""DKIM: what we sign, another implementation verifies, and what was changed on the way, it does not."""

import base64
import re
import subprocess
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.config import Settings
from digest.deliver.dkim import open_signer, public_record
from digest.deliver.message import MessageTemplate
from digest.errors import ConfigError
from tests.deliver.test_message import NOW, frozen, reader

KEYS = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
    "curve": ec.generate_private_key(ec.SECP256R1()),
}


def key_file(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.pem"
    if kind == "short":  # cryptography makes none so short any more
        subprocess.run(["openssl", "genrsa", "-out", path, "768"], check=True, capture_output=True)
        return path
    path.write_bytes(KEYS[kind].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def template(key: Path, subject: str = "A bridge", **dkim_keys: object) -> MessageTemplate:
    config = {
        "newsletter": {"name": "Harbour", "from": "The Harbour <letter@news.harbour.example>"},
        "dkim": {"selector": "digest", "key_file": key, **dkim_keys},
        "web": {"unsubscribe_url": "https://harbour.example/leave/{token}"},
    }
    return MessageTemplate(frozen(subject), Settings.model_validate(config), date=NOW)


def verifies(content: bytes, key: Path) -> bool:
    record = public_record(key).encode()

    def answer(name: bytes, timeout: int = 5) -> bytes:
        assert name.rstrip(b".") == b"digest._domainkey.news.harbour.example"
        return record

    return bool(dkim.verify(content, dnsfunc=answer))


@pytest.fixture(params=["rsa", "ed25519"])
def key(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return key_file(tmp_path, request.param)


def test_another_implementation_verifies_the_signature(key: Path) -> None:
    made = template(key)
    for number in range(3):
        assert verifies(made.letter(reader(number=number)).content, key)


def test_the_body_as_it_stands_in_data_is_what_was_signed(key: Path) -> None:
    content = template(key).letter(reader()).content
    assert content.endswith(b"--\r\n")
    assert not re.search(rb"(?m)^\.", content), "nothing is stuffed"
    assert verifies(content + b"\r\n\r\n", key), "empty lines at the end do not count"


def test_refolded_headers_still_verify_and_changed_ones_do_not(key: Path) -> None:
    content = template(key).letter(reader()).content
    assert verifies(content.replace(b"Subject: A bridge", b"subject:  A\r\n\tbridge"), key)
    assert not verifies(content.replace(b"Subject: A bridge", b"Subject: A trick"), key)
    assert not verifies(content.replace(b"leave/secret1", b"leave/secret2"), key)
    assert not verifies(content.replace(b"From: ", b"From: x@evil.example\r\nFrom: ", 1), key), "From stands once"
    assert not verifies(content.replace(b"rom the harbour", b"rom the harboar"), key)


def test_both_headers_of_one_click_are_signed(key: Path) -> None:
    header = template(key).letter(reader()).content.partition(b"\r\nMessage-ID")[0]
    signed = re.sub(rb"\s", b"", header).partition(b"h=")[2].partition(b";")[0].split(b":")
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"message-id", b"to"} <= set(signed)
    assert signed.count(b"from") == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_name_and_subject_verify(tmp_path: Path, name: str, subject: str) -> None:
    path = key_file(tmp_path, "ed25519")
    assert verifies(template(path, subject).letter(reader(name)).content, path)


@pytest.mark.parametrize(("kind", "what"), [("short", "768 bits"), ("curve", "neither an RSA nor an Ed25519 key")])
def test_a_key_that_receivers_refuse_is_refused(kind: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=what):
        template(key_file(tmp_path, kind))


def test_a_file_that_is_no_key_is_told_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    with pytest.raises(ConfigError, match=r"cannot read .*k\.pem"):
        template(path)
    path.write_text("no key")
    with pytest.raises(ConfigError, match="holds no private key") as told:
        template(path)
    assert "openssl genrsa" in told.value.problems[0].remedy


def test_only_the_senders_own_domain_may_sign(tmp_path: Path) -> None:
    path = key_file(tmp_path, "ed25519")
    content = template(path, domain="harbour.example").letter(reader()).content
    assert b"d=harbour.example;" in content
    with pytest.raises(ConfigError, match="only the sender's own domain"):
        template(path, domain="relay.example")
    with pytest.raises(ConfigError, match="only the sender's own domain"):
        template(path, domain="arbour.example")


def test_without_a_key_nothing_is_signed() -> None:
    assert open_signer(Settings()) is None


def test_the_record_for_the_dns_is_the_public_half(tmp_path: Path) -> None:
    record = public_record(key_file(tmp_path, "ed25519"))
    assert record.startswith("v=DKIM1; k=ed25519; p=")
    assert len(base64.b64decode(record.rpartition("p=")[2])) == 32
