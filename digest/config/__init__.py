"""The configuration: one TOML file is one newsletter, read into typed, frozen settings."""

from digest.config.address import mailable
from digest.config.edit import add_sources, remove_source
from digest.config.load import find_config, guess_source_type, load_config
from digest.config.secret import resolve_password
from digest.config.settings import (
    BouncesSettings,
    CollectSettings,
    CurateSettings,
    EmailSettings,
    LintSettings,
    NewsletterSettings,
    OutputSettings,
    SectionSettings,
    Settings,
    SourceSettings,
    StoreSettings,
    SummarizerSettings,
    ThemeSettings,
    TransportSettings,
    WebSettings,
)
from digest.config.values import split_mailbox

__all__ = [
    "BouncesSettings",
    "CollectSettings",
    "CurateSettings",
    "EmailSettings",
    "LintSettings",
    "NewsletterSettings",
    "OutputSettings",
    "SectionSettings",
    "Settings",
    "SourceSettings",
    "StoreSettings",
    "SummarizerSettings",
    "ThemeSettings",
    "TransportSettings",
    "WebSettings",
    "add_sources",
    "find_config",
    "guess_source_type",
    "load_config",
    "mailable",
    "remove_source",
    "resolve_password",
    "split_mailbox",
]
