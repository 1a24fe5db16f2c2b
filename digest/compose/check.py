"""A theme tried on made-up issues, so that its mistakes show before there is an issue to be spoiled."""

from digest.compose.render import open_workshop, render
from digest.compose.samples import sample_issues
from digest.config import Settings
from digest.errors import Problem, TemplateError


def check_theme(settings: Settings) -> None:
    """Raises TemplateError with every problem that compiling and rendering find; ConfigError for a missing theme."""
    workshop = open_workshop(settings)
    problems = [*workshop.compile_problems(), *workshop.problems] or _rendering_problems(settings)
    if problems:
        raise TemplateError(list(dict.fromkeys(problems)))


def _rendering_problems(settings: Settings) -> list[Problem]:
    problems: list[Problem] = []
    for issue in sample_issues():
        try:
            render(issue, settings)
        except TemplateError as error:
            problems += error.problems
    return problems
