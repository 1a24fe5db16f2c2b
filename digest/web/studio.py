"""What can be looked at, and the e-mail that is made of it: reads configuration, themes and store, writes nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from digest import compose, deliver
from digest.config import Settings, ThemeSettings, load_config
from digest.errors import ConfigError, DigestError, StoreError, UsageError
from digest.model import Finding, FrozenIssue, Issue, IssueState, Rendered
from digest.pipeline.preview import READER
from digest.resources import templates_dir
from digest.store import Store, open_to_read, store_url
from digest.store.issues import IssueRow
from digest.web.samples import Sample, samples
from digest.web.watch import Places

FROZEN = "@frozen"  # stands where the name of a theme does
_SAMPLE = "sample:"
_MOST_ISSUES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person looks at. `issue` is an id in the store, or `sample:` and one of a sample; empty: the latest.

    `theme` is a name, or `FROZEN` for the issue as it was frozen; empty: as the configuration has it.
    """

    issue: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All that can be chosen. `problem` says why no issue can be; `own` is the theme that the configuration names."""

    issues: tuple[IssueRow, ...]
    samples: tuple[Sample, ...]
    themes: tuple[str, ...]
    own: str
    problem: DigestError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An e-mail as a made-up reader gets it.

    `id` is what to choose for it. `sample` says that it is made up, `as_frozen` that it is what was kept and not
    rendered now, `can_render` that it could be.
    """

    id: str
    issue: FrozenIssue
    settings: Settings
    sample: bool
    as_frozen: bool
    can_render: bool
    html: str
    text: str

    def findings(self) -> tuple[Finding, ...]:
        """What lint says of it; of an issue as it was frozen, what it said then."""
        return _findings_then(self.issue) if self.as_frozen else compose.lint(self.issue.rendered, self.settings)

    def message(self) -> bytes:
        """The whole message. Raises ConfigError when `[dkim]` names a key that cannot be used."""
        return deliver.preview_message(self.issue, self.settings, now=self.issue.created)


class Studio:
    """Made once for a run of the preview. Every call reads the files anew; safe to use from several threads.

    `tell` gets each mistake once, and that it is mended.
    """

    def __init__(self, config: Path, *, clock: Callable[[], datetime], tell: Callable[[str], None]) -> None:
        self.config = config.absolute()
        self._clock = clock
        self.tell = tell
        self._told: dict[Choice, str] = {}
        self._lock = threading.Lock()

    def choices(self) -> Choices:
        """All that can be chosen. Raises ConfigError."""
        settings = load_config(self.config)
        issues: tuple[IssueRow, ...] = ()
        problem: DigestError | None = None
        try:
            issues = tuple(_issues(settings, _MOST_ISSUES))
        except (StoreError, ConfigError) as error:
            problem = error
        theme = settings.theme
        return Choices(
            issues=issues,
            samples=samples(),
            themes=tuple(compose.theme_folders()),
            own=f"{theme.dir.name}/ over {theme.name}" if theme.dir else theme.name,
            problem=problem,
        )

    def show(self, choice: Choice) -> Shown:
        """The e-mail of a choice. Raises ConfigError, TemplateError, StoreError, UsageError for what is not there."""
        try:
            shown = self._show(choice, load_config(self.config))
        except DigestError as error:
            self._tell_once(choice, f"error: {error}")
            raise
        self._tell_once(choice, "")
        return shown

    def check(self, theme: str) -> None:
        """Try a theme on made-up issues. Raises TemplateError with every problem, ConfigError."""
        compose.check_theme(_themed(load_config(self.config), theme))

    def places(self) -> Places:
        """The files that an e-mail is made of, also while they are wrong."""
        files = {self.config, self.config.resolve()}
        folders = {templates_dir() / "themes", templates_dir() / "locale", *compose.theme_folders().values()}
        with suppress(ConfigError):  # the file is watched, and what is wrong with it is told where it is shown
            own = load_config(self.config).theme.dir
            if own is not None:
                (folders if own.is_dir() else files).add(own)
        return Places(folders=frozenset(folder.resolve() for folder in folders), files=frozenset(files))

    def _show(self, choice: Choice, settings: Settings) -> Shown:
        issue_id = choice.issue or _latest(settings) or _SAMPLE + samples()[0].id
        is_sample = issue_id.startswith(_SAMPLE)
        if is_sample:
            issue, settings = self._sample(issue_id.removeprefix(_SAMPLE), settings)
        else:
            issue = _stored(issue_id, settings)
        can_render = is_sample or bool(issue.sections)
        as_frozen = not is_sample and (choice.theme == FROZEN or not (choice.theme or can_render))
        if not as_frozen:
            settings = _themed(settings, "" if choice.theme == FROZEN else choice.theme)
            along = issue.rendered.pictures or None  # else each from its own address
            issue = replace(issue, rendered=compose.render(_made_of(issue), settings, pictures=along))
        html, text = compose.fill(issue.rendered, READER)
        return Shown(
            id=issue_id,
            issue=issue,
            settings=settings,
            sample=is_sample,
            as_frozen=as_frozen,
            can_render=can_render,
            html=html,
            text=text,
        )

    def _sample(self, sample_id: str, settings: Settings) -> tuple[FrozenIssue, Settings]:
        """A made-up issue, and the settings in its language."""
        sample = next((one for one in samples() if one.id == sample_id), None)
        if sample is None:
            raise UsageError(f"there is no sample {sample_id!r}", remedy="choose another")
        made = sample.make()
        issue = FrozenIssue(
            id=made.id,
            newsletter=settings.newsletter.name,
            number=made.number,
            created=self._clock(),
            state=IssueState.WAITING,
            period=made.period,
            rendered=Rendered(issue_id=made.id, subject=made.subject, preheader=made.preheader, html="", text=""),
            report={},
            sections=made.sections,
        )
        if not sample.language:
            return issue, settings
        newsletter = settings.newsletter.model_copy(update={"language": sample.language})
        return issue, settings.model_copy(update={"newsletter": newsletter})

    def _tell_once(self, choice: Choice, problem: str) -> None:
        with self._lock:
            before = self._told.pop(choice, "")
            known = problem in self._told.values()
            if problem:
                self._told[choice] = problem
            mended = bool(before) and not self._told
        if problem and problem != before and not known:
            self.tell(problem)
        elif mended:
            self.tell("mended")


