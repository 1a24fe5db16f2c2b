from collections.abc import Callable
from pathlib import Path

import pytest

from digest.config import Settings, find_config, load_config
from digest.config.load import guess_source_type
from digest.errors import ConfigError, Problem

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def run(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return run


def _problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    return caught.value.problems


def test_an_empty_file_is_a_configuration_of_defaults(write: Write, tmp_path: Path) -> None:
    settings = load_config(write(""))
    assert settings.curate.limit == 12
    assert settings.output.dir == tmp_path / "out"
    assert settings.transport.dir == tmp_path / "outbox"
    assert settings.file == tmp_path / "config.toml"


def test_all_problems_are_told_at_once_in_the_order_of_the_file(write: Write) -> None:
    path = write(
        '[newsletter]\nnaem = "x"\nlanguage = 5\n\n[curate]\nlimit = 0\nsince = "soon"\n\n[transport]\ntls = "yes"\n'
    )
    found = _problems(path)
    assert [problem.where.split(" ")[0] for problem in found] == [f"{path}:{line}" for line in (2, 3, 6, 7, 10)]


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ('[newsletter]\nnaem = "x"', "unknown key 'naem'", "did you mean 'name'?"),
        ('[newsleter]\nname = "x"', "unknown table 'newsleter'", "did you mean 'newsletter'?"),
        ("[curate]\nlimits = 3", "unknown key 'limits'", "did you mean 'limit'?"),
        ('[[sources]]\nulr = "https://example.org/f"', "unknown key 'ulr'", "did you mean 'url'?"),
        ('[[sources]]\nurl = "https://example.org/f"\ntype = "fed"', "must be 'feed'", "did you mean 'feed'?"),
        ("[theme]\nzzzz = 1", "unknown key 'zzzz'", "known here: name, dir, light, dark, fonts, layout, logo, extra"),
        ("[web]\nFrom = 1", "unknown key 'From'", "known here: base_url, secret_env, unsubscribe_url"),
    ],
)
def test_a_wrong_name_is_told_with_the_nearest_right_one(text: str, what: str, remedy: str, write: Write) -> None:
    found = _problems(write(text))
    assert [(p.remedy) for p in found if what in p.what] == [remedy]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ('[curate]\nlimit = "12"', ":2 [curate] limit", "must be a whole number, not '12'"),
        ("[curate]\nlimit = true", ":2 [curate] limit", "must be a whole number, not True"),
        ("[curate]\nlimit = 0", ":2 [curate] limit", "greater than or equal to 1, not 0"),
        ("[curate]\nsince = 7", ":2 [curate] since", "must be a number and a unit"),
        ('[curate]\ninterests = "owls"', ":2 [curate] interests", "must be a list, not 'owls'"),
        ("[newsletter]\nname = 3", ":2 [newsletter] name", "must be text in quotes, not 3"),
        ('[newsletter]\nname = ""', ":2 [newsletter] name", "at least 1 character"),
        ('[newsletter]\nfrom = "nobody"', ":2 [newsletter] from", "is not an e-mail address"),
        ('[newsletter]\ntimezone = "Mars/Base"', ":2 [newsletter] timezone", "is not a time zone"),
        ('[web]\nbase_url = "ftp://example.org"', ":2 [web] base_url", "http:// or https://"),
        (
            '[store]\nurl = "mysql://x"',
            ":2 [store] url",
            'must be "sqlite:///FILE" or "postgresql://USER@HOST/NAME"',
        ),
        ('[newsletter]\nlanguage = "klingon"', ":2 [newsletter] language", 'must be the code of a language, like "en"'),
        ('[bounces]\npassword_env = "MY-PASS"', ":2 [bounces] password_env", "the name of an environment variable"),
        ('[dkim]\nselector = "a b"', ":2 [dkim] selector", "must be letters, digits"),
        ('[transport]\nrate = "fast"', ":2 [transport] rate", "messages a second"),
        ("[summarizer]\nmax_words = 2", ":2 [summarizer] max_words", "greater than or equal to 5"),
        ('curate = "all"', ":1 [curate]", "must be a table"),
        ('sources = "all"', ":1 [sources]", "must be a list"),
        ("[[sources]]\nname = 'x'", ":1 [[sources]] number 1", "needs either url or path"),
        ("[[sources]]\nurl = 'https://e.org'\npath = 'x'", ":1 [[sources]] number 1", "not both"),
        ("[[sources]]\nurl = 'file:///etc/passwd'", ":2 [[sources]] number 1, url", "http:// or https://"),
        ("[[sources]]\nurl = 'https://e.org/f'\nlimit = 0", ":3 [[sources]] number 1, limit", "equal to 1"),
        (
            "[[sources]]\nurl = 'https://e.org/f'\n[[sources]]\nurl = 'https://e.org/f'",
            ":3 [[sources]] number 2",
            "two",
        ),
        ('[transport]\npassword = "x"', ":1 [transport]", "has a password but no username"),
        ('[transport]\nusername = "u"\npassword = "x"\npassword_env = "Y"', ":1 [transport]", "not several"),
        ("file = 'x'", "[file]", "unknown"),
    ],
)
def test_a_wrong_value_is_told_with_its_place(text: str, where: str, what: str, write: Write) -> None:
    (problem,) = _problems(write(text))
    assert where in problem.where
    assert what in problem.what


