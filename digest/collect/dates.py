"""Reads dates as feeds and pages write them. What is not certain stays unknown: a wrong date is worse than none."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)

# Names that the standard library reads as UTC. Those that stand for several zones are taken as feeds use them most.
_ZONES = {
    "WET": 0, "WEST": 60, "BST": 60, "IST": 330, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "EET": 120,
    "EEST": 180, "MSK": 180, "SAST": 120, "PKT": 300, "WIB": 420, "ICT": 420, "HKT": 480, "SGT": 480, "AWST": 480,
    "JST": 540, "KST": 540, "ACST": 570, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "BRT": -180, "ART": -180,
    "AKST": -540, "AKDT": -480, "HST": -600,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}  # fmt: skip
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(\S*)", re.IGNORECASE
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?)?(\S*)")
_CJK = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?(?:\D*?(\d{1,2}):(\d{2})(?::(\d{2}))?)?()"
)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(\S*)")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_CLOCK = r"(?:,?\s+(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]\.?m\.?)?\s*(\S*))?"
_MONTH_DAY = re.compile(rf"(?:[a-z]+,?\s+)?{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_CLOCK}", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"(?:[a-z]+,?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(\d{{4}}){_CLOCK}", re.IGNORECASE)
_RFC822 = re.compile(r"\d{1,2}[ -][a-z]{3,}[ -]\d{2,4} \d{1,2}:\d\d|\d:\d\d:\d\d \d{4}", re.IGNORECASE)
_EPOCH = re.compile(r"\d{9,10}(\.\d+)?|\d{12,13}")
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)


def parse_date(raw: str | None, *, now: datetime) -> datetime | None:
    """The moment that `raw` names, in UTC, between 1990 and two days from now; None when it names none for certain.

    Without a zone it is read as UTC. Knows RFC 822, ISO 8601, Unix time in seconds and milliseconds, and the common
    written forms in English, German numerals, Chinese, Japanese and Korean.
    """
    text = " ".join((raw or "").split())
    if not 6 <= len(text) <= 80:
        return None
    try:
        found = _read(text)
        if found is None or not _EARLIEST <= found <= now + _AHEAD:
            return None
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read(text: str) -> datetime | None:
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    if found := (_ISO.fullmatch(text) or _COMPACT.fullmatch(text) or _CJK.fullmatch(text)):
        return _moment(found[1], found[2], found[3], found[4], found[5], found[6], found[7])
    if found := _DOTTED.fullmatch(text):
        return _moment(found[3], found[2], found[1], found[4], found[5], found[6], found[7])
    if found := _MONTH_DAY.fullmatch(text):
        return _written(found, month=found[1], day=found[2])
    if found := _DAY_MONTH.fullmatch(text):
        return _written(found, month=found[2], day=found[1])
    return _rfc822(text)


def _rfc822(text: str) -> datetime | None:
    parts = parsedate_tz(text)
    if parts is None or not _RFC822.search(text):
        return None  # the library fills in what is missing, which is a guess
    name = text.rsplit(" ", 1)[-1].upper()
    minutes = _ZONES[name] if name in _ZONES else (parts[9] or 0) / 60
    return datetime(*parts[:6], tzinfo=timezone(timedelta(minutes=minutes)))


def _written(found: re.Match[str], *, month: str, day: str) -> datetime | None:
    hour = found[4]
    if hour is not None and found[7]:
        hour = str(int(hour) % 12 + (12 if found[7].lower().startswith("p") else 0))
    return _moment(found[3], str(_MONTHS[month[:3].lower()]), day, hour, found[5], found[6], found[8])


def _moment(
    year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> datetime | None:
    tz = _zone(zone or "")
    if tz is None:
        return None
    clock = (int(hour or 0), int(minute or 0), min(int(second or 0), 59))
    return datetime(int(year), int(month), int(day), *clock, tzinfo=tz)


def _zone(name: str) -> timezone | None:
    if name.upper() in {"", "Z", "UTC", "GMT", "UT"}:
        return UTC
    if name.upper() in _ZONES:
        return timezone(timedelta(minutes=_ZONES[name.upper()]))
    if found := _OFFSET.fullmatch(name):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes)) if minutes <= 14 * 60 else None
    return None
