"""The message: valid mail for any name, subject and body, with each recipient's own links and nobody else's."""

import random
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from html import escape
from typing import cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from digest.config import Settings
from digest.deliver.encoded import one_line
from digest.deliver.marks import bounce_mark, read_bounce_mark
from digest.deliver.message import Letter, MessageTemplate, Recipient
from digest.model import FrozenIssue, IssueState, Period, Rendered, Slot

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
SLOTS = {Slot.NAME: "slotnameX7", Slot.ADDRESS: "slotaddressX7", Slot.UNSUBSCRIBE_URL: "slotunsubscribeX7"}
HTML = (
    "<p>Good morning, slotnameX7.</p>\n.a line that starts with a dot = and equals\n"
    f'<p>{"x" * 500} naïve ✓</p><a href="slotunsubscribeX7">Leave (slotaddressX7)</a>\n'
)
TEXT = "Good morning, slotnameX7\n.\nFrom the harbour   \nLeave: slotunsubscribeX7\n"
KNOWN_HEADERS = {
    "Message-ID", "To", "List-Unsubscribe", "From", "Reply-To", "Subject", "Date", "List-Id", "Feedback-ID",
    "Precedence", "Auto-Submitted", "MIME-Version", "Content-Type", "List-Unsubscribe-Post", "DKIM-Signature",
}  # fmt: skip


def template(
    subject: str = "A bridge",
    *,
    test: bool = False,
    name: str = "Harbour Letter",
    html: str = HTML,
    text: str = TEXT,
    **tables: dict[str, object],
) -> MessageTemplate:
    config = {
        "newsletter": {"name": name, "from": "Harbour, The <letter@harbour.example>", "reply_to": "desk@x.example"},
        **tables,
    }
    issue = frozen(subject, name=name, html=html, text=text)
    return MessageTemplate(issue, Settings.model_validate(config), date=NOW, test=test)


def frozen(subject: str = "A bridge", *, name: str = "n", html: str = HTML, text: str = TEXT) -> FrozenIssue:
    return FrozenIssue(
        id="harbour-2026-11-20",
        newsletter=name,
        number=1,
        created=NOW,
        state=IssueState.WAITING,
        period=Period(start=NOW, end=NOW),
        rendered=Rendered(issue_id="i", subject=subject, preheader="", html=html, text=text, slots=SLOTS),
        report={},
    )


def reader(name: str = "Ann Ek", number: int = 1, address: str = "ann@example.org") -> Recipient:
    return Recipient(subscriber_id=number, address=address, name=name, token=f"secret{number}")


def parsed(letter: Letter) -> EmailMessage:
    return message_from_bytes(letter.content, policy=policy.default)


def to_of(letter: Letter) -> tuple[str, str]:
    """Name and address as RFC 2047 and RFC 5322 say. (`policy.default` keeps blanks between encoded words.)"""
    head = letter.content.partition(b"\r\n\r\n")[0]
    [raw] = re.findall(rb"^To: ([^\r]*(?:\r\n [^\r]*)*)", head, re.MULTILINE)
    before, _, address = raw.decode().replace("\r\n", "").rpartition("<")
    phrase = before.strip()
    quoted = phrase.startswith('"')
    name = re.sub(r"\\(.)", r"\1", phrase[1:-1]) if quoted else str(make_header(decode_header(phrase)))
    return name, address.removesuffix(">")


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return cast("str", part.get_content())


def test_text_comes_before_html() -> None:
    message = parsed(template().letter(reader()))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_bodies_arrive_as_they_were_frozen_but_for_the_recipients_values() -> None:
    message = parsed(template().letter(reader("Ann <Ek> & Co")))
    link = "mailto:desk@x.example?subject=unsubscribe%20secret1"
    wanted = HTML.replace("slotnameX7", "Ann &lt;Ek&gt; &amp; Co").replace("slotaddressX7", "ann@example.org")
    assert body(message, "html").replace("\r\n", "\n") == wanted.replace("slotunsubscribeX7", link)
    plain = TEXT.replace("slotnameX7", "Ann <Ek> & Co").replace("slotunsubscribeX7", link)
    assert body(message, "plain").replace("\r\n", "\n") == plain


def test_each_letter_holds_its_own_links_and_nobody_elses() -> None:
    made = template()
    for number in range(5):
        content = made.letter(reader(number=number)).content.replace(b"=\r\n", b"").replace(b"=20", b" ")
        assert f"secret{number}".encode() in content
        assert all(f"secret{other}".encode() not in content for other in range(5) if other != number)


def test_message_ids_differ_between_readers_and_stay_the_same_for_one() -> None:
    made = template()
    ids = [parsed(made.letter(reader(number=number)))["Message-ID"] for number in (1, 2, 1)]
    assert ids[0] == ids[2] != ids[1]
    assert ids[0].endswith("@harbour.example>")


