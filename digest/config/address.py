"""E-mail addresses: checked without asking the network, and brought into the form that a mail server is given."""

_LOCAL_HOST = "localhost"


def mailable(address: str) -> str:
    """The address with its domain in lower case and as DNS knows it. Raises ValueError with what is wrong with it.

    `@localhost` is taken too: mail for a user of this machine. The local part keeps its case and may hold more than
    ASCII; such a message needs a server that offers SMTPUTF8.
    """
    from email_validator import EmailNotValidError, validate_email

    text = address.strip()
    local, _, domain = text.rpartition("@")
    here = domain.lower() == _LOCAL_HOST
    try:
        read = validate_email(
            f"{local}@example.org" if here else text, check_deliverability=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise ValueError(f"is not an e-mail address: {error}") from error
    return f"{read.local_part}@{_LOCAL_HOST if here else read.ascii_domain.lower()}"
