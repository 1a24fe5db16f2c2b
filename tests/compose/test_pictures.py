"""Pictures go along with an e-mail made small and within a budget, come from their addresses, or are not there."""

import io
import re
from typing import Any

import pytest
from lxml import html as lxml_html
from PIL import Image

from digest.compose import embed_pictures, render, shown, wanted_pictures
from digest.compose.address import looks_like_pixel
from digest.config import Settings
from digest.errors import TemplateError
from digest.model import Picture
from tests.compose.conftest import PAGE, MakeEntry, MakeIssue, MakeSettings, WriteTheme

LOGO = {"image": "https://x.example/logo.png", "width": 100}
URL = "https://news.example/quay.jpg"


def encoded(width: int = 2000, height: int = 1200, kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """A picture with much in it: noise is what JPEG can do least about."""
    out = io.BytesIO()
    noise = Image.effect_noise((width, height), 80)
    image = Image.merge(mode, [noise] * len(mode)) if len(mode) > 1 else noise
    image.save(out, kind, **options)
    return out.getvalue()


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def made(data: bytes, *, width: int = 300, room: int = 1_000_000, settings: Settings | None = None) -> Picture:
    (picture,), skipped = embed_pictures({URL: data}, {URL: width}, settings or Settings(), room=room)
    assert skipped == ()
    return picture


def refused(data: bytes) -> str:
    pictures, (skipped,) = embed_pictures({URL: data}, {URL: 300}, Settings(), room=1_000_000)
    assert pictures == ()
    assert (skipped.stage, skipped.ref) == ("compose", URL)
    return skipped.reason


def test_a_picture_is_made_twice_as_wide_as_it_is_shown_and_no_larger() -> None:
    assert opened(made(encoded())).size == (600, 360)
    assert opened(made(encoded(200, 100))).size == (200, 100)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_every_usual_format_becomes_one_that_all_clients_show(kind: str) -> None:
    picture = made(encoded(kind=kind))
    assert (picture.content_type, opened(picture).format) == ("image/jpeg", "JPEG")


def test_a_picture_with_holes_keeps_them() -> None:
    picture = made(encoded(400, 400, kind="PNG", mode="RGBA"))
    assert picture.content_type == "image/png"
    assert opened(picture).has_transparency_data


def test_a_moving_picture_stands_still() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (50, 50), color) for color in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    red, _, blue = opened(made(out.getvalue())).convert("RGB").getpixel((25, 25))  # type: ignore[misc]  # RGB has three
    assert red > 200 > 50 > blue


def test_where_it_was_taken_does_not_go_out_and_which_way_is_up_is_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "taken at home"
    picture = made(encoded(400, 200, exif=exif.tobytes()))
    assert b"taken at home" not in picture.data
    assert b"Exif" not in picture.data
    assert opened(picture).size == (200, 400)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is no JPEG, PNG, GIF, WebP or AVIF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "it is no JPEG, PNG"),
        (b"<html>Not found</html>", "it is no JPEG, PNG"),
        (encoded(800, 800)[:3000], "it cannot be read"),
        (encoded(1, 1, kind="GIF"), "it is a tracking pixel"),
        (encoded(1, 1, kind="PNG"), "it is a tracking pixel"),
    ],
)
def test_what_is_no_picture_is_left_out_with_its_reason(data: bytes, why: str) -> None:
    assert why in refused(data)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded() -> None:
    for side in (9_000, 60_000):
        out = io.BytesIO()
        Image.new("1", (side, side)).save(out, "PNG")
        assert "more than 50 million pixels" in refused(out.getvalue())


def test_a_picture_without_end_is_cut_off_below() -> None:
    assert opened(made(encoded(10, 65_501, kind="PNG"))).size == (10, 40)
    assert opened(made(encoded(900, 9_000))).size == (600, 2_400)


def test_whatever_a_decoder_raises_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Image.Image) -> None:  # as those of AVIF and WebP do of damaged data
        raise RuntimeError("Failed to decode image: Missing or empty image item")

    monkeypatch.setattr("PIL.JpegImagePlugin.JpegImageFile.load", broken)
    assert "it cannot be read: Failed to decode image" in refused(encoded(100, 100))