def test_the_headers_of_a_list_are_there() -> None:
    message = parsed(template().letter(reader()))
    assert message["From"].addresses[0].display_name == "Harbour, The"
    assert message["List-Unsubscribe"] == "<mailto:desk@x.example?subject=unsubscribe%20secret1>"
    assert message["List-Id"].endswith("<harbour-letter.harbour.example>")
    assert message["Date"].datetime == NOW
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_test_is_marked_in_the_subject() -> None:
    assert parsed(template(test=True).letter(reader()))["Subject"] == "[Test] A bridge"


def test_the_envelope_is_the_sender_and_the_recipient() -> None:
    letter = template().letter(reader(address="ann@example.org"))
    assert (letter.sender, letter.recipient, letter.smtputf8) == ("letter@harbour.example", "ann@example.org", False)


@pytest.mark.parametrize(
    "hostile",
    [
        "=?utf-8?q?a=0D=0ABcc:_evil@example.com?=",
        "one\r\nBcc: evil@example.com",
        "one\n\nbody",
        "a\u2028Bcc: x\u2029y",
        'quote" <evil@example.com>, "other',
        "nul\x00 and bell\x07",
        "back\\slash",
        "ä" * 300,
        "word " * 100,
    ],
)
def test_no_subject_or_name_becomes_a_header(hostile: str) -> None:
    letter = template(hostile, name="".join(filter(str.isprintable, hostile))[:150]).letter(reader(hostile))
    message = parsed(letter)
    assert set(message.keys()) <= KNOWN_HEADERS
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "ann@example.org"
    assert "Bcc" not in message
    assert message.defects == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_name_and_subject_make_a_message_that_parses(name: str, subject: str) -> None:
    letter = template(subject or "x").letter(reader(name))
    message = parsed(letter)
    assert set(message.keys()) <= KNOWN_HEADERS
    lines = letter.content.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert b"\n" not in b"".join(lines)
    assert not any(line.startswith(b".") for line in lines)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Co", "Cn")), max_size=200))
def test_a_subject_arrives_exactly(subject: str) -> None:
    arrived = parsed(template(subject or "x").letter(reader()))["Subject"]
    assert arrived == " ".join((subject or "x").split())


PIECES = st.lists(
    st.one_of(st.sampled_from([*SLOTS.values(), ".", "\n", "\r\n", "=", " ", "x" * 71, "From "]), st.text(max_size=90)),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(PIECES.map("".join), st.text(max_size=120))
def test_any_body_arrives_with_the_values_in_their_places(written: str, name: str) -> None:
    recipient = reader(name)
    message = template(html=written, text=written).letter(recipient)
    link = "mailto:desk@x.example?subject=unsubscribe%20secret1"
    shown = one_line(name) or "ann"
    for part in parsed(message).iter_parts():
        is_html = part.get_content_type() == "text/html"
        arrived = part.get_payload(decode=True)
        assert isinstance(arrived, bytes)
        wanted = _lines(written).replace("slotaddressX7", "ann@example.org").replace("slotunsubscribeX7", link)
        wanted = wanted.replace("slotnameX7", escape(shown) if is_html else shown)
        assert _lines(arrived.decode()).rstrip("\n") == wanted.rstrip("\n")


@settings(max_examples=200, deadline=None)
@given(PIECES.map("".join), st.text(max_size=120), st.text(max_size=120))
def test_no_line_is_longer_than_mail_wants_and_none_starts_with_a_dot(written: str, name: str, subject: str) -> None:
    lines = template(subject, html=written, text=written).letter(reader(name)).content.split(b"\r\n")
    assert max(len(line) for line in lines if not line.startswith(b"List-Unsubscribe:")) <= 76
    assert not any(line.startswith(b".") for line in lines)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=200))
def test_a_plain_name_arrives_exactly_however_odd(name: str) -> None:
    clean = " ".join(name.split())
    assume(clean and "=?" not in clean)
    assert parsed(template().letter(reader(name)))["To"].addresses[0].display_name == clean


@pytest.mark.parametrize("name", ["Ольга Смирнова", "李小龍", "Zoë =?utf-8?q?=0D=0ABcc:_x?=", "🙂", "محمد"])
def test_a_name_of_any_script_arrives_exactly(name: str) -> None:
    assert parsed(template().letter(reader(name)))["To"].addresses[0].display_name == name


def test_a_sender_at_an_international_domain_is_written_as_dns_knows_it() -> None:
    config = {"newsletter": {"from": "Straße <post@faß.example>"}}
    letter = MessageTemplate(frozen(), Settings.model_validate(config), date=NOW).letter(reader())
    assert letter.sender == "post@xn--fa-hia.example"
    assert not letter.smtputf8


