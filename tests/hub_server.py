"""A server on loopback that speaks as much of Hugging Face's protocol as its library asks for."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What is served: the name of a model -> the folder of its files. `fetched` are the files that were sent."""

    models: dict[str, Path]
    token: str = ""
    address: str = ""
    fetched: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def info(self, name: str) -> dict[str, Any]:
        files = sorted(file for file in self.models[name].iterdir() if file.is_file())
        return {
            "id": name,
            "sha": COMMIT,
            "siblings": [{"rfilename": file.name, "size": file.stat().st_size} for file in files],
        }

    def tree(self, name: str) -> list[dict[str, Any]]:
        files = sorted(file for file in self.models[name].iterdir() if file.is_file())
        return [
            {"type": "file", "path": file.name, "size": file.stat().st_size, "oid": _etag(file.read_bytes())}
            for file in files
        ]


def _etag(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        hub, path = self.hub, self.path.partition("?")[0]
        hub.asked.append(path)
        if hub.token and self.headers.get("Authorization") != f"Bearer {hub.token}":
            self._send(403, b"{}", {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access is restricted"}, body)
            return
        name = next((name for name in hub.models if f"/{name}/" in f"{path}/"), None)
        if name is None:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"}, body)
        elif path.startswith("/api/models/"):
            told = hub.tree(name) if "/tree/" in path else hub.info(name)
            self._send(200, json.dumps(told).encode(), {"Content-Type": "application/json"}, body)
        else:
            self._file(hub.models[name] / path.rpartition("/")[2], body)

    def _file(self, file: Path, body: bool) -> None:
        if not file.is_file():
            self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, body)
            return
        data = file.read_bytes()
        if body:
            self.hub.fetched.append(file.name)
        self._send(200, data, {"ETag": f'"{_etag(data)}"', "X-Repo-Commit": COMMIT}, body)

    def _send(self, status: int, data: bytes, headers: dict[str, str], body: bool) -> None:
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(key, value)
        self.end_headers()
        if body:
            self.wfile.write(data)


@contextmanager
def serve_hub(hub: Hub) -> Iterator[Hub]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
