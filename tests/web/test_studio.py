"""What the preview shows: past issues, samples and themes, read and never written."""

import hashlib
import re
from pathlib import Path

import pytest

from digest.errors import BrokenStoreError, ConfigError, TemplateError, UsageError
from digest.store.engine import make_engine
from digest.web.samples import Sample, samples
from digest.web.studio import FROZEN, Choice
from tests.web.conftest import CONFIG, NOW, Workplace


def test_without_an_issue_it_shows_a_sample_and_makes_no_store(place: Workplace) -> None:
    shown = place.studio().show(Choice())
    assert shown.sample
    assert shown.issue.rendered.subject in shown.html
    assert place.studio().choices().issues == ()
    assert not place.store.exists()


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.id)
@pytest.mark.parametrize("theme", ["classic", "brief", "magazine", "plain"])
def test_every_sample_is_shown_in_every_theme(place: Workplace, sample: Sample, theme: str) -> None:
    shown = place.studio().show(Choice(issue=f"sample:{sample.id}", theme=theme))
    assert "</html>" in shown.html
    assert b"\r\nSubject: " in shown.message()
    assert not any(token in shown.html + shown.text for token in shown.issue.rendered.slots.values())


def test_samples_are_what_they_are_named(place: Workplace) -> None:
    studio = place.studio()
    assert "<img" not in studio.show(Choice(issue="sample:no-image")).html
    assert sum(len(section.entries) for section in studio.show(Choice(issue="sample:forty")).issue.sections) == 40
    assert re.search(r"\w{70}", studio.show(Choice(issue="sample:long-words")).text)
    arabic = studio.show(Choice(issue="sample:right-to-left"))
    assert 'dir="rtl"' in arabic.html
    assert arabic.settings.newsletter.language == "ar"
    with pytest.raises(UsageError, match="no sample 'other'"):
        studio.show(Choice(issue="sample:other"))


def test_the_latest_issue_comes_first_and_is_rendered_anew(place: Workplace) -> None:
    place.freeze("letter-1")
    place.freeze("letter-2", day=1)
    place.edit("name.mjml", "{{ newsletter.name }}", "The new masthead")
    shown = place.studio().show(Choice())
    assert (shown.id, shown.as_frozen, shown.sample) == ("letter-2", False, False)
    assert "The new masthead" in shown.html
    assert [row.id for row in place.studio().choices().issues] == ["letter-2", "letter-1"]


def test_as_frozen_is_what_was_frozen(place: Workplace) -> None:
    frozen = place.freeze("letter-1")
    place.edit("name.mjml", "{{ newsletter.name }}", "The new masthead")
    shown = place.studio().show(Choice(issue="letter-1", theme=FROZEN))
    assert shown.as_frozen
    assert shown.issue.rendered == frozen.rendered
    assert "The new masthead" not in shown.html
    assert [finding.rule for finding in shown.findings()] == ["address"]


def test_rendering_anew_with_an_unchanged_theme_gives_what_was_frozen(place: Workplace) -> None:
    place.freeze("letter-1")
    frozen, anew = (place.studio().show(Choice(issue="letter-1", theme=theme)) for theme in (FROZEN, ""))
    assert anew.html == frozen.html
    assert anew.text == frozen.text


def test_an_issue_of_an_older_digest_is_shown_as_frozen_only(place: Workplace) -> None:
    place.freeze("letter-1", kept=False)
    shown = place.studio().show(Choice())
    assert (shown.as_frozen, shown.can_render) == (True, False)
    with pytest.raises(UsageError, match="older digest"):
        place.studio().show(Choice(issue="letter-1", theme="brief"))


def test_another_theme_leaves_the_own_folder_out(place: Workplace) -> None:
    place.edit("name.mjml", "{{ newsletter.name }}", "The new masthead")
    own, brief, classic = (place.studio().show(Choice(theme=theme)).html for theme in ("", "brief", "classic"))
    assert "The new masthead" in own
    assert "The new masthead" not in classic
    assert brief != classic
    with pytest.raises(ConfigError, match="no theme 'briefly'"):
        place.studio().show(Choice(theme="briefly"))


