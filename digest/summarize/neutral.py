"""Makes an article harmless for a model that follows instructions: nothing in it can end its turn or open another.

An article is text by strangers. Three things are done to it: what no reader sees is taken out, what controls the
conversation is spelled so that the tokenizer reads plain characters, and sentences that speak to a language model are
left out. What remains is still only text between two marks, and what the model makes of it is checked like any summary.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

# Characters that are not seen: format controls, private use, unassigned; and selectors that can carry hidden bytes.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_JOINERS = "\u200c\u200d"  # needed by the scripts of Persian and Hindi
_PLAIN = str.maketrans({"<": "‹", ">": "›", "|": "¦", "[": "(", "]": ")", "{": "(", "}": ")", "#": None, ":": " –"})
_CONTROL_MARKS = re.compile(r"[<>|\[\]{}#:]")
_TAG = re.compile(r"</?([A-Za-z_][\w-]*)>")
_SHAPED = re.compile(
    r"<\s*/?\s*\|[^<>\n]{1,60}\|?\s*>|\[/?INST\]|<</?SYS>>|<\s*/?\s*(?:s|think|bos|eos|pad|unk|start_of_turn|end_of_turn)\s*>",
    re.IGNORECASE,
)

_SPEAKER = r"(?:(?:AI|language|large|chat) ?)*(?:model|assistant|chat ?bot)s?"
_MODEL = rf"(?:AI|A\.I\.|LLMs?|ChatGPT|GPT-?\d*|Claude|Gemini|{_SPEAKER})"
_IGNORE = r"\b(?:ignore|disregard|forget|override|bypass)\b"
_EARLIER = r"\b(?:previous|prior|above|earlier|preceding|all|any|your|these)\b"
_RULES = r"\b(?:instructions?|prompts?|rules?|guidelines?|messages?|context|directions?)\b"
_DO = "(?:summari[sz]e|write|say|output|respond|reply|answer|include|add|print|repeat|ignore|do|tell)"
_YOU = "(?:you are|act as|you must act as|pretend to be|note to|attention|dear|hey|hello)"
_ADDRESSES = re.compile(
    "|".join(
        (
            _IGNORE + ".{0,40}" + _EARLIER + ".{0,40}" + _RULES,
            r"\b(?:ignoriere|vergiss|missachte)\b.{0,40}\b(?:anweisung|anweisungen|instruktionen|vorgaben)\b",
            r"\b(?:ignore[zr]?|oublie[zr]?)\b.{0,40}\b(?:instructions|consignes)\b",
            r"\b(?:ignora|olvida|ignore|esqueça|dimentica)\b.{0,40}\b(?:instrucciones|instruções|istruzioni)\b",
            rf"\b{_YOU}[,:]? (?:now )?(?:(?:an?|the|all|any) )?{_MODEL}\b",
            rf"\bas an? {_MODEL},? you\b",
            r"\b(?:new|updated|system|hidden|secret|developer) (?:instructions?|prompt|message)\s*:",
            rf"^\W*{_MODEL}\s*[,:] (?:please )?{_DO}\b",
            rf"\b(?:when|if|while) (?:you )?(?:are )?summari[sz](?:e|ing)\b.{{0,60}}\b(?:{_DO}|mention|must|instead)\b",
            r"\b(?:output|respond with|reply with) (?:only|exactly|nothing but)\b",
        )
    ),
    re.IGNORECASE,
)


def visible(text: str) -> str:
    """The text without characters that no reader sees, and which may carry hidden words."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in _JOINERS or c.isspace() or not _is_unseen(c))


def _is_unseen(char: str) -> bool:
    code = ord(char)
    return unicodedata.category(char) in _UNSEEN or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def speaks_to_model(sentence: str) -> bool:
    """Whether a sentence gives orders to a language model rather than telling a reader something."""
    return _ADDRESSES.search(unicodedata.normalize("NFKC", visible(sentence))) is not None


def tags_of(template: str) -> set[str]:
    """The names of the tags, like `article` of `<article>`, by which a template marks where its data is."""
    return set(_TAG.findall(template))


class Neutralizer:
    """Spells what controls a conversation as plain characters.

    `markers` are the control tokens of the model and the words between the turns of its chat template; `tags` are names
    of tags that the prompt marks its data with.
    """

    def __init__(self, markers: Iterable[str], tags: Iterable[str]) -> None:
        wanted = sorted({m.strip() for m in markers if _CONTROL_MARKS.search(m)}, key=len, reverse=True)
        patterns = [re.escape(unicodedata.normalize("NFKC", marker)) for marker in wanted]
        patterns += [rf"<\s*/?\s*{re.escape(tag)}\b[^<>]{{0,80}}>?" for tag in sorted(tags)]
        self._controls = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def __call__(self, text: str) -> str:
        """The text, without characters that are not seen and without a control of the conversation."""
        text = visible(text)
        folded = unicodedata.normalize("NFKC", text)
        # A tokenizer may normalize first: "＜|im_end|＞" would become a control then.
        if self._is_controlled(folded):
            text = folded
        while True:
            plain = _SHAPED.sub(_spelled, text)
            if self._controls is not None:
                plain = self._controls.sub(_spelled, plain)
            if plain == text:
                return text
            text = plain

    def _is_controlled(self, text: str) -> bool:
        return bool(_SHAPED.search(text)) or (self._controls is not None and bool(self._controls.search(text)))


def _spelled(match: re.Match[str]) -> str:
    return match[0].translate(_PLAIN)


def without_orders(sentences: Sequence[str]) -> list[str]:
    """The sentences that are told to a reader."""
    return [sentence for sentence in sentences if not speaks_to_model(sentence)]
