"""The words that digest itself puts into an e-mail, in the language of the newsletter.

Templates write them in English, as `_("…")` and `ngettext("…", "…", n)`; a catalogue of another language replaces them
here and nowhere else.
"""

from gettext import NullTranslations


def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English, which the templates are written in, when there is none."""
    del language
    return NullTranslations()
