"""Finds figures, dates and names of a generated summary that the article does not hold.

This is a check of what can be checked by comparing (after Nan et al. 2021, arXiv 2102.09130), not a check of facts: a
summary may pass it and still be wrong.
"""

import re
import unicodedata

_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")

_NUMBER_WORDS = {
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "thirteen": "13",
    "fourteen": "14",
    "fifteen": "15",
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "nineteen": "19",
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
    "hundred": "100",
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "fifth": "5",
    "half": "50",
    "dozen": "12",
}


def unsupported(summary: str, article: str) -> list[str]:
    """The numbers and capitalised words of `summary` that `article` does not hold, in order.

    Accents, case, thousands separators and plural or possessive endings make no difference; number words count as
    numbers. Words that open a sentence are names only when they are one elsewhere in the summary.
    """
    numbers, words = _numbers(article), _stems(article)
    strange = [figure for figure in _figures(summary) if figure not in numbers]
    strange += [name for name in _names(summary) if not _stem(name) & words]
    return list(dict.fromkeys(strange))


def _figures(text: str) -> list[str]:
    return [_plain(match) for match in _NUMBER.findall(_ORDINAL.sub("", text))]


def _numbers(text: str) -> set[str]:
    """Every figure of the article, its parts, and what its number words stand for."""
    found: set[str] = set()
    for match in _NUMBER.findall(_ORDINAL.sub("", text)):
        found.add(_plain(match))
        found.update(re.split(r"[.,:/]", match))
    found.update(_NUMBER_WORDS[word] for word in map(str.lower, _WORD.findall(text)) if word in _NUMBER_WORDS)
    for compound in re.findall(r"\b([a-z]+ty)[- ]([a-z]+)\b", text.lower()):
        tens, unit = (_NUMBER_WORDS.get(part) for part in compound)
        if tens and unit and len(unit) == 1:
            found.add(str(int(tens) + int(unit)))
    return found


def _plain(number: str) -> str:
    """`1,000` and `1000` alike; a decimal or a time keeps its sign."""
    return re.sub(r"[,.](?=\d{3}(?:\D|$))", "", number)


def _names(text: str) -> list[str]:
    """Capitalised words that do not open a sentence."""
    found = []
    for sentence in re.split(r"(?<=[.!?…])[\"'”’)]*\s+", text):
        for match in _WORD.finditer(sentence):
            opens = not _WORD.search(sentence[: match.start()])
            after_quote = re.search(r"[\"“‘:]\s*$", sentence[: match.start()]) is not None
            if match[0][0].isupper() and not opens and not after_quote and match[0] not in {"I", "I'm", "I've"}:
                found.append(match[0])
    return found


def _stems(text: str) -> set[str]:
    return {stem for word in _WORD.findall(text) for stem in _stem(word)}


def _stem(word: str) -> set[str]:
    """The forms by which a word is known again: folded, without possessive or plural, and the parts of a compound."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    base = re.sub(r"['’]s?$", "", folded)
    forms = {folded, base, *re.split(r"[-'’]", base)}
    return {form for form in forms | {form.removesuffix("s") for form in forms} if form}
