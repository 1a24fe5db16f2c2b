"""The words in which curation says why; templates/locale holds them in the languages of e-mails."""

from collections.abc import Sequence
from datetime import timedelta

from digest.model import Reason, Told

_SHORTEST = 60  # characters of a stated interest or a title within a reason


def _(message: str) -> str:
    """Marks a message for the catalogues; it is translated where it is shown."""
    return message


def ngettext(message: str, plural: str) -> tuple[str, str]:
    """Marks a message that has a plural."""
    return message, plural


def age(span: timedelta, points: float) -> Reason:
    if span < timedelta(days=1):
        return Reason(_("new today"), points=points)
    return Reason(*ngettext("%(num)s day old", "%(num)s days old"), num=span.days, points=points)


def undated(points: float) -> Reason:
    return Reason(_("no date given"), points=points)


def outlets(count: int, points: float) -> Reason:
    return Reason(*ngettext("%(num)s outlet", "%(num)s outlets"), num=count, points=points)


def articles(count: int, points: float) -> Reason:
    return Reason(*ngettext("%(num)s article", "%(num)s articles"), num=count, points=points)


def wanted(interest: str, points: float) -> Reason:
    # NOTE: The story is on something that the reader cares about.
    return Reason(_("matches '%(interest)s'"), interest=_cut(interest), points=points)


def unwanted(interest: str, points: float) -> Reason:
    # NOTE: The reader wishes to read less of this.
    return Reason(_("less of '%(interest)s'"), interest=_cut(interest), points=points)


def weighty(weight: float, points: float) -> Reason:
    # NOTE: The source is one that the sender finds more important than others.
    return Reason(_("source counts %(weight)s times"), weight=f"{weight:g}", points=points)


def light(weight: float, points: float) -> Reason:
    # NOTE: The source is one that the sender finds less important than others; the number is below 1.
    return Reason(_("source counts only %(weight)s times"), weight=f"{weight:g}", points=points)


def short(points: float) -> Reason:
    # NOTE: The article has only a few words.
    return Reason(_("only a few words"), points=points)


def follows(earlier: Sequence[Told]) -> Reason:
    # NOTE: An earlier issue of the newsletter told how this story began.
    return Reason(_("goes on from issue %(number)s"), number=earlier[0].number)


def _cut(text: str) -> str:
    return text if len(text) <= _SHORTEST else f"{text[: _SHORTEST - 1].rstrip()}…"
