"""Under which heading each story stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from digest.config import SectionSettings, SourceSettings
from digest.curate.similarity import Floats
from digest.model import Story, StorySection

# compose says these in the language of the newsletter
MUST_READ, IN_BRIEF, THE_REST = "Must read", "In brief", "More stories"
# How alike a story and the description of a section must be. What a section is about is said in a few words, and few
# words are never very alike to a whole article; two different subjects stay below this.
_BELONGS = 0.15


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings there are. `vectors` has a row for each of `sections`; None when nothing is known of meaning."""

    sections: Sequence[SectionSettings]
    sources: Sequence[SourceSettings]
    vectors: Floats | None = None

    def limits(self) -> dict[str, int]:
        """The most stories of each heading that has such a limit."""
        return {section.title: section.limit for section in self.sections if section.limit}

    def order(self) -> list[str]:
        """Every heading: those of [[sections]] first, in that order, then as sources first name them.

        What has none stands where the first source without one does; at the end, where there are [[sections]].
        """
        named = [source.section for source in self.sources]
        if self.sections:
            named = [title for title in named if title]
        return list(dict.fromkeys([*(section.title for section in self.sections), *named, ""]))

    def of(self, story: Story, vectors: Mapping[str, Floats]) -> str:
        """The heading that the source of the lead names, else the one whose description is most like the story."""
        for source in self.sources:
            if source.name == story.lead.source and source.section:
                return source.section
        if self.vectors is None:
            return ""
        own = [vectors[a.content_hash] for a in (story.lead, *story.also) if a.content_hash in vectors]
        described = [place for place, section in enumerate(self.sections) if section.about]
        if not own or not described:
            return ""
        alike = self.vectors[described] @ np.mean(own, axis=0)
        best = int(alike.argmax())
        return self.sections[described[best]].title if alike[best] >= _BELONGS else ""


def arrange(
    stories: Sequence[tuple[Story, str]], order: Sequence[str], *, must_read: int = 0, limit: int | None = None
) -> tuple[StorySection, ...]:
    """Sections in the order given; within each, the stories (each with its heading) keep their order.

    The first `must_read` stand on top of all, those after `limit` in brief at the end. A heading without a story is
    left out.
    """
    end = len(stories) if limit is None else limit
    top = min(must_read, end) if len(stories) > must_read else 0
    sections = [StorySection(title=MUST_READ, stories=tuple(story for story, _ in stories[:top]))]
    for title in order:
        found = tuple(story for story, heading in stories[top:end] if heading == title)
        sections.append(StorySection(title=title, stories=found))
    if len(order) > 1 and order[-1] == "" and any(section.stories for section in sections[:-1]):
        sections[-1] = StorySection(title=THE_REST, stories=sections[-1].stories)
    sections.append(StorySection(title=IN_BRIEF, stories=tuple(story for story, _ in stories[end:]), brief=True))
    return tuple(section for section in sections if section.stories)
