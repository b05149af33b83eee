"""Firefox for selenium, by the protocol that Firefox itself speaks (Marionette): no other program is needed."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.firefox.options import Options
from selenium.webdriver.remote.file_detector import UselessFileDetector
from selenium.webdriver.support.ui import WebDriverWait

from tests.heavy.pages import Page
from tests.heavy.test_browser import PATIENCE

__all__ = ["FIREFOX", "opened_firefox"]

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
COMMANDS = {
    "newSession": "NewSession",
    "setTimeouts": "SetTimeouts",
    "get": "Navigate",
    "getTitle": "GetTitle",
    "findElement": "FindElement",
    "findElements": "FindElements",
    "clickElement": "ElementClick",
    "sendKeysToElement": "ElementSendKeys",
    "getElementText": "GetElementText",
    "w3cGetActiveElement": "GetActiveElement",
    "w3cExecuteScript": "ExecuteScript",
    "w3cExecuteScriptAsync": "ExecuteAsyncScript",
    "switchToFrame": "SwitchToFrame",
    "setWindowRect": "SetWindowRect",
    "screenshot": "TakeScreenshot",
}
"""Selenium's name of each command, and Marionette's."""
PREFERENCES = {
    "marionette.port": 0,
    "browser.download.folderList": 2,
    "browser.download.manager.addToRecentDocs": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.server": "",
    "app.normandy.enabled": False,
    "app.update.auto": False,
}


class Marionette:
    """What selenium takes for its connection: each command goes to the Firefox that listens on a port."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._receive()  # It says first which protocol it speaks.

    def execute(self, command: str, params: dict[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in params.items() if name != "sessionId"}
        if command == "screenshot":
            given = {"full": False}
        if command == "newSession":
            given = {}
        self._number += 1
        message = json.dumps([0, self._number, f"WebDriver:{COMMANDS[command]}", given])
        self._socket.sendall(f"{len(message.encode('utf-8'))}:{message}".encode())
        _, _, error, result = self._receive()
        if error is not None:
            return {"status": 500, "value": json.dumps({"value": error})}
        return {"value": result["value"] if isinstance(result, dict) and set(result) == {"value"} else result}

    def _receive(self) -> Any:
        length = b""
        while (digit := self._stream.read(1)) != b":":
            assert digit, "Firefox closed the connection"
            length += digit
        return json.loads(self._stream.read(int(length)))

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@contextmanager
def opened_firefox(folder: Path) -> Iterator[Page]:
    """Firefox with a profile of its own, which saves files without asking."""
    profile, saved = folder / "profile", folder / "saved"
    profile.mkdir()
    saved.mkdir()
    preferences = {**PREFERENCES, "browser.download.dir": str(saved)}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines), "utf-8")
    command = [str(FIREFOX), "--headless", "--marionette", "--no-remote", "--profile", str(profile), "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            file = profile / "MarionetteActivePort"  # Written as soon as Firefox listens.
            port = WebDriverWait(file, PATIENCE).until(lambda file: file.is_file() and file.read_text("ascii"))
            connection = Marionette(int(port))
            with closing(connection):
                driver = webdriver.Remote(command_executor=connection, options=Options())
                driver.file_detector = UselessFileDetector()  # Files are chosen where they are.
                driver.set_script_timeout(PATIENCE)
                yield Page(driver, saved)
        finally:
            process.terminate()
