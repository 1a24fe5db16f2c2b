"""What `digest check` tries: every part that a run will need, each on its own, so that all problems show at once."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path

from digest import collect, compose, deliver, plugins, summarize
from digest.config import Settings, SourceSettings, resolve_password, split_mailbox
from digest.deliver.domain import check_domain, check_key
from digest.errors import DigestError, OutputError, Problem
from digest.pipeline.build import Clock
from digest.store import Store

OpenStore = Callable[[], AbstractContextManager[Store]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What one check found. `result` is a line for a person; `problems` must be mended, `warnings` should be."""

    name: str
    result: str = ""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def run_checks(settings: Settings, open_store: OpenStore, *, clock: Clock, online: bool) -> list[Checked]:
    """Try every part; changes nothing but the schema of the store. `online`: sources, mail server and DNS as well."""
    checked = [
        Checked(name="config", result=str(settings.file)),
        _sources(settings),
        _language(settings),
        _try("subject", lambda: compose.check_subject(settings, now=clock())),
        _theme(settings),
        _try("model", lambda: summarize.check_model(settings.summarizer)),
        _try("output", lambda: _output(settings)),
        (transport := _with_warnings(_try("transport", lambda: _transport(settings)), _in_clear(settings))),
        (signing := _try("signature", lambda: deliver.check_signing(settings))),
        _try("store", lambda: _store(open_store)),
    ]
    if online:
        checked += [_source_online(source, settings, clock) for source in settings.sources]
        if not transport.problems:  # else the same would be told twice
            checked.append(_try("mail server", lambda: deliver.check_transport(settings)))
        checked.append(_domain(settings))
        if not signing.problems:
            checked.append(_key(settings))
    return checked


def _try(name: str, attempt: Callable[[], str]) -> Checked:
    try:
        return Checked(name=name, result=attempt())
    except DigestError as error:
        return Checked(name=name, problems=error.problems)


def _sources(settings: Settings) -> Checked:
    problems = [problem for source in settings.sources for problem in _source_problems(source, settings)]
    if not settings.sources:
        problems.append(
            Problem(what="there are no sources", where=str(settings.file), remedy="add a [[sources]] table")
        )
    return Checked(name="sources", result=f"{len(settings.sources)} in the configuration", problems=tuple(problems))


def _source_problems(source: SourceSettings, settings: Settings) -> list[Problem]:
    where = f"{settings.file} [[sources]] {source.name}"
    problems = []
    if source.path is not None and not os.path.exists(source.path):  # noqa: PTH110 - Path fails where it may not look
        problems.append(Problem(what=f"there is no {source.path}", where=where, remedy="mend path"))
    if plugins.find("sources", source.type) is None:
        known = ", ".join(plugins.names("sources"))
        problems.append(Problem(what=f"nothing here reads a {source.type}", where=where, remedy=f"known: {known}"))
    return problems


def _language(settings: Settings) -> Checked:
    code = settings.newsletter.language
    where = f"{settings.file} [newsletter] language"
    if not compose.knows_language(settings):
        what = f"nothing is known of the language {code!r}: dates and words will be in English"
        return _warned(Problem(what=what, where=where, remedy='use a code like "en", "de" or "pt-BR"'))
    if not compose.has_words(settings):
        known = ", ".join(compose.languages())
        remedy = f"known: {known}; or put locale/{code.replace('-', '_')}.po into the folder of [theme] dir"
        what = f"words like “Unsubscribe” are not translated into {code!r}: they will be in English"
        return _warned(Problem(what=what, where=where, remedy=remedy))
    return Checked(name="language")


def _warned(warning: Problem) -> Checked:
    return Checked(name="language", warnings=(warning,))


def _output(settings: Settings) -> str:
    folder = settings.output.dir
    parent = next(place for place in (folder, *folder.parents) if place.exists())
    if not (parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)):
        what = "may not be written to" if parent.is_dir() else "is not a folder"
        raise OutputError(what, where=str(parent), remedy="name another in [output] dir")
    return str(folder)


def _theme(settings: Settings) -> Checked:
    """Whether it compiles, and what lint says of it on a made-up issue."""
    try:
        compose.check_theme(settings)
        found = compose.lint_theme(settings)
    except DigestError as error:
        return Checked(name="theme", problems=error.problems)
    warnings = tuple(Problem(what=one.message, where=f"lint: {one.rule}") for one in found)
    return Checked(name="theme", result=f"{settings.theme.name} compiles", warnings=warnings)


def _transport(settings: Settings) -> str:
    transport = settings.transport
    plugins.load("transports", transport.type, where="[transport] type")
    if transport.type == "outbox":
        return deliver.check_transport(settings)  # it asks nobody, so it need not wait for --online
    resolve_password(transport)
    if transport.ca_file is not None:
        _must_be_readable(transport.ca_file)
    if transport.type != "smtp":
        return transport.type  # a plug-in: what it does with host and port is known to itself
    return f"{transport.type} by {transport.host}:{transport.smtp_port}"


def _with_warnings(checked: Checked, warnings: tuple[Problem, ...]) -> Checked:
    return replace(checked, warnings=checked.warnings + warnings)


def _in_clear(settings: Settings) -> tuple[Problem, ...]:
    """Whether a password would cross a network that others may listen on."""
    transport = settings.transport
    if transport.type != "smtp" or transport.tls != "none" or not transport.username or _is_here(transport.host):
        return ()
    what = f"the password goes to {transport.host} in clear, and so does every letter"
    return (Problem(what=what, where="[transport] tls", remedy='set "starttls" or "ssl"'),)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") in {"localhost", "localhost.localdomain"}


def _must_be_readable(path: Path) -> None:
    from digest.errors import ConfigError

    try:
        path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", where="[transport] ca_file") from error


def _store(open_store: OpenStore) -> str:
    with open_store() as store:
        return store.place


def _source_online(source: SourceSettings, settings: Settings, clock: Clock) -> Checked:
    """Read the source for once, into a store that is forgotten."""
    import tempfile

    from digest.store import open_store

    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/check.db") as store:
        collected = collect.collect([source], settings.collect, store, now=clock())
    report = collected.sources[0]
    if report.status == "failed":
        problem = Problem(what=report.error or "failed", where=source.name, remedy="mend it or take it out")
        return Checked(name=source.name, warnings=(problem,))
    return Checked(name=source.name, result=f"{report.status}, {report.fetched} entries")


def _key(settings: Settings) -> Checked:
    found = check_key(settings)
    return Checked(name="signing key", result=found.result, warnings=found.warnings)


def _domain(settings: Settings) -> Checked:
    _, address = split_mailbox(settings.newsletter.from_)
    domain = address.rpartition("@")[2]
    found = check_domain(domain)
    return Checked(name=f"records of {domain}", result=found.result, warnings=found.warnings)
