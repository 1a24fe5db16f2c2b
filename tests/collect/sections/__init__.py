"""Pages that list articles, built as sites of every kind build them, each with what it lists."""

from tests.collect.sections import aggregators, blogs, builders, institutions, mixtures, oddities, papers, world
from tests.collect.sections.site import Section

MODULES = (blogs, builders, mixtures, papers, institutions, world, aggregators, oddities)
SECTIONS: dict[str, Section] = {name: build() for module in MODULES for name, build in module.PAGES.items()}