def _themed(settings: Settings, theme: str) -> Settings:
    """The settings with another theme, without what the configuration says of its own."""
    return settings.model_copy(update={"theme": ThemeSettings(name=theme)}) if theme else settings


@contextmanager
def _store(settings: Settings) -> Iterator[Store | None]:
    """The store, to read; None when there is none yet. Raises StoreError, ConfigError when it is another's."""
    store = open_to_read(store_url(settings))
    if store is None:
        yield None
        return
    with store:
        if settings.store.url:  # one that was named might be named by another newsletter too
            store.check_owner(settings.newsletter.name, formerly=settings.newsletter.formerly)
        yield store


def _issues(settings: Settings, most: int) -> list[IssueRow]:
    with _store(settings) as store:
        return store.issues.list(most) if store else []


def _latest(settings: Settings) -> str:
    """The id of the latest issue; empty when there is none, or the store cannot be read: `choices` tells that."""
    with suppress(StoreError, ConfigError):
        return next((row.id for row in _issues(settings, 1)), "")
    return ""


def _stored(issue_id: str, settings: Settings) -> FrozenIssue:
    with _store(settings) as store:
        found = store.issues.get(issue_id) if store else None
    if found is None:
        raise UsageError(f"there is no issue {issue_id!r}", remedy="choose another")
    return found


def _made_of(issue: FrozenIssue) -> Issue:
    """What the issue was rendered from. Raises UsageError when it was not kept."""
    if not issue.sections:
        raise UsageError(
            f"the issue {issue.id} was frozen by an older digest, which did not keep what it was made of",
            remedy="look at it as it was frozen",
        )
    return Issue(
        id=issue.id,
        newsletter=issue.newsletter,
        number=issue.number,
        period=issue.period,
        subject=issue.rendered.subject,
        preheader=issue.rendered.preheader,
        sections=issue.sections,
    )


def _findings_then(issue: FrozenIssue) -> tuple[Finding, ...]:
    found = issue.report.get("lint")
    return tuple(
        Finding(rule=one["rule"], severity=one["severity"], message=one["message"])
        for one in (found if isinstance(found, list) else ())
    )
