"""Pictures that go along with an e-mail: which are wanted, made small, within a budget.

Each is decoded and encoded anew, so nothing of what came but its pixels goes out: no place where it was taken, no
script, no second picture behind the first.
"""

import hashlib
import io
import warnings
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from digest.compose.address import looks_like_pixel, safe_image
from digest.compose.theme import open_theme
from digest.compose.workshop import render
from digest.config import Settings
from digest.model import Issue, Picture, Skipped

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
_MOST_PIXELS = 50_000_000
_TOO_MANY = "it has more than 50 million pixels"
# Times its width: what is higher is cut off below, for forty endless pictures would fill the memory.
_HIGHEST = 4
_PIXEL = 2  # a picture of one or two pixels shows nothing: it counts readers
# Pixels for each one shown, and the quality of JPEG; the first with which all pictures fit the budget.
_LEVELS = ((2.0, 82), (1.5, 75), (1.0, 66))


class _Unusable(Exception):  # noqa: N818 - never leaves this module
    """Says why a picture cannot go along."""


@dataclass(frozen=True, slots=True)
class _Raw:
    """A picture as it was decoded, already no larger than it can be needed."""

    url: str
    width: int
    image: "Image"


def wanted_pictures(issue: Issue, settings: Settings) -> dict[str, int]:
    """The addresses of the pictures that an issue shows, each with the width that the theme shows it at, in order.

    Raises what `render` raises.
    """
    html = render(issue, settings).html  # a theme may show none, or not every story's
    shown_in = html + unescape(html)
    variables = open_theme(settings).variables
    large, small = variables.layout.get("width", 640), variables.layout.get("thumbnail", 320)
    found: dict[str, int] = {}
    for name in ("image", "dark_image"):
        if logo := safe_image(str(variables.logo.get(name, ""))):
            found[logo] = int(variables.logo.get("width", large))
    for number, entry in enumerate(issue.entries):
        url = safe_image(entry.story.lead.image)
        if url and (settings.email.tracking_pixels or not looks_like_pixel(url)):
            found.setdefault(url, small if number else large)
    return {url: width for url, width in found.items() if url in shown_in}


def embed_pictures(
    found: Mapping[str, bytes], wanted: Mapping[str, int], settings: Settings, *, room: int
) -> tuple[tuple[Picture, ...], tuple[Skipped, ...]]:
    """Pictures made of what was fetched, in the order wanted, of at most `room` bytes all together.

    What is no picture, or finds no room, is left out with its reason.
    """
    raws: list[_Raw] = []
    skipped: list[Skipped] = []
    for url, width in wanted.items():
        if url not in found:
            continue
        try:
            raws.append(_Raw(url, width, _decoded(found[url], width, settings)))
        except _Unusable as error:
            skipped.append(_skipped(url, str(error)))
    made: list[Picture] = []
    for scale, quality in _LEVELS:
        made = [_encoded(raw, scale, quality) for raw in raws]
        if sum(len(picture.data) for picture in made) <= room:
            return tuple(made), tuple(skipped)
    kept, left_out = _first_that_fit(made, room)
    reason = f"all pictures together are larger than {settings.email.images_kb} KB ([email] images_kb)"
    return kept, (*skipped, *(_skipped(picture.url, reason) for picture in left_out))


def shown(html: str, pictures: Sequence[Picture]) -> str:
    """The HTML with its pictures in it, for a browser, which knows nothing of a message around it."""
    for picture in pictures:
        data = f"data:{picture.content_type};base64,{b64encode(picture.data).decode()}"
        html = html.replace(f"cid:{picture.cid}", data)
    return html


def _skipped(url: str, reason: str) -> Skipped:
    return Skipped(stage="compose", ref=url, reason=f"its picture is left out: {reason}")


def _first_that_fit(made: Sequence[Picture], room: int) -> tuple[tuple[Picture, ...], list[Picture]]:
    kept, left_out = [], []
    for picture in made:
        if len(picture.data) <= room:
            kept.append(picture)
            room -= len(picture.data)
        else:
            left_out.append(picture)
    return tuple(kept), left_out


def _decoded(data: bytes, width: int, settings: Settings) -> "Image":
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of what is too large, or damaged
            opened = Image.open(io.BytesIO(data), formats=_FORMATS)
            if opened.width * opened.height > _MOST_PIXELS:
                raise _Unusable(_TOO_MANY)
            if min(opened.size) <= _PIXEL and not settings.email.tracking_pixels:
                raise _Unusable("it is a tracking pixel ([email] tracking_pixels)")
            opened.draft("RGB", (width * 2, width * 2))  # a JPEG is decoded no larger than needed
            opened.load()
            image = ImageOps.exif_transpose(opened)
            image = image.crop((0, 0, image.width, min(image.height, _HIGHEST * image.width)))
            return _narrowed(_in_eight_bits(image), width * 2)
    except Image.DecompressionBombError as error:
        raise _Unusable(_TOO_MANY) from error
    except UnidentifiedImageError as error:
        raise _Unusable("it is no JPEG, PNG, GIF, WebP or AVIF") from error
    except _Unusable:
        raise
    except Exception as error:  # each of Pillow's decoders raises what its library does
        raise _Unusable(f"it cannot be read: {error}") from error


def _in_eight_bits(image: "Image") -> "Image":
    """The picture in RGB, or in RGBA where something shines through it."""
    if image.mode.startswith("I"):  # 16 bits of grey: Pillow would take all above 255 for white
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _narrowed(image: "Image", width: int) -> "Image":
    from PIL import Image

    if image.width <= width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _encoded(raw: _Raw, scale: float, quality: int) -> Picture:
    image = _narrowed(raw.image, max(1, round(raw.width * scale)))
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.quantize(256).save(out, "PNG", optimize=True)
        kind = "image/png"
    else:
        image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        kind = "image/jpeg"
    data = out.getvalue()
    # The address belongs to it: the same pixels from two places are two pictures in the HTML.
    name = hashlib.sha256(raw.url.encode() + b"\0" + data).hexdigest()[:24]
    return Picture(cid=f"{name}@digest", content_type=kind, data=data, url=raw.url, width=raw.width)
