"""Signs on the surface of a sentence that it is no part of the story, or does not stand well alone."""

import re

from digest.summarize.sentences import Sentence, word_count
from digest.summarize.words import LEANING, STOP_WORDS

MIN_WORDS = 5

_CREDIT = re.compile(
    r"^[(\[]?(?:photo|photograph|picture|image|video|graphic|credit|source|caption|file photo|copyright|©)s?\b\s*"
    r"(?:by|from|credit|courtesy|[:/©|])"
    r"|(?:getty images|shutterstock|ap photo|reuters photo|afp/getty|rex features|press association images)[)\]]?\.?$",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"^(?:scroll down|read more|read also|read on|see also|click (?:here|to|on)|watch:|listen:|related:|advertisement"
    r"|check (?:it |them |this )?out\b|thank(?:s| you) (?:to .{1,40} )?for\b|stay tuned|let me know|leave a comment"
    r"|sign up|subscribe|follow (?:us|him|her|me)\b|share this|continue reading|story continues"
    r"|this article (?:was|is|first)"
    r"|all opinions\b|this (?:is a sponsored|post (?:is|was|contains|may contain))|updated (?:daily|hourly|\d)"
    r"|all rights reserved|for confidential (?:help|support)|to order a copy|warning:|updated?:|last updated|published:"
    r"|by\s[\w.'-]+\s[\w.'-]+\.?$|(?:additional )?reporting by|editing by|writing by|e-?mail )"
    r"|\ball rights reserved\b|\bcookies?\b.{0,40}\b(?:accept|policy|consent)\b|\b(?:follow|find) us on\b"
    r"|\bsign up (?:for|to) (?:our|the|this)\b|\b(?:click|tap) (?:here|below|on the)\b|\bscroll down for\b"
    r"|\bcopyright (?:©|\d{4})",
    re.IGNORECASE,
)
# Possessive where a run could be parted in many ways: a long run of capitals would take years.
_DATELINE = re.compile(
    r"^(?:(?:(?:[A-Z][\w.'’-]*+|\d{1,2}(?=[ ,(]))[ ,/]*+){0,8}+"
    r"\((?:CNN|Reuters|AP|AFP|UPI|dpa|DPA|EFE|ANSA|Xinhua|Bloomberg|PA|The Associated Press|CNN Student News)\)"
    r"\s*[-–—:]*\s*"
    r"|\([A-Z][\w.& ]{2,40}\)(?=[A-Z])"
    r"|[A-Z][A-Z.'’ ]{2,30}(?:, [A-Z][\w. ]{1,20})?\s+(?:—|–|--)\s+)"
)
_PLACE = re.compile(r"^[A-Z][A-Z.'’ ]{2,30}(?:, [A-Z][\w. ]{1,20})?:\s+(?=[^\W\d])")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]|「[^」]*」|(?<!\w)['‘].{0,1000}?['’](?!\w)")
_PAIRS = (("“", "”"), ("(", ")"), ("[", "]"), ("「", "」"), ("『", "』"))
_OPENING = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_NUMERAL = re.compile(r"\d[\d.,:/%-]*")
_TABLE_SHARE = 0.3  # of the words are numerals: a line of a table or a recipe

_POINTING_BACK = frozenset(
    {"the former", "the latter", "the two", "the pair", "the trio", "for example", "for instance", "in addition"}
)


def is_unfit(sentence: Sentence, language: str) -> bool:
    """Whether a sentence must not be in a summary: cut, question, caption, furniture, table, quote without speaker."""
    text = sentence.text
    return (
        not sentence.complete
        or text.rstrip("\"'”’»)] ").endswith(("?", "？", "؟", "…", "..."))
        or word_count(without_dateline(text), language) < MIN_WORDS
        or bool(_CREDIT.search(text) or _FURNITURE.search(text))
        or _is_table(text, language)
        or (text[0] in "([" and text.rstrip(".!")[-1] in ")]")
        or _has_cut_quote(text)
        or _is_bare_quote(text)
    )


def leans(sentence: str, language: str) -> bool:
    """Whether a sentence opens with a word that points back to the one before it."""
    words = [word.lower().replace("’", "'") for word in _OPENING.findall(sentence[:80])[:2]]
    if not words or sentence[0].isdigit():
        return False
    return words[0] in LEANING.get(language[:2].lower(), frozenset()) or " ".join(words) in _POINTING_BACK


def without_dateline(sentence: str, *, opens: bool = False) -> str:
    """The sentence without "LONDON (Reuters) - " before it; where it opens the article, without "LONDON: " too.

    Further on a name in capitals and a colon say who speaks.
    """
    rest = _DATELINE.sub("", sentence, count=1)
    if opens and rest == sentence:
        rest = _PLACE.sub("", sentence, count=1)
    return rest if rest != sentence and word_count(rest) >= MIN_WORDS else sentence


def _is_table(text: str, language: str) -> bool:
    """Whether a line is made of figures and names, without the little words of a sentence; told of English alone."""
    if language != "en" or len(_NUMERAL.findall(text)) <= _TABLE_SHARE * word_count(text):
        return False
    return not any(word.lower() in STOP_WORDS for word in _OPENING.findall(text))


def _has_cut_quote(text: str) -> bool:
    return text.count('"') % 2 == 1 or any(text.count(left) != text.count(right) for left, right in _PAIRS)


def _is_bare_quote(text: str) -> bool:
    """Whether nothing outside the quotation marks says who speaks."""
    if text[0] not in "\"“«„「『'‘":
        return False
    return len(_OPENING.findall(_QUOTED.sub(" ", text))) < 2
