"""What can be looked at, and the e-mail that is made of it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from digest import compose, deliver
from digest.config import Settings, ThemeSettings, load_config
from digest.errors import ConfigError, DigestError, StoreError, TemplateError, UsageError
from digest.model import Finding, FrozenIssue, IssueState, Rendered
from digest.pipeline.preview import READER
from digest.resources import templates_dir
from digest.store.issues import IssueRow
from digest.web import past
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
        return past.findings(self.issue) if self.as_frozen else compose.lint(self.issue.rendered, self.settings)

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
        self._unmended: dict[Choice, str] = {}
        self._lock = threading.Lock()

    def choices(self) -> Choices:
        """All that can be chosen. Raises ConfigError."""
        settings = load_config(self.config)
        issues: tuple[IssueRow, ...] = ()
        problem: DigestError | None = None
        try:
            issues = tuple(past.issues(settings, _MOST_ISSUES))
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
        """The e-mail of a choice. Raises ConfigError, TemplateError, StoreError, UsageError for what is not there.

        A TemplateError holds every mistake of the theme, and not only the one that rendering came to first.
        """
        try:
            shown = self._show(choice, load_config(self.config))
        except TemplateError as error:
            whole = self._completed(error, choice.theme)
            self._tell_mistake(choice, whole)
            raise whole from error
        except DigestError as error:
            self._tell_mistake(choice, error)
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
        issue_id = choice.issue or past.latest(settings) or _SAMPLE + samples()[0].id
        is_sample = issue_id.startswith(_SAMPLE)
        if is_sample:
            issue, settings = self._sample(issue_id.removeprefix(_SAMPLE), settings)
        else:
            issue = past.issue(issue_id, settings)
        can_render = is_sample or bool(issue.sections)
        as_frozen = not is_sample and (choice.theme == FROZEN or not (choice.theme or can_render))
        if not as_frozen:
            settings = _themed(settings, choice.theme)
            along = issue.rendered.pictures or None  # else each from its own address
            issue = replace(issue, rendered=compose.render(past.made_of(issue), settings, pictures=along))
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

    def _completed(self, error: TemplateError, theme: str) -> TemplateError:
        try:
            self.check(theme)
        except TemplateError as more:
            return TemplateError(list(dict.fromkeys((*error.problems, *more.problems))))
        return error

    def _tell_mistake(self, choice: Choice, error: DigestError) -> None:
        self._tell_once(choice, "\n".join(f"error: {problem}" for problem in error.problems))

    def _tell_once(self, choice: Choice, problem: str) -> None:
        with self._lock:
            before = self._unmended.pop(choice, "")
            if before and not problem:  # it is gone for the other choices too, which nobody may look at again
                self._unmended = {other: told for other, told in self._unmended.items() if told != before}
            known = problem in self._unmended.values()
            if problem:
                self._unmended[choice] = problem
            mended = bool(before) and not self._unmended
        if problem and problem != before and not known:
            self.tell(problem)
        elif mended:
            self.tell("mended")


def _themed(settings: Settings, theme: str) -> Settings:
    """The settings with another theme, without what the configuration says of its own."""
    if theme in {"", FROZEN}:
        return settings
    try:
        chosen = ThemeSettings(name=theme)
    except ValueError as error:  # it stood in the address of the page
        raise UsageError(f"no theme is called {theme[:40]!r}", remedy="choose another") from error
    return settings.model_copy(update={"theme": chosen})
