"""Under which heading each story stands."""

from collections.abc import Sequence

from digest.config import SourceSettings
from digest.model import Story, StorySection


def arrange(stories: Sequence[Story], sources: Sequence[SourceSettings]) -> tuple[StorySection, ...]:
    """Sections in the order in which the configuration first names them; within each, the stories keep their order.

    A story stands where the source of its lead does. A heading without a story is left out.
    """
    headings = {source.name: source.section for source in sources}
    order = list(dict.fromkeys([*(source.section for source in sources), ""]))
    return tuple(
        StorySection(title=title, stories=tuple(found))
        for title in order
        if (found := [story for story in stories if headings.get(story.lead.source, "") == title])
    )
