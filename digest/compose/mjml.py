"""Makes HTML of MJML with MRML (mjml-python), around what that library does wrong."""

import re

import mjml as mrml

from digest.compose.validate import Fault, faults

_TAG = re.compile(r"<[A-Za-z](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>")
_VALUE = re.compile(r"(=\s*)(?:\"([^\"]*)\"|'([^']*)')")
_TITLE = re.compile(r"(<mj-title>)(.*?)(</mj-title>)", re.DOTALL)
_INLINE = re.compile(r"<mj-style\s+inline=[\"']inline[\"']\s*>(.*?)</mj-style>", re.DOTALL)
# Between tags of its own, MRML takes white space for a mistake unless it begins with a line break.
_BLANKS = re.compile(r"(?<=>)(?=[^\S\n])\s+(?=<(?:/?mj|!--))")
_PADDED = re.compile(r"<mj-(?:section|wrapper|column|image)\b(?=[^<>]*\spadding=)(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>")
_PADDING = re.compile(r"\spadding=[\"']([^\"']+)[\"']")
_PLAIN = re.compile(r"[ !#-\[\]-~]*")
_POSITION = re.compile(r"position (\d+):\d+")


class MjmlError(Exception):
    """MJML that must not become an e-mail. Carries every fault with its offset."""

    def __init__(self, found: list[Fault]) -> None:
        self.faults = found
        super().__init__("; ".join(fault.what for fault in found))


def to_html(mjml: str, *, pixels: bool = False) -> str:
    """The HTML of an e-mail. Raises MjmlError; also for a picture that only counts readers, but with `pixels`."""
    if found := faults(mjml, pixels=pixels):
        raise MjmlError(found)
    inline_css = "\n".join(_INLINE.findall(mjml))
    source = _spelled_out(_PADDED.sub(_with_sides, _BLANKS.sub("\n", _INLINE.sub("", mjml))))
    try:
        # Without `fonts`, a mere mention of Roboto would load it from a third party, who then sees every reader.
        html: str = mrml.mjml2html(source, fonts={})
    except ValueError as error:
        raise MjmlError([_refusal(str(error), source, mjml)]) from error
    return _inlined(html, inline_css) if inline_css else html


def _with_sides(found: re.Match[str]) -> str:
    """The tag with its left and right padding spelled out.

    Of `padding` alone MRML takes nothing off the width, so that Outlook, which heeds widths, makes the e-mail too wide.
    """
    tag = found[0]
    padding = _PADDING.search(tag)
    values = padding[1].split() if padding else []
    if padding is None or not 1 <= len(values) <= 4:
        return tag
    right = values[min(1, len(values) - 1)]
    left = values[3] if len(values) == 4 else right
    sides = {"padding-left": left, "padding-right": right}
    added = "".join(f' {name}="{value}"' for name, value in sides.items() if f" {name}=" not in tag)
    return tag[: padding.end()] + added + tag[padding.end() :]


def _spelled_out(mjml: str) -> str:
    """The same MJML with every unusual character in an attribute as a reference.

    MRML writes attribute values, and the title where it becomes one, as Rust's debug format does, which turns
    combining marks, emoji, backslashes and line breaks into literal `\\u{94d}` and the like.
    """
    mjml = _TITLE.sub(lambda found: found[1] + _references(found[2]) + found[3], mjml)
    return _TAG.sub(lambda tag: tag[0] if _PLAIN.fullmatch(_unquoted(tag[0])) else _VALUE.sub(_value, tag[0]), mjml)


def _unquoted(tag: str) -> str:
    """The tag without the double quotes that delimit its values, so that it is plain if all values are."""
    return "\\" if "'" in tag else tag.replace('"', "")


def _value(found: re.Match[str]) -> str:
    value = found[2] if found[2] is not None else found[3]
    return f'{found[1]}"{_references(value)}"'


def _references(value: str) -> str:
    return "".join(c if _PLAIN.fullmatch(c) else f"&#x{ord(c):x};" for c in value)


def _refusal(said: str, source: str, mjml: str) -> Fault:
    """What MRML says of MJML that we had let pass. Its places are in bytes of what it was given."""
    found = _POSITION.search(said)
    before = source.encode()[: int(found[1])].decode(errors="ignore") if found else ""
    # Attributes were lengthened on the way, so only the number of tags before the place carries over.
    starts = [match.start() for match in re.finditer("<", mjml)]
    count = min(before.count("<"), len(starts) - 1)
    return Fault(starts[count] if starts and found else 0, f"MJML refuses this: {said}")


def _inlined(html: str, css: str) -> str:
    """The HTML with the rules of `mj-style inline` in its style attributes, which MRML forgets to do."""
    import css_inline

    inliner = css_inline.CSSInliner(
        inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False, extra_css=css, minify_css=True
    )
    done: str = inliner.inline(html)
    return done
