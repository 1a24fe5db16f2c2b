"""What the preview answers, to its own page and to nobody else."""

from collections.abc import Iterator
from email import message_from_bytes

import pytest
from starlette.testclient import TestClient

from digest.model import Picture
from digest.web.app import make_app
from digest.web.changes import Changes
from tests.web.conftest import CONFIG, Workplace


@pytest.fixture
def client(place: Workplace) -> Iterator[TestClient]:
    with TestClient(make_app(place.studio(), Changes()), base_url="http://127.0.0.1:8484") as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/preview.css", "/preview.js", "/icon.svg", "/pictures/1.svg", "/choices"])
def test_it_serves_the_page_and_its_parts_and_lets_nobody_embed_them(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_the_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    for path in ("/", "/preview.css", "/preview.js", "/icon.svg"):
        assert "://" not in client.get(path).text.replace('xmlns="http://www.w3.org/2000/svg"', ""), path


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8484", "127.0.0.1.evil.example", ""])
@pytest.mark.parametrize("path", ["/", "/state", "/events", "/mail"])
def test_a_name_that_was_pointed_here_is_refused(client: TestClient, path: str, host: str) -> None:
    assert client.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8484", "localhost:9000"])
def test_a_tunnel_is_let_in(client: TestClient, host: str) -> None:
    assert client.get("/state", headers={"Host": host}).status_code == 200


def test_another_site_may_not_read(client: TestClient) -> None:
    asked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    answer = client.get("/state", headers=asked)
    assert answer.status_code == 403
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(client: TestClient, method: str) -> None:
    assert client.request(method, "/state").status_code == 405


@pytest.mark.parametrize("path", ["/pictures/5.svg", "/pictures/..%2fpreview.js", "/config.toml", "/theme/name.mjml"])
def test_no_other_file_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_e_mail_is_a_document_that_can_do_nothing(client: TestClient) -> None:
    answer = client.get("/mail", params={"issue": "sample:usual"})
    policy = answer.headers["content-security-policy"]
    for part in ("default-src 'none'", "sandbox allow-same-origin", "form-action 'none'", "frame-ancestors 'self'"):
        assert part in policy
    assert "script" not in policy
    assert "img-src 'self' https:" in policy
    assert "/pictures/1.svg" in answer.text
    assert "pictures.invalid" not in answer.text


def test_pictures_that_go_along_are_shown_and_the_source_names_them(client: TestClient, place: Workplace) -> None:
    picture = Picture(cid="p1@x", content_type="image/png", data=b"\x89PNG", url="https://x.example/1.png", width=1)
    place.freeze("letter-1", pictures=(picture,), html='<p><img src="cid:p1@x" alt="" width="1"></p>')
    asked = {"issue": "letter-1", "theme": "@frozen"}
    assert 'src="data:image/png;base64,iVBORw=="' in client.get("/mail", params=asked).text
    state = client.get("/state", params=asked).json()
    assert 'src="cid:p1@x"' in state["html"]
    assert "p1.png" in {part["name"] for part in state["sizes"]["message_parts"]}


def test_images_off_loads_none(client: TestClient) -> None:
    answer = client.get("/mail", params={"issue": "sample:usual", "images": "off"})
    assert "img-src" not in answer.headers["content-security-policy"]


def test_a_mistake_is_told_with_its_place_and_no_e_mail_is_shown(client: TestClient, place: Workplace) -> None:
    lines = place.template("name.mjml").read_text().splitlines()
    place.edit("name.mjml", "<h1>{{ newsletter.name }}", "<h1>{{ newsletter.nam }}")
    (problem,) = client.get("/state").json()["problems"]
    number = next(n for n, line in enumerate(lines, start=1) if line.startswith("<h1>{{"))
    assert problem["where"] == f"theme/name.mjml:{number}"
    assert "'nam'" in problem["what"]
    assert problem["remedy"] == "did you mean 'name'?"
    assert [line["text"] for line in problem["lines"] if line["wrong"]] == ["<h1>{{ newsletter.nam }}</h1>"]
    answer = client.get("/mail")
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_wrong_configuration_is_told_by_every_view_and_shows_no_other_line_of_it(
    client: TestClient, place: Workplace
) -> None:
    place.config.write_text(CONFIG + '[transport]\nusername = "me"\npassword = "open sesame"\nprt = 25\n')
    for path in ("/state", "/choices", "/check"):
        answer = client.get(path)
        assert answer.json()["problems"][0]["remedy"] == "did you mean 'port'?"
        assert "sesame" not in answer.text


def test_the_state_holds_every_view(client: TestClient) -> None:
    state = client.get("/state", params={"issue": "sample:forty"}).json()
    assert state["subject"] in state["html"]
    assert state["text"].startswith("Harbour Letter")
    assert state["from"] == {"name": "Harbour Letter", "address": "letter@harbour.example"}
    assert dict(map(tuple, state["headers"]))["Subject"] == state["subject"]
    sizes = state["sizes"]
    assert sizes["html"] == len(state["html"].encode())
    assert sum(part["bytes"] for part in sizes["html_parts"]) == sizes["html"]
    assert sizes["limit"] == 102 * 1024
    assert {finding["rule"] for finding in state["findings"]} == {"size"}


def test_the_message_can_be_opened_by_a_mail_program(client: TestClient) -> None:
    answer = client.get("/message", params={"issue": "sample:usual"})
    assert answer.headers["content-type"].startswith("message/rfc822")
    message = message_from_bytes(answer.content)
    assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html"}


def test_a_defect_is_told_on_the_page_and_in_the_terminal(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    studio = place.studio(told.append)

    def fail(_: object) -> None:
        raise RuntimeError("the dog ate it")

    monkeypatch.setattr(studio, "show", fail)
    with TestClient(make_app(studio, Changes()), "http://localhost", raise_server_exceptions=False) as client:
        answer = client.get("/state")
    assert answer.status_code == 500
    assert "a defect of digest: RuntimeError: the dog ate it" in answer.json()["problems"][0]["what"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "Traceback" in told[0]


def test_a_key_that_cannot_be_read_is_told_beside_the_e_mail(client: TestClient, place: Workplace) -> None:
    place.config.write_text(CONFIG + '[dkim]\nselector = "x"\nkey_file = "nowhere.pem"\n')
    state = client.get("/state").json()
    assert state["problems"] == []
    assert state["html"]
    assert "nowhere.pem" in state["message_problems"][0]["what"] + state["message_problems"][0]["where"]
    assert client.get("/message").status_code == 409


def test_what_is_not_there_is_told(client: TestClient) -> None:
    (problem,) = client.get("/state", params={"issue": "never"}).json()["problems"]
    assert problem["what"] == "there is no issue 'never'"
    answer = client.get("/state", params={"issue": "sample:usual", "theme": "x" * 300})
    assert answer.status_code == 200
    assert answer.json()["problems"][0]["what"].startswith("no theme is called 'xxx")


@pytest.mark.parametrize(
    ("error", "what"),
    [(OSError(24, "Too many open files"), "Too many open files"), (KeyError("x"), "a defect of digest")],
)
def test_whatever_ends_the_watching_is_told_at_once_and_the_page_answers_on(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, error: Exception, what: str
) -> None:
    async def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("digest.web.app.watch", broken)
    told: list[str] = []
    with TestClient(make_app(place.studio(told.append), Changes()), base_url="http://127.0.0.1:8484") as opened:
        assert opened.get("/choices").status_code == 200
        (said,) = told
    assert "files cannot be watched" in said
    assert what in said
    assert "reload the page" in said
