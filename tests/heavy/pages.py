"""The pages of the browser, opened in one: what can be seen on them, and the servers that serve them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

from tests.heavy.test_browser import ARGUMENTS, BROWSER, DRIVER, PATIENCE

__all__ = ["Page", "listening", "opened_browser", "serving"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing."""


@attrs.define
class Page:
    """The page in a browser, and what can be seen on it."""

    browser: WebDriver
    downloads: Path

    def text(self, name: str) -> str:
        return str(self.browser.find_element(By.ID, name).text)

    def is_shown(self, name: str) -> bool:
        return bool(self.browser.find_element(By.ID, name).is_displayed())

    def wait(self, done: Any) -> None:
        WebDriverWait(self.browser, PATIENCE).until(lambda _: done())

    def wait_until_ready(self) -> None:
        self.wait(lambda: self.text("status").startswith("Ready") or self.is_shown("error"))
        assert not self.is_shown("error"), self.text("error")

    def start(self) -> None:
        """Go back to the beginning, with all options off."""
        if self.is_shown("result"):
            self.browser.find_element(By.ID, "again").click()
        self.browser.execute_script(
            "for (const each of document.querySelectorAll('#options input')) { each.checked = false; each.value = '' }"
        )

    def check(self, *paths: Path, picker: str = "files") -> None:
        self.browser.find_element(By.ID, picker).send_keys("\n".join(map(str, paths)))
        self.wait_for_result()

    def wait_for_result(self) -> None:
        self.wait(lambda: self.is_shown("result") or self.is_shown("error"))

    def save(self, name: str) -> bytes:
        """What a button saves."""
        target = self.downloads / name
        target.unlink(missing_ok=True)
        self.browser.find_element(By.CSS_SELECTOR, f"[data-save='{name}']").click()
        part = target.with_name(f"{name}.part")  # Firefox writes it, beside an empty file.
        self.wait(lambda: target.exists() and target.stat().st_size and not part.exists())
        return target.read_bytes()

    def in_report(self, script: str) -> Any:
        self.browser.switch_to.frame("report")
        try:
            return self.browser.execute_script(script)
        finally:
            self.browser.switch_to.default_content()


@contextmanager
def listening(server: ThreadingHTTPServer) -> Iterator[str]:
    """A server that answers; its address."""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def serving(folder: Path) -> ThreadingHTTPServer:
    return ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))


@contextmanager
def opened_browser(folder: Path, *arguments: str) -> Iterator[Page]:
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    own = (f"--user-data-dir={folder / 'browser'}", "--window-size=1200,900")
    for argument in (*ARGUMENTS.split(), *own, *arguments):
        options.add_argument(argument)
    (folder / "saved").mkdir()
    options.add_experimental_option("prefs", {"download.default_directory": str(folder / "saved")})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.set_script_timeout(PATIENCE)
    try:
        yield Page(driver, folder / "saved")
    finally:
        driver.quit()
