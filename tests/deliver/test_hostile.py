"""Two thousand letters with hostile names, subjects and addresses, by a real server with TLS and login: each arrives
exactly, and brings no header that we did not write.
"""

import random
import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from html import escape
from pathlib import Path

from pydantic import ValidationError

from digest.config import Settings
from digest.deliver.encoded import one_line
from digest.deliver.message import MessageTemplate, Recipient
from digest.deliver.transport import open_transport
from digest.model import DeliveryState
from tests.deliver.scene import NOW, configure
from tests.deliver.test_message import frozen
from tests.smtp_server import smtp_server

COUNT = 2000
HEADERS = [
    "Message-ID", "To", "List-Unsubscribe", "List-Unsubscribe-Post", "From", "Reply-To", "Subject", "Date", "List-Id",
    "Feedback-ID", "Precedence", "Auto-Submitted", "MIME-Version", "Content-Type",
]  # fmt: skip
PIECES = [
    "\r\nBcc: evil@example.com", "\nX-Evil: 1", "\r\n\r\nbody", "\r\n.\r\nMAIL FROM:<x@y.example>", "\r.\r", "\n.\n",
    "=?utf-8?q?a=0D=0ABcc:_x@y.example?=", "=?utf-8?b?DQpCY2M6IHg=?=", "=?utf-7?q?+AA0ACg-Bcc:?=", "=?x?", "?=",
    "\x00", "\x1b[31m", "\x85Bcc: x", "\u2028Bcc: x", "\u2029", "\x0bX: y", "\x0cX: y", '"', "\\", '\\"', ">", "<",
    "<x@y.example>", ",", ";", "(", ")", "(((", ":", "@", "ä", "ﷺ", "👩‍👩‍👧", "\u202e", "\ufeff", "\u00a0", "\u00ad",
    "é" * 40, "word " * 30, "..", ".", "=3D", "=0D=0A", "%0d%0a", "{{ name }}", "slotnameX7", "נ", "字" * 60, "--=_",
    "\t", "'", "From ", "From: x@y.example", "x" * 998, "\ud800", "﷽" * 20, "ِ" * 50, "\u0000\r\n", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
]  # fmt: skip
LOCALS = [
    "ann", "o'hara", "a+b", "x.y.z", "_", "~tilde", "{curly}", "a=b", "#hash", "l" * 60, "bücher", "用户", "-dash",
    "a--b", "!def!xyz%abc", "$1", "&co", "*", "/slash", "?q", "^", "`", "|pipe", "пример", "δοκιμή", "उदाहरण",
]  # fmt: skip
DOMAINS = ["example.org", "bücher.example", "x-y.example", "пример.example", "例え.example", "a.b.c.d.example.com"]


def raw(message: Message, name: str) -> str:
    """A header as it stands there, on one line. What is not ASCII is UTF-8 (RFC 6532)."""
    [value] = [value for header, value in message.raw_items() if header == name]
    return re.sub(r"\r?\n(?=[ \t])", "", value.encode("utf-8", "surrogateescape").decode())


def text_of(message: Message, name: str) -> str:
    """A header as RFC 2047 says."""
    return str(make_header(decode_header(raw(message, name))))


def mailbox_of(message: Message, name: str) -> tuple[str, str]:
    """The name and the address of a header that holds one mailbox (RFC 5322, 3.4)."""
    phrase, _, address = raw(message, name).strip().rpartition("<")
    phrase = phrase.strip()
    shown = re.sub(r"\\(.)", r"\1", phrase[1:-1]) if phrase[:1] == '"' else str(make_header(decode_header(phrase)))
    return shown, address.removesuffix(">")


def body_of(message: Message, number: int) -> str:
    part = message.get_payload(number)
    assert isinstance(part, Message)
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def settings_with(folder: Path, transport: str, name: str) -> Settings:
    """A newsletter with this name, if the configuration takes it, else with one that it does take."""
    tables = {
        "web": {"unsubscribe_url": "https://harbour.example/leave/{token}"},
        "transport": configure(folder, transport).transport.model_dump(exclude_defaults=True),
    }
    newsletter = {"from": "letter@harbour.example", "reply_to": "desk@harbour.example"}
    try:
        return Settings.model_validate({"newsletter": {**newsletter, "name": name}, **tables})
    except ValidationError:
        return Settings.model_validate({"newsletter": {**newsletter, "name": "Harbour"}, **tables})


def test_two_thousand_hostile_letters_arrive_exactly_with_our_headers_alone(tmp_path: Path) -> None:
    chance = random.Random(20261127)

    def hostile() -> str:
        return "".join(chance.choices(PIECES, k=chance.randint(1, 6)))

    html = "<p>Dear slotnameX7,</p>\n<a href='slotunsubscribeX7'>leave</a> slotaddressX7\n"
    sent, named = [], set()
    with smtp_server(tmp_path) as server:
        transport = server.transport()
        channel = open_transport(settings_with(tmp_path, transport, "Harbour"), "hostile").connect()
        for number in range(COUNT):
            settings = settings_with(tmp_path, transport, hostile())
            named.add(settings.newsletter.name)
            subject, name = hostile() + "!", hostile()
            address = f"{chance.choice(LOCALS)}@{chance.choice(DOMAINS)}"
            reader = Recipient(subscriber_id=number, address=address, name=name, token=f"secret{number:04d}")
            issue = frozen(subject, name=settings.newsletter.name, html=html, text="slotnameX7\n.\nslotunsubscribeX7\n")
            letter = MessageTemplate(issue, settings, date=NOW).letter(reader)
            receipt = channel.hand_over(reader, letter, lambda: True)
            assert receipt is not None
            assert receipt.state is DeliveryState.SENT, (receipt, address)
            sent.append((subject, name, letter.recipient, settings.newsletter.name))
        channel.close()
        arrived = server.accepted
    assert len(arrived) == COUNT
    assert len(named) > 100, "most names that a configuration takes are hostile too"
    for number, ((subject, name, address, newsletter), taken) in enumerate(zip(sent, arrived, strict=True)):
        message = message_from_bytes(taken.content, policy=policy.compat32)
        assert message.keys() == HEADERS
        assert message.defects == []
        assert taken.recipients == [address]
        assert text_of(message, "Subject") == one_line(subject)
        assert mailbox_of(message, "To") == (one_line(name), address)
        assert mailbox_of(message, "List-Id")[0] == one_line(newsletter)
        assert mailbox_of(message, "From")[1] == "letter@harbour.example"
        link = f"https://harbour.example/leave/secret{number:04d}"
        mailed = f"mailto:desk@harbour.example?subject=unsubscribe%20secret{number:04d}"
        assert raw(message, "List-Unsubscribe") == f"<{link}>, <{mailed}>"
        shown = one_line(name) or address.partition("@")[0]
        assert body_of(message, 0).split("\r\n") == [shown, ".", link, ""]
        wanted = html.replace("slotnameX7", escape(shown)).replace("slotunsubscribeX7", link)
        assert body_of(message, 1) == wanted.replace("slotaddressX7", escape(address)).replace("\n", "\r\n")