def test_a_theme_of_another_package_can_be_chosen_and_is_watched_also_while_it_is_wrong(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, info = tmp_path / "theirs", tmp_path / "site" / "theirs-1.0.dist-info"
    package.mkdir()
    info.mkdir(parents=True)
    (package / "theme.toml").write_text('name = "theirs"\nextends = "classic"\n[light]\nink = "#123456"\n')
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[digest.themes]\ntheirs = theirs_theme:FOLDER\n")
    (tmp_path / "site" / "theirs_theme.py").write_text(f"FOLDER = {str(package)!r}\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    studio = place.studio()
    assert "theirs" in studio.choices().themes
    assert "#123456" in studio.show(Choice(theme="theirs")).html
    (package / "theme.toml").write_text("[light\n")
    assert package in studio.places().folders
    assert "theirs" in studio.choices().themes
    with pytest.raises(TemplateError, match=r"theirs/theme\.toml"):
        studio.show(Choice(theme="theirs"))


def test_nothing_is_written_to_the_store(place: Workplace) -> None:
    place.freeze("letter-1")
    before = hashlib.sha256(place.store.read_bytes()).digest(), place.store.stat().st_mtime_ns
    studio = place.studio()
    studio.choices()
    studio.show(Choice())
    studio.show(Choice(theme=FROZEN))
    assert (hashlib.sha256(place.store.read_bytes()).digest(), place.store.stat().st_mtime_ns) == before


def test_a_store_of_an_older_digest_is_left_as_it_is(place: Workplace) -> None:
    place.freeze("letter-1")
    with make_engine(f"sqlite:///{place.store}").begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
    choices = place.studio().choices()
    assert isinstance(choices.problem, BrokenStoreError)
    assert "digest check" in choices.problem.problems[0].remedy
    assert place.studio().show(Choice()).sample
    with make_engine(f"sqlite:///{place.store}").begin() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0004"


def test_the_store_of_another_newsletter_shows_no_issue(place: Workplace) -> None:
    named = CONFIG + '[store]\nurl = "sqlite:///shared.db"\n'
    place.config.write_text(named)
    place.freeze("letter-1")
    with make_engine(f"sqlite:///{place.folder}/shared.db").begin() as connection:
        connection.exec_driver_sql("INSERT INTO newsletter (id, name) VALUES (1, 'Another Letter')")
    choices = place.studio().choices()
    assert choices.issues == ()
    assert "Another Letter" in str(choices.problem)


def test_a_mistake_is_told_once_and_then_that_it_is_mended(place: Workplace) -> None:
    told: list[str] = []
    studio = place.studio(told.append)
    good = place.template("name.mjml").read_text()
    place.edit("name.mjml", "newsletter.name", "newsletter.nam")
    for _ in range(2):
        with pytest.raises(TemplateError, match=r"name\.mjml:\d+"):
            studio.show(Choice())
    assert [text.startswith("error: ") for text in told] == [True]
    place.template("name.mjml").write_text(good)
    studio.show(Choice())
    studio.show(Choice())
    assert told[1:] == ["mended"]


def test_a_mistake_that_is_mended_while_another_issue_is_looked_at_is_told_anew_when_it_comes_back(
    place: Workplace,
) -> None:
    told: list[str] = []
    studio = place.studio(told.append)
    good = place.template("name.mjml").read_text()
    others = (Choice(issue="sample:one"), Choice(issue="sample:usual"))
    for _ in range(2):
        place.edit("name.mjml", "newsletter.name", "newsletter.nam")
        for choice in others:
            with pytest.raises(TemplateError):
                studio.show(choice)
        place.template("name.mjml").write_text(good)
        studio.show(others[1])
    assert [text.split(":")[0] for text in told] == ["error", "mended", "error", "mended"]


def test_every_mistake_of_a_theme_is_told_at_once(place: Workplace) -> None:
    place.edit("name.mjml", "newsletter.name", "newsletter.nam")
    place.edit("footer.mjml", "<mj-section", "{% if %}<mj-section")
    with pytest.raises(TemplateError) as caught:
        place.studio().show(Choice())
    assert {Path(problem.where.partition(":")[0]).name for problem in caught.value.problems} >= {"footer.mjml"}
    place.edit("footer.mjml", "{% if %}", "{{ isue.id }}")
    with pytest.raises(TemplateError) as caught:
        place.studio().show(Choice())
    assert "name.mjml" in str(caught.value)


def test_the_theme_is_tried_on_what_the_issue_does_not_hold(place: Workplace) -> None:
    place.edit("email.mjml", "{% block stories %}", "{% block stories %}{% if not sections %}{{ nothing }}{% endif %}")
    studio = place.studio()
    assert studio.show(Choice()).html
    with pytest.raises(TemplateError, match="no 'nothing'"):
        studio.check("")
    studio.check("classic")


def test_a_key_that_cannot_be_read_leaves_the_e_mail_to_look_at(place: Workplace) -> None:
    place.config.write_text(CONFIG + '[dkim]\nselector = "x"\nkey_file = "nowhere.pem"\n')
    shown = place.studio().show(Choice())
    assert shown.html
    with pytest.raises(ConfigError, match=r"nowhere\.pem"):
        shown.message()


def test_it_watches_the_configuration_and_every_theme_also_while_they_are_wrong(place: Workplace) -> None:
    places = place.studio().places()
    assert place.config in places.files
    assert place.folder / "theme" in places.folders
    place.template("theme.toml").write_text("[light\n")
    assert place.studio().places() == places
    place.config.write_text(CONFIG.replace('dir = "theme"', 'dir = "later"'))
    assert place.folder / "later" in place.studio().places().files
    place.config.write_text("[newsletter\n")
    assert place.config in place.studio().places().files


def test_a_sample_is_dated_and_numbered(place: Workplace) -> None:
    issue = place.studio().show(Choice(issue="sample:usual")).issue
    assert issue.created == NOW
    assert issue.number == 42
