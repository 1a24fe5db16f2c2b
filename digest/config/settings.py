"""Every key of the configuration with its type and default. config.example.toml documents the same keys."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from digest.config.values import (
    NAME_MAX,
    BaseUrl,
    ClientName,
    DomainName,
    Duration,
    HeaderLine,
    HeaderName,
    Language,
    Line,
    Mailbox,
    Name,
    Pattern,
    PlaceUrl,
    Rate,
    SourceUrl,
    UnsubscribeUrl,
    Variable,
    Zone,
)

SOURCE_TYPES = ("feed", "page", "sitemap", "folder", "mailbox")


class Table(BaseModel):
    """A table of the file: unknown keys are refused, values are not coerced, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_default=False, populate_by_name=True)


class NewsletterSettings(Table):
    """Who sends, and what the newsletter is called."""

    name: Name = "My digest"
    formerly: Line = ""
    from_: Mailbox = Field(default="My digest <digest@localhost>", alias="from")
    reply_to: Mailbox | Literal[""] = ""
    subject: Line = "{{ name }}: {{ lead }}"
    language: Language = "en"
    timezone: Zone = Field(default_factory=lambda: ZoneInfo("UTC"))
    address: str = ""
    stale_after: Duration = timedelta(days=3)


def _source_type(value: str) -> str:
    if value in SOURCE_TYPES:
        return value
    from importlib.metadata import entry_points  # digest.plugins, which loads them, stands above the configuration

    added = sorted({entry.name for entry in entry_points(group="digest.sources")} - set(SOURCE_TYPES))
    if value not in added:
        *others, last = map(repr, (*SOURCE_TYPES, *added))
        raise ValueError(f"must be {', '.join(others)} or {last}")
    return value


def name_of_place(place: str) -> str:
    """What a source without a name is called: its address without the scheme, or the name of its file."""
    scheme, found, rest = place.partition("://")
    return (rest.rstrip("/") if found else Path(scheme).name)[:NAME_MAX]


_FRAMING = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})


class SourceSettings(Table):
    """One place that articles come from: exactly one of `url` and `path`."""

    type: Annotated[str, AfterValidator(_source_type)]
    name: Name
    url: SourceUrl | None = None
    path: Path | None = None
    section: Line = ""
    weight: Annotated[float, Field(ge=0, le=100)] = 1.0
    limit: Annotated[int, Field(ge=1, le=100_000)] = 20
    full_text: bool = True
    since: Duration | None = None
    user_agent: HeaderLine = ""
    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    headers_env: dict[HeaderName, Variable] = Field(default_factory=dict)
    username: Line = ""
    password_env: Variable = ""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.url is None) == (self.path is None):
            raise ValueError("needs either url or path, and not both")
        if (self.url or "").startswith("imap") and self.type != "mailbox":
            raise ValueError('has an address of a mailbox; its type must be "mailbox"')
        if self.type == "mailbox" and (self.url or "").startswith("http"):
            raise ValueError("is a mailbox; its url must start with imaps:// or imap://")
        return self

    @model_validator(mode="after")
    def _whole_login(self) -> Self:
        if bool(self.username) != bool(self.password_env):
            raise ValueError("needs username and password_env together, or neither")
        if not all(self.headers_env.values()):
            raise ValueError("headers_env must name an environment variable for each header")
        if barred := sorted(_FRAMING & {name.lower() for name in self.headers_env}):
            raise ValueError(f"headers_env cannot set {', '.join(barred)}")
        return self

    @property
    def ref(self) -> str:
        """What the source is known by in the store: its address or its absolute path, whatever it is named."""
        return self.url if self.url is not None else str(self.path)

    @property
    def is_named(self) -> bool:
        """Whether the configuration gives it a name."""
        return self.name != name_of_place(self.ref)


class CollectSettings(Table):
    """How articles are fetched. Times are in seconds, sizes in megabytes."""

    user_agent: HeaderLine = "article-digest/0.1"
    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    concurrency: Annotated[int, Field(ge=1, le=500)] = 200
    per_host: Annotated[int, Field(ge=1, le=50)] = 2
    max_feed_mb: Annotated[float, Field(gt=0, le=500)] = 10.0
    max_page_mb: Annotated[float, Field(gt=0, le=500)] = 5.0
    robots: bool = True
    allow_private: bool = False


