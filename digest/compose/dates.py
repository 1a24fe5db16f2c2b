"""Dates and direction of writing in the language and time zone of the newsletter."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton


def locale_of(language: str) -> Locale:
    """The locale of a language tag such as `en`, `pt-BR` or `zh_Hant`; of the language alone, or English, else."""
    tag = language.replace("-", "_")
    for candidate in (tag, tag.split("_")[0]):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def is_known(language: str) -> bool:
    """Whether dates can be written in the language of the tag; else they are in English."""
    locale = locale_of(language)
    return locale.language == language.replace("-", "_").split("_")[0].lower()


def is_rtl(language: str) -> bool:
    """Whether the language is written from right to left."""
    return locale_of(language).text_direction == "rtl"


def long_date(moment: datetime, language: str, zone: ZoneInfo) -> str:
    """The day as on a newspaper's front page: `Saturday, November 22, 2025`."""
    return format_date(moment.astimezone(zone), format="full", locale=locale_of(language))


def plain_date(moment: datetime, language: str, zone: ZoneInfo) -> str:
    """The day in the usual middle length: `Nov 22, 2025`."""
    return format_date(moment.astimezone(zone), format="medium", locale=locale_of(language))


def short_date(moment: datetime, language: str, zone: ZoneInfo, *, of_year: int) -> str:
    """The day without its year when that is `of_year`: `Nov 22`, else as `plain_date`."""
    local = moment.astimezone(zone)
    skeleton = "MMMd" if local.year == of_year else "yMMMd"
    return format_skeleton(skeleton, local, locale=locale_of(language))
