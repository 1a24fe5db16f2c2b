"""Chromium, driven over its DevTools protocol by a pipe: no port, no driver to install.

The protocol: https://chromedevtools.github.io/devtools-protocol/. Over a pipe each message is JSON ended by a NUL.
"""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 10.0  # seconds that anything in the page may take before a test fails
# Background networking and start-up look-ups off: the test needs no network and must not wait for one.
_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)  # fmt: skip
_NAMED = {" ": ("Space", 32), "Tab": ("Tab", 9), "Enter": ("Enter", 13), "Escape": ("Escape", 27)}


def find_chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    return found


class Page:
    """One tab."""

    def __init__(self, browser: "Browser", target: str, session: str) -> None:
        self._browser = browser
        self._target = target
        self._session = session
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, parameters, self._session)

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of what it promises."""
        done = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """The value of an expression once it is true, or True once it is an element."""
        end = time.monotonic() + PATIENCE
        plain = f"(value => value?.nodeType ? true : value)({expression})"
        while time.monotonic() < end:
            # A page that is on its way raises, for it has nothing yet of what is asked for.
            done = self.call("Runtime.evaluate", expression=plain, returnByValue=True)
            if value := done["result"].get("value"):
                return value
            time.sleep(0.02)
        raise AssertionError(f"not so within {PATIENCE} s: {expression}\n{self.evaluate('document.body.innerText')}")

    def choose(self, selector: str, value: str) -> None:
        """Choose a line of a list."""
        self.evaluate(
            f"(() => {{ const list = document.querySelector({json.dumps(selector)});"
            f"list.value = {json.dumps(value)}; list.dispatchEvent(new Event('change', {{bubbles: true}})) }})()"
        )

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key and let go of it, as a person does."""
        code, number = _NAMED.get(key, ("", ord(key.upper()) if len(key) == 1 else 0))
        parameters = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": 8 if shift else 0}
        text = {"text": "\r" if key == "Enter" else key} if len(key) == 1 or key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **parameters, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **parameters)

    def click(self, selector: str) -> None:
        """Click the middle of an element with the mouse."""
        x, y = self.evaluate(
            f"(() => {{ const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2] })()"
        )
        self.click_at(x, y)

    def click_at(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def close(self) -> None:
        self._browser.call("Target.closeTarget", {"targetId": self._target})

    def show_as(self, *, width: int = 1280, height: int = 900, dark: bool = False, scale: float = 1) -> None:
        """A screen of this size, on a machine that prefers dark or light."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def events(self, method: str) -> list[dict[str, Any]]:
        """What the browser has told of since the page was opened."""
        self.evaluate("0")  # all that was told before has been read after it
        return [e["params"] for e in self._browser.told if e["method"] == method and e["sessionId"] == self._session]


class Browser:
    """A running Chromium."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = os.fdopen(commands, "wb", buffering=0)
        self._answers = os.fdopen(answers, "rb", buffering=0)
        self._rest = b""
        self._count = 0
        self.told: list[dict[str, Any]] = []

    def call(self, method: str, parameters: dict[str, Any], session: str = "") -> dict[str, Any]:
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        self._commands.write(json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._count:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
            if "sessionId" in answer:
                self.told.append(answer)

    def page(self) -> Page:
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        return Page(self, target, attached["sessionId"])

    def close(self) -> None:
        self._commands.close()
        self._answers.close()

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = self._answers.read(1 << 16)
            assert read, "Chromium ended"
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


@contextmanager
def running_chromium(profile: Path) -> Iterator[Browser]:
    """Chromium for as long as the block lasts."""
    to_read, commands = os.pipe()
    answers, to_write = os.pipe()
    # It reads what it is told from descriptor 3 and answers on 4.
    shell = f'exec "$@" 3<&{to_read} 4>&{to_write}'
    process = subprocess.Popen(
        ["bash", "-c", shell, "chromium", find_chromium(), *_OPTIONS, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(to_read, to_write),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read)
    os.close(to_write)
    browser = Browser(commands, answers)
    try:
        yield browser
    finally:
        browser.call("Browser.close", {})
        browser.close()
        process.wait(30)