def test_a_letter_to_an_address_beyond_ascii_says_so() -> None:
    letter = template().letter(reader(address="jürgen@example.org"))
    assert letter.smtputf8
    assert "jürgen@example.org" in letter.content.decode()


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    "address",
    ["", "ann", "a@b@c.example", "x\r\nBcc: evil@example.com", "a b@example.org", "<a@example.org>", "a@ü.\n"],
)
def test_what_is_no_address_gets_no_letter(address: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        template().letter(reader(address=address))


def test_with_a_web_address_both_ways_to_leave_are_named_and_neither_is_encoded() -> None:
    link = "https://harbour.example/" + "leave/" * 12 + "{token}"
    letter = template(web={"unsubscribe_url": link}).letter(reader())
    own = link.replace("{token}", "secret1")
    head = letter.content.partition(b"\r\n\r\n")[0].decode()
    assert f"List-Unsubscribe: <{own}>,\r\n <mailto:desk@x.example?subject=unsubscribe%20secret1>\r\n" in head
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head
    assert f'href="{own}"' in body(parsed(letter), "html")


def test_no_line_of_a_body_begins_as_a_letter_does_in_an_mbox_file() -> None:
    written = "From me to you\nslotnameX7\n" + "x" * 68 + "From here\n"
    content = template(text=written, html=written).letter(reader("From " * 40)).content
    rest = content.partition(b"\r\n\r\n")[2]
    assert not re.search(rb"(?m)^From ", rest)
    assert body(message_from_bytes(content, policy=policy.default), "plain").splitlines() == [
        "From me to you", " ".join(["From"] * 40), "x" * 68 + "From here",
    ]  # fmt: skip


@pytest.mark.parametrize("separator", ["+", "-", "="])
def test_reports_go_to_an_address_with_a_mark_that_only_this_letter_has(separator: str) -> None:
    made = template(bounces={"address": "Reports <bounces@harbour.example>", "separator": separator})
    senders = [made.letter(reader(number=number)).sender for number in (1, 2, 1)]
    assert senders[0] == senders[2] != senders[1]
    local, _, domain = senders[0].partition("@")
    assert domain == "harbour.example"
    mark = read_bounce_mark(local.removeprefix("bounces" + separator).upper())
    assert mark is not None, "mail servers may change the case"
    assert (mark.subscriber_id, mark.issue_number) == (1, 1)
    assert mark.is_genuine("secret1")
    assert not mark.is_genuine("secret2")
    assert parsed(made.letter(reader()))["List-Unsubscribe"].startswith("<mailto:bounces@harbour.example?")


def test_a_mark_fits_into_an_address_however_long_the_list_lives() -> None:
    mark = bounce_mark(2**31 - 1, 36**5, "token")
    assert len(mark) <= 31
    with pytest.raises(ValueError, match="characters before the @"):
        template(bounces={"address": f"{'b' * 33}@harbour.example"})


def test_two_thousand_hostile_names_subjects_and_addresses_arrive_exactly() -> None:
    chance = random.Random(7)
    pieces = [
        "\r\nBcc: evil@example.com", "=?utf-8?q?a=0D=0ABcc:_x?=", "=?utf-8?b?DQpCY2M6IHg=?=", "\x00", "\x1b[31m", '"',
        "\\", ">", "<x@y.example>", ",", ";", "(", "ä", "ﷺ", "👩‍👩‍👧", "\u202e", "\u2028", "é" * 40,
        "word " * 20, "..", ".",
        "=3D", "%0d%0a", "{{ name }}", "נ", "字" * 30, "--=_", "\t", "'", "@", ":", "From ",
    ]  # fmt: skip
    locals_ = ["ann", "o'hara", "a+b", "x.y.z", "_", "~tilde", "{curly}", "a=b", "#hash", "l" * 60, "bücher", "用户"]
    for number in range(2000):
        said = ["".join(chance.choices(pieces, k=chance.randint(1, 5))) for _ in range(2)]
        address = f"{chance.choice(locals_)}@{chance.choice(['example.org', 'bücher.example', 'x-y.example'])}"
        letter = template(said[0] + "!", bounces={"address": "b@h.example"}).letter(reader(said[1], number, address))
        message = parsed(letter)
        assert set(message.keys()) <= KNOWN_HEADERS
        assert len(message.keys()) == len(set(message.keys())), said
        assert message["Subject"] == one_line(said[0] + "!")
        shown, mailed = to_of(letter)
        assert (shown, mailed) == (one_line(said[1]), letter.recipient)
        assert one_line(said[1]) in body(message, "plain") or not one_line(said[1])
