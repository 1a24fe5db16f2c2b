"""Letters as they come back from mail systems, about a letter of ours. The texts are our own; the forms are theirs."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from digest.deliver.message import Letter


def delivery_report(
    letter: Letter, *, action: str = "failed", status: str = "5.1.1", said: str = "", whole: bool = False
) -> bytes:
    """A report of RFC 3464, as Postfix makes it: to the envelope's sender, with the headers or all of the letter."""
    said = said or "550 5.1.1 no such mailbox"
    status_part = (
        "Reporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {letter.recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {said}\r\n"
    )
    head = letter.content.partition(b"\r\n\r\n")[0].decode() + "\r\n"
    quoted = ("message/rfc822", letter.content.decode()) if whole else ("text/rfc822-headers", head)
    parts = [("text/plain", "I could not deliver your letter.\r\n"), ("message/delivery-status", status_part), quoted]
    body = "".join(f"--b0\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    return (
        f"From: MAILER-DAEMON@mx.example.org\r\nTo: <{letter.sender}>\r\nSubject: Undelivered Mail\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b0"\r\n\r\n'
        f"{body}--b0--\r\n"
    ).encode()


def complaint(letter: Letter) -> bytes:
    """A report of RFC 5965, as mailbox providers send it when a reader presses "spam"."""
    return (
        (
            b"From: feedback@provider.example\r\nTo: abuse@harbour.example\r\nSubject: complaint\r\n"
            b"MIME-Version: 1.0\r\n"
            b'Content-Type: multipart/report; report-type=feedback-report; boundary="b0"\r\n\r\n'
            b"--b0\r\nContent-Type: text/plain\r\n\r\nThis is a report.\r\n"
            b"--b0\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n\r\n"
            b"--b0\r\nContent-Type: message/rfc822\r\n\r\n"
        )
        + letter.content
        + b"\r\n--b0--\r\n"
    )


def old_report(letter: Letter, said: str) -> bytes:
    """A report from before there was a standard, as qmail writes it."""
    return (
        f"From: MAILER-DAEMON@old.example\r\nTo: {letter.sender}\r\nSubject: failure notice\r\n\r\n"
        "Hi. This is the qmail-send program at old.example.\r\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
        f"<{letter.recipient}>:\r\n{said}\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n"
    ).encode() + letter.content


def request(letter: Letter, subject: str | None = None) -> bytes:
    """What a mail program sends when its reader presses "unsubscribe" and the header names a mail address."""
    message = EmailMessage()
    wanted = str(message_from_bytes(letter.content, policy=policy.default)["List-Unsubscribe"])
    message["From"] = letter.recipient
    message["To"] = "bounces@harbour.example"
    message["Subject"] = (
        wanted.partition("?subject=")[2].strip("<>").replace("%20", " ") if subject is None else subject
    )
    message.set_content("")
    return message.as_bytes(policy=policy.SMTP)
