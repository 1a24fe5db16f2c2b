"""What the DNS says of a sender's domain, asked of a name server on loopback."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from digest.config import Settings
from digest.deliver.dkim import public_record
from digest.deliver.domain import check_domain, check_key

Zone = dict[str, str]


@pytest.fixture
def zone() -> Zone:
    return {}


@pytest.fixture
def resolver(zone: Zone) -> Iterator[dns.resolver.Resolver]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            query = dns.message.from_wire(data)
            answer = dns.message.make_response(query)
            name = query.question[0].name
            text = zone.get(name.to_text(omit_final_dot=True))
            if text is not None:
                pieces = " ".join(f'"{text[i : i + 200]}"' for i in range(0, len(text), 200))
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", pieces))
            elif not any(known.endswith("." + name.to_text(omit_final_dot=True)) for known in zone):
                answer.set_rcode(dns.rcode.NXDOMAIN)
            socket.sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        made = dns.resolver.Resolver(configure=False)
        made.nameservers = ["127.0.0.1"]
        made.port = server.server_address[1]
        yield made
        server.shutdown()
        thread.join()


def signing(folder: Path) -> Settings:
    path = folder / "dkim.pem"
    key = ed25519.Ed25519PrivateKey.generate()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Settings.model_validate(
        {"newsletter": {"from": "a@harbour.example"}, "dkim": {"selector": "s1", "key_file": path}}
    )


def test_what_is_missing_is_named_with_a_remedy(resolver: dns.resolver.Resolver, zone: Zone) -> None:
    zone["harbour.example"] = "v=spf1 -all"
    found = check_domain("harbour.example", resolver)
    assert found.result == "SPF"
    assert [problem.what for problem in found.warnings] == ["has no DKIM record", "has no DMARC record"]
    zone["k._domainkey.harbour.example"] = "v=DKIM1; p=x"
    zone["_dmarc.example"] = zone["_dmarc.harbour.example"] = "v=DMARC1; p=none"
    assert check_domain("harbour.example", resolver).result == "SPF, DKIM, DMARC"


def test_the_published_key_must_be_the_one_that_signs(
    tmp_path: Path, resolver: dns.resolver.Resolver, zone: Zone
) -> None:
    settings = signing(tmp_path)
    assert settings.dkim.key_file is not None
    record = public_record(settings.dkim.key_file)
    [warning] = check_key(settings, resolver).warnings
    assert (warning.what, warning.where) == ("is not published", "s1._domainkey.harbour.example")
    assert record in warning.remedy
    zone["s1._domainkey.harbour.example"] = "v=DKIM1; k=ed25519; p=AAAA"
    assert "another key" in check_key(settings, resolver).warnings[0].what
    zone["s1._domainkey.harbour.example"] = record.replace("; p=", " ; t=s; p= ")
    assert check_key(settings, resolver).warnings == ()


def test_a_name_server_that_does_not_answer_is_a_warning(
    tmp_path: Path, resolver: dns.resolver.Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.deliver.domain._TIMEOUT_S", 0.3)
    resolver.port = 9
    assert "DNS did not answer" in check_domain("harbour.example", resolver).warnings[0].what
    assert "DNS did not answer" in check_key(signing(tmp_path), resolver).warnings[0].what