@pytest.mark.parametrize("mode", ["I;16", "L", "LA", "CMYK"])
def test_a_picture_of_any_mode_keeps_its_grey(mode: str) -> None:
    out = io.BytesIO()
    grey: Any = {"I;16": 120 * 256, "LA": (120, 255), "CMYK": (135, 135, 135, 0)}.get(mode, 120)
    Image.new(mode, (40, 40), grey).save(out, "TIFF")
    shown_as = opened(made(out.getvalue())).convert("RGBA").getpixel((20, 20))
    assert isinstance(shown_as, tuple)
    assert all(abs(channel - 120) < 6 for channel in shown_as[:3])


def test_a_pixel_that_is_asked_for_goes_along(settings: MakeSettings) -> None:
    assert made(encoded(1, 1, kind="GIF"), settings=settings(email={"tracking_pixels": True})).data


def test_all_pictures_give_way_until_the_budget_holds_them() -> None:
    data = encoded()
    whole = made(data)
    found = {f"{URL}?{n}": data for n in range(6)}
    room = 4 * len(whole.data)
    pictures, skipped = embed_pictures(found, dict.fromkeys(found, 300), Settings(), room=room)
    assert len(pictures) == 6
    assert sum(len(picture.data) for picture in pictures) <= room
    assert skipped == ()
    assert opened(pictures[0]).width < 600


def test_what_finds_no_room_is_left_out_with_its_reason(
    settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.compose.pictures._LEVELS", ((1.0, 66),))
    found = dict.fromkeys((f"{URL}?{n}" for n in range(3)), encoded())
    least = len(made(found[f"{URL}?0"]).data)
    chosen = settings(email={"images_kb": 77})
    pictures, skipped = embed_pictures(found, dict.fromkeys(found, 300), chosen, room=2 * least + 1)
    assert len(pictures) == 2
    assert [one.ref for one in skipped] == list(found)[len(pictures) :]
    assert all("larger than 77 KB ([email] images_kb)" in one.reason for one in skipped)


def test_the_same_picture_has_the_same_name_and_each_address_its_own() -> None:
    data = encoded(100, 100)
    found = {URL: data, f"{URL}?other": data}
    first, second = embed_pictures(found, dict.fromkeys(found, 300), Settings(), room=10**6)[0]
    assert first.cid != second.cid
    assert first.cid == made(data).cid
    assert re.fullmatch(r"[0-9a-f]{24}@digest", first.cid)


def test_the_lead_and_the_others_are_wanted_as_wide_as_the_theme_shows_them(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    made = issue(entry(image=URL), entry("b", image="https://x.example/b.png"), entry("c"), entry("d", image="data:x"))
    layout = {"width": 500, "thumbnail": 90}
    wanted = wanted_pictures(made, settings(theme={"layout": layout, "logo": LOGO}))
    assert wanted == {LOGO["image"]: 100, URL: 500, "https://x.example/b.png": 90}


def test_pictures_that_the_theme_does_not_show_are_not_wanted(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    made = issue(entry(image=f"{URL}?a=1&copy=2"), entry("b", image="https://x.example/b.png"))
    assert wanted_pictures(made, settings(theme={"name": "plain"})) == {}
    lead_alone = settings(theme={"extra": {"thumbnails": False}})
    assert list(wanted_pictures(made, lead_alone)) == [f"{URL}?a=1&copy=2"]


def test_embedded_pictures_are_named_in_the_html_and_others_are_not_shown(
    issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    chosen = settings(email={"images": "embedded"}, theme={"logo": LOGO}, newsletter={"name": "The Morning"})
    story = issue(entry(image=URL), entry("b", image="https://x.example/gone.png"))
    picture = made(encoded(100, 100))
    unused = Picture(cid="unused@digest", content_type="image/png", data=b"x", url="https://x.example/no", width=1)
    rendered = render(story, chosen, pictures=(picture, unused))
    tree = lxml_html.document_fromstring(rendered.html)
    assert [image.get("src") for image in tree.iter("img")] == [f"cid:{picture.cid}"]
    assert tree.findtext(".//h1") == "The Morning"  # the logo was not to be had
    assert rendered.pictures == (picture,)
    assert "https://x.example" not in rendered.html


def test_a_browser_sees_the_pictures_that_go_along(issue: MakeIssue, entry: MakeEntry, settings: MakeSettings) -> None:
    picture = made(encoded(100, 100))
    rendered = render(issue(entry(image=URL)), settings(), pictures=(picture,))
    html = shown(rendered.html, rendered.pictures)
    assert "cid:" not in html
    assert 'src="data:image/jpeg;base64,' in html


def test_without_pictures_no_picture_is_in_the_html(issue: MakeIssue, entry: MakeEntry, settings: MakeSettings) -> None:
    chosen = settings(email={"images": "none"}, theme={"logo": LOGO})
    html = render(issue(entry(image=URL), entry("b", image=URL)), chosen).html
    assert "<img" not in html
    assert "<h1" in html


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/pixel.gif?id=7",
        "https://x.example/a/1x1.png",
        "https://pixel.wp.example/b.gif",
        "https://ad.doubleclick.net/x.jpg",
        "https://feeds.feedburner.com/~r/x/~4/y",
        "https://www.facebook.com/tr?id=1",
        "https://x.example/matomo.php?rec=1",
    ],
)
def test_the_address_of_a_counter_is_known_and_its_picture_dropped_unless_asked_for(
    url: str, issue: MakeIssue, entry: MakeEntry, settings: MakeSettings
) -> None:
    assert looks_like_pixel(url)
    story = issue(entry(image=url))
    assert "<img" not in render(story, settings()).html
    assert "<img" in render(story, settings(email={"tracking_pixels": True})).html


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/pixel-art-of-a-bridge.jpg",
        "https://x.example/open-water.png",
        "https://img.example/2025/tracks/train.jpg",
        "https://x.example/11x10.png",
        "https://google.example/phones/pixel/phone.jpg",
        "https://x.example/2025/us-open.jpg",
        "https://x.example/running_track.png",
        "https://x.example/google-pixel.jpg",
        "https://x.example/open.jpg",
    ],
)
def test_pictures_of_pixels_and_tracks_are_shown(url: str) -> None:
    assert not looks_like_pixel(url)