@pytest.mark.parametrize("key", ["name", "subject"])
@pytest.mark.parametrize("value", ["a\\nBcc: x@example.org", "a\\rb", "a\\u0000b", "a\\u007fb"])
def test_what_becomes_a_header_is_one_line(key: str, value: str, write: Write) -> None:
    (problem,) = _problems(write(f'[newsletter]\n{key} = "{value}"'))
    assert "one line" in problem.what


def test_a_sender_with_a_line_break_is_refused(write: Write) -> None:
    (problem,) = _problems(write('[newsletter]\nfrom = "x\\nBcc: y@example.org <x@example.org>"'))
    assert "line breaks" in problem.what


def test_a_secret_is_not_shown_in_a_problem(write: Write) -> None:
    found = _problems(write('[transport]\nusername = "u"\npassword = "hunter2"\npassword_file = "p"\n'))
    assert "hunter2" not in "\n".join(map(str, found))


def test_paths_are_relative_to_the_file(write: Write, tmp_path: Path) -> None:
    settings = load_config(write('[output]\ndir = "../out"\n[theme]\ndir = "theme"\n[[sources]]\npath = "a/b.xml"\n'))
    assert settings.output.dir == tmp_path.parent / "out"
    assert settings.theme.dir == tmp_path / "theme"
    assert settings.sources[0].path == tmp_path / "a" / "b.xml"


def test_a_tilde_is_the_home_folder(write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert load_config(write('[output]\ndir = "~/out"')).output.dir == tmp_path / "home" / "out"


def test_a_source_is_named_after_its_place(write: Write) -> None:
    text = '[[sources]]\nurl = "https://example.org/feed/"\n[[sources]]\npath = "notes/daily.xml"\n'
    assert [s.name for s in load_config(write(text)).sources] == ["example.org/feed", "daily.xml"]


def test_a_source_with_a_very_long_address_is_named_after_its_beginning(write: Write) -> None:
    address = f"https://example.org/feed?key={'k' * 300}"
    (found,) = load_config(write(f'[[sources]]\nurl = "{address}"\n')).sources
    assert (found.url, found.name, found.is_named) == (address, address[len("https://") :][:200], False)


def test_whether_a_source_is_named_is_told_from_its_place(write: Write) -> None:
    text = '[[sources]]\nurl = "https://example.org/feed/"\n[[sources]]\npath = "a/b.xml"\nname = "The quay"\n'
    assert [s.is_named for s in load_config(write(text)).sources] == [False, True]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ({"url": "https://example.org/feed.xml"}, "feed"),
        ({"url": "https://example.org/sitemap-news.xml.gz"}, "sitemap"),
        ({"path": "."}, "folder"),
        ({"path": "a.xml"}, "feed"),
        ({"path": "saved.HTML"}, "page"),
        ({"path": "letter.eml"}, "page"),
    ],
)
def test_the_type_of_a_source_is_found_out(source: dict[str, str], kind: str) -> None:
    assert guess_source_type(source) == kind


def test_a_mailbox_and_a_sitemap_on_disk_are_known_by_what_they_are(tmp_path: Path) -> None:
    for name in ("cur", "new"):
        (tmp_path / "Mail" / name).mkdir(parents=True)
    (tmp_path / "news").write_bytes(b"From letter@harbour.example Fri Nov 20 08:00:00 2026\n\n")
    kinds = {
        name: guess_source_type({"path": tmp_path / name}) for name in ("Mail", "news", "a.mbox", "sitemap.xml.gz")
    }
    assert kinds == {"Mail": "mailbox", "news": "mailbox", "a.mbox": "mailbox", "sitemap.xml.gz": "sitemap"}


