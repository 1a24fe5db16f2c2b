"""The DNS records that receivers ask for before they trust a sender: SPF, DKIM and DMARC.

Sources: RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC), RFC 8020 (an empty name with names below it exists).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.config import Settings
from digest.deliver.dkim import public_record, signing_domain
from digest.errors import Problem

if TYPE_CHECKING:
    from dns.resolver import Resolver

_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRecords:
    """What the records say. `warnings` name what large receivers would refuse or distrust."""

    result: str
    warnings: tuple[Problem, ...]


def check_domain(domain: str, resolver: "Resolver | None" = None) -> DomainRecords:
    """Look the records of a sender's domain up. A server that does not answer is a warning, never an error."""
    import dns.exception
    import dns.resolver

    resolver = resolver or dns.resolver.Resolver()
    resolver.lifetime = _TIMEOUT_S
    try:
        found = {
            "SPF": bool(_texts(resolver, domain, "v=spf1")),
            "DKIM": _exists(resolver, f"_domainkey.{domain}"),
            "DMARC": any(_texts(resolver, f"_dmarc.{name}", "v=DMARC1") for name in _with_parents(domain)),
        }
    except (dns.exception.DNSException, OSError) as error:
        return DomainRecords(result="", warnings=(Problem(what=f"DNS did not answer: {error}", where=domain),))
    warnings = tuple(
        Problem(what=f"has no {kind} record", where=domain, remedy=_REMEDIES[kind])
        for kind, there in found.items()
        if not there
    )
    return DomainRecords(result=", ".join(kind for kind, there in found.items() if there), warnings=warnings)


def check_key(settings: Settings, resolver: "Resolver | None" = None) -> DomainRecords:
    """Whether the DNS publishes the key that `[dkim]` signs with. Raises ConfigError when that key cannot be used."""
    import dns.exception
    import dns.resolver

    if settings.dkim.key_file is None:
        return DomainRecords(result="letters are signed by the mail server, or not at all", warnings=())
    wanted = public_record(settings.dkim.key_file)
    name = f"{settings.dkim.selector}._domainkey.{signing_domain(settings)}"
    resolver = resolver or dns.resolver.Resolver()
    resolver.lifetime = _TIMEOUT_S
    try:
        published = _texts(resolver, name, "")
    except (dns.exception.DNSException, OSError) as error:
        return DomainRecords(result="", warnings=(Problem(what=f"DNS did not answer: {error}", where=name),))
    if any(_key_in(text) == _key_in(wanted) for text in published):
        return DomainRecords(result=f"{name} is the key that signs", warnings=())
    what = "is another key than the one that signs" if published else "is not published"
    return DomainRecords(result="", warnings=(Problem(what=what, where=name, remedy=f'publish TXT "{wanted}"'),))


def _key_in(record: str) -> str:
    return next((tag.strip()[2:].replace(" ", "") for tag in record.split(";") if tag.strip().startswith("p=")), "")


_REMEDIES = {
    "SPF": 'publish a TXT record like "v=spf1 include:YOUR-RELAY -all"',
    "DKIM": "publish the key that your mail server signs with, as its documentation says",
    "DMARC": 'publish a TXT record at _dmarc like "v=DMARC1; p=none; rua=mailto:YOU"',
}


def _texts(resolver: "Resolver", name: str, start: str) -> list[str]:
    import dns.resolver

    try:
        answer = resolver.resolve(name, "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    texts = [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    return [text for text in texts if text.lower().startswith(start.lower())]


def _exists(resolver: "Resolver", name: str) -> bool:
    """Whether anything is published at or below a name: which key is ours, only the signing server knows."""
    import dns.resolver

    try:
        resolver.resolve(name, "TXT")
    except dns.resolver.NXDOMAIN:
        return False
    except dns.resolver.NoAnswer:
        return True
    return True


def _with_parents(domain: str) -> list[str]:
    """The domain, then its parents down to two labels: DMARC falls back to the organization's domain."""
    labels = domain.split(".")
    return [".".join(labels[i:]) for i in range(max(1, len(labels) - 1))]
