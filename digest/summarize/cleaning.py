"""Takes from what an instruction model answers everything that is not the summary."""

import re

_THINKING = re.compile(r"<(think|thinking|reasoning|thought)>.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL)
_THOUGHT_END = re.compile(r"\A.*</(?:think|thinking|reasoning|thought)>", re.IGNORECASE | re.DOTALL)
_SUMMARY = (
    "summary|summari[sz]ed?|overview|zusammenfassung|zusammengefasst|résumé|resumen|resumo|riassunto|samenvatting|"
    "sammanfattning|sammendrag|resumé|streszczenie|краткое содержание|резюме|摘要|总结|要約|요약|ملخص"
)
_OPENING = re.compile(
    rf"""\A\W*(?:
        (?:sure|certainly|of\ course|okay|ok|absolutely|gerne|natürlich|bien\ sûr|claro|certo|natuurlijk)\b
            [^\n]{{0,80}}?[:!.]\s+
        | [^\n:：.]{{0,80}}?(?:{_SUMMARY})[^\n:：.]{{0,80}}[:：]\**\s*
        | \#{{0,6}}\ *\**(?:{_SUMMARY})\**\s*\n
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOSING = re.compile(
    r"(?:\A|\n)\W*(?:note|please note|disclaimer|let me know|i hope|hope this|is there anything|feel free|word count|"
    r"hinweis|anmerkung|lassen sie mich|ich hoffe|note ?:|remarque|nota)\b.*\Z",
    re.IGNORECASE | re.DOTALL,
)
_COUNT = re.compile(r"\s*[(\[]\s*\d+\s+\w+\s*[)\]]\s*\Z")
_BULLET = re.compile(r"^\s*(?:[-–—*•]|\d{1,2}[.)])\s+", re.MULTILINE)
_HEADING = re.compile(r"^\s*#{1,6}\s+.*$", re.MULTILINE)
_MARKED = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
_TAGS = re.compile(r"</?(?:article|summary|text|answer|output)>", re.IGNORECASE)
_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“", "'": "'"}


def clean(output: str) -> str:
    """The summary alone: no thoughts, no "Here is a summary:", no Markdown, no offers of more; one line.

    Empty when nothing remains, also when the model was still thinking as its answer ended.
    """
    text = _THOUGHT_END.sub("", _THINKING.sub("", output)) if "</" in output else _THINKING.sub("", output)
    text = _TAGS.sub("", text).strip()
    while (shorter := _OPENING.sub("", text, count=1).strip()) != text:
        text = shorter
    text = _COUNT.sub("", _CLOSING.sub("", text))
    text = _BULLET.sub("", _HEADING.sub("", text))
    text = _MARKED.sub(r"\2", text)
    return _unquoted(" ".join(text.split()))


def _unquoted(text: str) -> str:
    """Without the quotation marks around the whole of it; quotations within stay."""
    closing = _QUOTES.get(text[:1])
    if closing and text.endswith(closing) and len(text) > 1 and closing not in text[1:-1] and text[0] not in text[1:-1]:
        return text[1:-1].strip()
    return text
