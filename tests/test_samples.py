"""The bundled samples are many enough, in every form, and none is broken."""

import csv
import json
import xml.etree.ElementTree as ET

from email_validator import validate_email

from digest.resources import samples_dir

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ATOM = "{http://www.w3.org/2005/Atom}"


def _feed_texts() -> list[str]:
    feeds = samples_dir() / "feeds"
    rss = ET.parse(feeds / "orsel-gazette.xml").getroot()
    atom = ET.parse(feeds / "field-and-shore.xml").getroot()
    items = json.loads((feeds / "gridwork.json").read_text(encoding="utf-8"))["items"]
    return [
        *(item.findtext(_CONTENT, "") for item in rss.iter("item")),
        *(entry.findtext(f"{_ATOM}content", "") for entry in atom.iter(f"{_ATOM}entry")),
        *(item["content_html"] for item in items),
    ]


def _file_texts() -> list[str]:
    folders = ("pages", "notes", "saved")
    return [
        path.read_text(encoding="utf-8") for folder in folders for path in sorted((samples_dir() / folder).iterdir())
    ]


def test_there_are_at_least_twelve_articles_of_a_fair_length() -> None:
    texts = _feed_texts() + _file_texts()
    assert len(texts) >= 12
    assert all(180 <= len(text.split()) <= 600 for text in texts)


def test_images_have_words_for_who_cannot_see_them() -> None:
    images = [part.split(">", 1)[0] for text in _feed_texts() + _file_texts() for part in text.split("<img ")[1:]]
    assert images
    assert all('alt="' in image and 'alt=""' not in image for image in images)


def test_the_sample_readers_have_addresses_that_can_be_nobodys() -> None:
    with (samples_dir() / "subscribers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [set(row) for row in rows] == [{"address", "name"}] * 3
    assert all(row["address"].endswith(("@example.org", "@example.com")) for row in rows)
    assert all(validate_email(row["address"], check_deliverability=False) for row in rows)
