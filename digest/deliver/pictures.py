"""Pictures that go along with the HTML, in the same message (RFC 2387, RFC 2392)."""

from base64 import encodebytes
from collections.abc import Sequence

from digest.model import Picture


def related(pictures: Sequence[Picture], boundary: str) -> tuple[bytes, bytes]:
    """What stands before the HTML part and after it, so that both are one part with its pictures; nothing without any.

    No line begins with a dot: base64 has none, and a boundary stands behind hyphens. `boundary` must not begin with
    that of the message around it (RFC 2046, 5.1.1).
    """
    if not pictures:
        return b"", b""
    mark = f"--{boundary}\r\n"
    head = f'Content-Type: multipart/related; type="text/html";\r\n boundary="{boundary}"\r\n\r\n{mark}'
    parts = b"".join(mark.encode() + _part(picture) for picture in pictures)
    return head.encode(), b"\r\n" + parts + f"--{boundary}--".encode()


def _part(picture: Picture) -> bytes:
    name = f"{picture.cid.partition('@')[0]}.{picture.content_type.rpartition('/')[2]}"
    headers = (
        f'Content-Type: {picture.content_type};\r\n name="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-ID: <{picture.cid}>\r\n"
        f'Content-Disposition: inline;\r\n filename="{name}"\r\n\r\n'
    )
    return headers.encode() + encodebytes(picture.data).replace(b"\n", b"\r\n")