def test_a_path_that_cannot_be_looked_at_is_left_to_its_source(write: Write, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir()
    shut.chmod(0o600)  # may be listed, and nothing in it looked at
    settings = load_config(write(f'[[sources]]\npath = "{"x" * 300}"\n[[sources]]\npath = "shut"\n'))
    assert [source.type for source in settings.sources] == ["feed", "folder"]


def test_a_table_that_is_none_hides_no_other_problem(write: Write) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write('transport = 5\n[[sources]]\npath = "a.xml"\n[[sources]]\npath = "b/a.xml"\n'))
    told = [problem.what for problem in caught.value.problems]
    assert len(told) == 2
    assert any("must be a table" in what for what in told)
    assert any("two sources are named" in what for what in told)


def test_a_home_that_is_not_there_is_a_folder_like_any_other(write: Write) -> None:
    path = load_config(write('[output]\ndir = "~nobody-of-that-name/out"\n')).output.dir
    assert path.name == "out"


def test_a_password_in_an_address_is_not_repeated(write: Write) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write('[store]\nurl = "postgres://me:hunter2@db/digest"\n'))
    assert "hunter2" not in str(caught.value)
    assert "@db/digest" in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"[curate\nlimit = 3", b"a = 1\na = 2"])
def test_a_file_that_is_not_toml_is_told_as_that(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    (problem,) = _problems(path)
    assert problem.where == str(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf[curate]\nlimit = 3\n")
    assert load_config(path).curate.limit == 3


def test_settings_cannot_be_changed(write: Write) -> None:
    settings = load_config(write(""))
    with pytest.raises(ValueError, match="frozen"):
        settings.curate = Settings().curate  # type: ignore[misc]


def test_the_file_given_comes_before_the_environment_and_the_folder(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, named = write(""), tmp_path / "named.toml"
    named.write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIGEST_CONFIG", raising=False)
    assert find_config(None) == Path("config.toml")
    monkeypatch.setenv("DIGEST_CONFIG", str(named))
    assert find_config(None) == named
    assert find_config(here) == here


def test_a_user_without_a_home_needs_none(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(name: str) -> Path:
        raise RuntimeError(f"could not determine the home directory for {name}")

    monkeypatch.setattr("platformdirs.user_config_path", no_home)
    monkeypatch.delenv("DIGEST_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"config\.toml is not there"):
        find_config(None)
    write("")
    assert find_config(None) == Path("config.toml")


@pytest.mark.parametrize("given", [True, False])
def test_a_missing_file_is_told_with_what_to_do(given: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIGEST_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    with pytest.raises(ConfigError) as caught:
        find_config(tmp_path / "no.toml" if given else None)
    assert "digest init" in caught.value.problems[0].remedy


def test_a_domain_may_have_limits_of_its_own(write: Write) -> None:
    settings = load_config(write('[transport.domains."Exämple.org"]\nrate = "60/min"\nconnections = 2\n'))
    [(domain, limits)] = settings.transport.domains.items()
    assert (domain, limits.rate, limits.connections) == ("xn--exmple-cua.org", 1.0, 2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[transport.domains."example.org"]\nrte = 1\n', "did you mean 'rate'"),
        ('[transport.domains."not a domain"]\nrate = 1\n', 'like "example.org"'),
        ('[transport.domains."example.org"]\nrate = "often"\n', "messages a second"),
    ],
)
def test_what_is_wrong_with_the_limits_of_a_domain_is_told(write: Write, text: str, told: str) -> None:
    [problem] = _problems(write(text))
    assert told in f"{problem.what} {problem.remedy}"
    assert "transport" in problem.where


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('url = "https://anna:secretword@a.example/feed"', "must not hold a login; use username and password_env"),
        ('url = "https://a.example/feed"\nuser_agent = "L\u00e4ser/1"', "must be in ASCII"),
        ('url = "https://a.example/' + "x" * 2000 + '"', "at most 2000 characters"),
    ],
)
def test_an_address_or_a_name_that_could_not_be_asked_with_is_refused(tmp_path: Path, line: str, what: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[[sources]]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert what in str(caught.value)
    assert "secretword" not in str(caught.value)