class CurateSettings(Table):
    """What goes into an issue."""

    limit: Annotated[int, Field(ge=1, le=10_000)] = 12
    per_source: Annotated[int, Field(ge=1, le=10_000)] = 4
    since: Duration = timedelta(days=7)
    interests: tuple[Line, ...] = ()
    half_life: Duration | None = None
    diversity: Annotated[float, Field(ge=0, le=1)] = 0.3
    must_read: Annotated[int, Field(ge=0, le=100)] = 0
    in_brief: Annotated[int, Field(ge=0, le=10_000)] = 0

    @property
    def freshness(self) -> timedelta:
        """The age at which news counts half: what is set, else a quarter of the window, at least six hours."""
        return self.half_life or max(timedelta(hours=6), self.since / 4)


class SectionSettings(Table):
    """A heading of the issue: what belongs under it, and how many stories at most. 0 means no limit of its own."""

    title: Name
    about: Line = ""
    limit: Annotated[int, Field(ge=0, le=10_000)] = 0


class SummarizerSettings(Table):
    """How an article is summarized."""

    model: Name = "builtin"
    revision: Line = ""
    sentences: Annotated[int, Field(ge=1, le=50)] = 3
    max_words: Annotated[int, Field(ge=5, le=2000)] = 80
    device: Literal["auto", "cpu", "cuda"] = "auto"
    prompt: Path | None = None
    memory_mb: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    cache_dir: Path | None = None


ThemeValue = str | int | float | bool


class ThemeSettings(Table):
    """How the e-mail looks. `dir` is searched before the theme's own files.

    The tables are laid over those of the same names in its theme.toml, which says what each may hold.
    """

    name: Name = "classic"
    dir: Path | None = None
    light: dict[str, ThemeValue] = Field(default_factory=dict)
    dark: dict[str, ThemeValue] = Field(default_factory=dict)
    fonts: dict[str, ThemeValue] = Field(default_factory=dict)
    layout: dict[str, ThemeValue] = Field(default_factory=dict)
    logo: dict[str, ThemeValue] = Field(default_factory=dict)
    extra: dict[str, ThemeValue] = Field(default_factory=dict)


class EmailSettings(Table):
    """What an e-mail carries. `images_kb` is the budget of embedded pictures, all together, in kilobytes."""

    images: Literal["remote", "embedded", "none"] = "remote"
    images_kb: Annotated[int, Field(ge=10, le=20_000)] = 1000
    tracking_pixels: bool = False
    fit: bool = True


class LintSettings(Table):
    """What an e-mail is held against: mail clients by their names at caniemail.com, like `gmail` or `gmail.ios`."""

    clients: tuple[ClientName, ...] = ("gmail", "apple-mail", "outlook", "yahoo")


class DomainSettings(Table):
    """What one domain takes; 0 means no limit of its own."""

    rate: Rate = 0.0
    connections: Annotated[int, Field(ge=0, le=100)] = 0


class TransportSettings(Table):
    """How the e-mail is handed over."""

    type: Name = "outbox"
    dir: Path = Path("outbox")
    host: Line = "localhost"
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    tls: Literal["none", "starttls", "ssl"] = "starttls"
    ca_file: Path | None = None
    username: Line = ""
    auth: Literal["password", "oauth2"] = "password"
    oauth2_file: Path | None = None
    password: str = ""
    password_env: Line = ""
    password_file: Path | None = None
    password_command: Line = ""
    connections: Annotated[int, Field(ge=1, le=100)] = 1
    rate: Rate = 0.0
    domains: Mapping[DomainName, DomainSettings] = Field(default_factory=dict)
    timeout: Annotated[float, Field(gt=0, le=3600)] = 60.0

    @property
    def smtp_port(self) -> int:
        """The port given, else the usual one: 587 for STARTTLS, 465 for TLS, 25 for neither."""
        return self.port or {"starttls": 587, "ssl": 465, "none": 25}[self.tls]

    @model_validator(mode="after")
    def _one_password(self) -> Self:
        given = [self.password, self.password_env, self.password_file, self.password_command]
        if sum(map(bool, given)) > 1:
            raise ValueError("give one of password, password_env, password_file and password_command, not several")
        if any(given) and not self.username:
            raise ValueError("has a password but no username")
        if self.oauth2_file is not None and (any(given) or self.auth != "oauth2"):
            raise ValueError('oauth2_file wants auth = "oauth2", and no password beside it')
        return self

    @model_validator(mode="after")
    def _token_is_kept_secret(self) -> Self:
        if self.auth == "oauth2" and self.tls == "none":
            raise ValueError('auth = "oauth2" wants tls = "starttls" or "ssl": who sees the token can send as you')
        if self.auth == "oauth2" and not self.username:
            raise ValueError('auth = "oauth2" wants a username: the address of the account')
        return self


