"""Names in a text, told by their capitals, and the forms by which a word is known again."""

import re
import unicodedata
from collections.abc import Iterator

from digest.summarize.calendar import month_names, weekday_names
from digest.summarize.words import NUMBER_WORDS, STOP_WORDS

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BORDER = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")
_AFTER_QUOTE = re.compile(r"[\"“‘'`:(]\s*$")
_GAP = re.compile(r"\s+|\s*-\s*|\.\s+")
_ENDING = re.compile(r"['’]s?$")
_NO_NAMES = frozenset(
    "i i'm i've i'd i'll mr mrs ms miss dr sir dame lord lady prof professor st señor señora sr sra herr frau monsieur "
    "madame mme signor signora".split()
)
_CAPITALISED_NOUNS = frozenset({"de", "lb"})  # every noun has its capital: that tells nothing


def words(text: str) -> list[str]:
    """The words of a text, compounds whole."""
    return _WORD.findall(text)


def fold(text: str) -> str:
    """Letters and digits alone, in lower case, without accents, words apart by one blank."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)).replace("'", "")))


def stem(word: str) -> frozenset[str]:
    """The forms by which a word is known again: folded, without possessive or plural, and the parts of a compound."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    folded = "".join(c for c in plain if not unicodedata.combining(c))
    base = _ENDING.sub("", folded)
    forms = {folded, base, *re.split(r"[-'’]", base)}
    return frozenset(form for form in forms | {form.removesuffix("s") for form in forms} if form)


def stems(text: str) -> frozenset[str]:
    """The forms of all words of a text."""
    return frozenset(form for word in words(text) for form in stem(word))


def names(text: str, language: str = "en", *, openings: bool = False) -> list[list[str]]:
    """Runs of capitalised words, in order; titles ("Mr") and days left out.

    A word that opens a sentence counts when the next one is capitalised too; with `openings` always, when it is no
    common word. Languages that give every noun a capital have no names that could be told by it.
    """
    if language in _CAPITALISED_NOUNS:
        return []
    days = month_names(language).keys() | weekday_names(language).keys()
    found = []
    for sentence in _BORDER.split(text):
        if sum(word[0].isupper() for word in words(sentence)) * 5 > 4 * len(words(sentence)) > 20:
            continue  # a headline, Where Every Word Has One
        for run in _runs(sentence):
            kept = [(word, opens) for word, opens in run if word.casefold() not in _NO_NAMES | days]
            first_is_common = bool(kept) and kept[0][1] and _is_common(kept[0][0], openings or len(kept) > 1)
            name = [word for word, _ in kept[first_is_common:]]
            if name:
                found.append(name)
    return found


def _is_common(word: str, may_be_name: bool) -> bool:
    folded = word.casefold()
    return not may_be_name or folded in STOP_WORDS or folded in NUMBER_WORDS


def _runs(sentence: str) -> Iterator[list[tuple[str, bool]]]:
    """Capitalised words that follow each other; for each whether a sentence or quotation opens with it."""
    run: list[tuple[str, bool]] = []
    end = 0
    opens = True
    for match in _WORD.finditer(sentence):
        if not match[0][0].isupper() or not _GAP.fullmatch(sentence[end : match.start()]):
            if run:
                yield run
            run = []
        if match[0][0].isupper():
            run.append((match[0], opens or _AFTER_QUOTE.search(sentence[: match.start()]) is not None))
        opens, end = False, match.end()
    if run:
        yield run
