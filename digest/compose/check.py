"""A theme tried on made-up issues, so that its mistakes show before there is an issue to be spoiled."""

from collections.abc import Iterator

from digest.compose.dates import is_rtl
from digest.compose.findings import lint
from digest.compose.samples import sample_issues
from digest.compose.view import build_view
from digest.compose.workshop import Workshop, new_token, open_workshop, render
from digest.config import Settings, WebSettings
from digest.errors import Problem, TemplateError
from digest.model import Finding, Slot


def check_theme(settings: Settings) -> None:
    """Raises TemplateError with every problem that compiling and rendering find; ConfigError for a missing theme."""
    workshop = open_workshop(settings)
    problems = [*workshop.compile_problems(), *workshop.problems]
    if not problems:
        problems = [problem for variant in _variants(settings) for problem in _rendering_problems(workshop, variant)]
    if problems:
        raise TemplateError(list(dict.fromkeys(problems)))


def lint_theme(settings: Settings) -> tuple[Finding, ...]:
    """What lint says of the first of those issues, but for what the configuration lacks."""
    found = lint(render(next(sample_issues()), settings), settings)
    return tuple(finding for finding in found if finding.rule != "address")


def _variants(settings: Settings) -> Iterator[Settings]:
    """The settings as they are, and turned round: another direction of writing, the footer with what it lacks."""
    yield settings
    turned = {
        "language": "en" if is_rtl(settings.newsletter.language) else "ar",
        "address": "" if settings.newsletter.address else "1 Street",
    }
    newsletter = settings.newsletter.model_copy(update=turned)
    web = WebSettings(base_url="" if settings.web.base_url else "https://example.org")
    yield settings.model_copy(update={"newsletter": newsletter, "web": web})


def _rendering_problems(workshop: Workshop, settings: Settings) -> Iterator[Problem]:
    slots = {slot: new_token() for slot in Slot}
    for issue in sample_issues():
        context = build_view(issue, settings, slots, workshop.theme.variables)
        for part in (workshop.html, workshop.text):  # each alone, so that a mistake in one does not hide the other's
            try:
                part(context)
            except TemplateError as error:
                yield from error.problems