class DkimSettings(Table):
    """The key that letters are signed with (RFC 6376), when the mail server does not sign them itself."""

    selector: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.|$))*$")] = ""
    key_file: Path | None = None
    domain: Line = ""

    @model_validator(mode="after")
    def _whole_key(self) -> Self:
        if bool(self.selector) != (self.key_file is not None):
            raise ValueError("needs selector and key_file together, or neither")
        return self


class BouncesSettings(Table):
    """Where delivery reports go, and where they are read."""

    address: Mailbox | Literal[""] = ""
    separator: Literal["+", "-", "="] = "+"
    url: PlaceUrl | None = None
    path: Path | None = None
    username: Line = ""
    password_env: Variable = ""
    soft_limit: Annotated[int, Field(ge=1, le=100)] = 5

    @model_validator(mode="after")
    def _place(self) -> Self:
        if self.url is not None and self.path is not None:
            raise ValueError("needs either url or path, and not both")
        if self.url is not None and not self.url.startswith("imap"):
            raise ValueError("url must start with imaps:// or imap://")
        if bool(self.username) != bool(self.password_env):
            raise ValueError("needs username and password_env together, or neither")
        return self

    @model_validator(mode="after")
    def _room_for_the_mark(self) -> Self:
        local = self.address.rpartition("<")[2].rpartition("@")[0]
        if len(local) > _LOCAL_PART_MAX - _MARK_MAX:
            raise ValueError(f"address may have {_LOCAL_PART_MAX - _MARK_MAX} characters before the @: a mark is added")
        return self


# RFC 5321, 4.5.3.1.1; and how long the mark of digest.deliver.marks may get, with the separator before it.
_LOCAL_PART_MAX = 64
_MARK_MAX = 32


class StoreSettings(Table):
    """Where everything is remembered: `sqlite:///FILE` or `postgresql://…`. Empty: a file beside the config."""

    url: Annotated[str, StringConstraints(pattern=r"^($|sqlite:///.+|postgresql(\+psycopg)?://.+)")] = ""


class OutputSettings(Table):
    """Where previews are written."""

    dir: Path = Path("out")


class WebSettings(Table):
    """The public address of the issues, if there is one."""

    base_url: BaseUrl = ""
    secret_env: Line = ""
    unsubscribe_url: UnsubscribeUrl = ""


class Settings(Table):
    """The whole configuration. Paths are absolute once loaded; `file` is where it was read from."""

    newsletter: NewsletterSettings = Field(default_factory=NewsletterSettings)
    sources: tuple[SourceSettings, ...] = ()
    sections: tuple[SectionSettings, ...] = ()
    collect: CollectSettings = Field(default_factory=CollectSettings)
    curate: CurateSettings = Field(default_factory=CurateSettings)
    summarizer: SummarizerSettings = Field(default_factory=SummarizerSettings)
    theme: ThemeSettings = Field(default_factory=ThemeSettings)
    email: EmailSettings = Field(default_factory=EmailSettings)
    lint: LintSettings = Field(default_factory=LintSettings)
    transport: TransportSettings = Field(default_factory=TransportSettings)
    dkim: DkimSettings = Field(default_factory=DkimSettings)
    bounces: BouncesSettings = Field(default_factory=BouncesSettings)
    store: StoreSettings = Field(default_factory=StoreSettings)
    output: OutputSettings = Field(default_factory=OutputSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    file: Path | None = None