@pytest.mark.parametrize(
    "tag",
    [
        '<img src="https://x.example/i" alt="" width="1" height="1">',
        '<img src="https://x.example/i" alt="" width="0" height="0px" />',
        '<img src="https://x.example/i" alt="" style="width:1px;height:1px">',
        '<img src="https://x.example/pixel.gif" alt="" width="100">',
    ],
)
def test_a_pixel_in_a_template_is_told_with_its_line_unless_asked_for(
    tag: str, theme: WriteTheme, issue: MakeIssue, entry: MakeEntry
) -> None:
    page = PAGE.replace("{{ recipient.name }}", f"{tag}{{{{ recipient.name }}}}")
    with pytest.raises(TemplateError) as caught:
        render(issue(entry()), theme({"email.mjml": page}))
    (problem,) = caught.value.problems
    assert problem.where.endswith(f"mine/email.mjml:{page[: page.index('<img src=' + tag[9:20])].count(chr(10)) + 1}")
    assert "counts who reads" in problem.what
    assert tag[:20] in problem.what
    assert "tracking_pixels = true in [email]" in problem.remedy
    allowed = theme({"email.mjml": page}, email={"tracking_pixels": True})
    assert "<img" in render(issue(entry()), allowed).html


def test_an_ordinary_picture_in_a_template_is_no_pixel(theme: WriteTheme, issue: MakeIssue, entry: MakeEntry) -> None:
    line = '<img src="https://x.example/rule.png" alt="" width="600" height="1">'
    page = PAGE.replace("{{ recipient.name }}", f"{line}{{{{ recipient.name }}}}")
    assert "rule.png" in render(issue(entry()), theme({"email.mjml": page})).html
