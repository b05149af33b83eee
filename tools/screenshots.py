"""Make the pictures of README and site from the real thing: report, browser page, notebook, plots, terminal.

    apt-get install chromium chromium-driver fonts-inter fonts-dejavu-core
    pip install ".[plot]" selenium && python -m tools.screenshots [FOLDER]

The example is the quarter of a made-up practice (`examples/practice/quarter.zip`), on a fixed day. On one machine the
pictures are the same on every run; another Chromium or other fonts move some pixels. Without FOLDER they replace those
of `docs/_static/pictures`. Every file that was written is listed with its size.
"""

from __future__ import annotations

import base64
import fcntl
import html
import io
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib.style
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

import sequestration as seq

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "_static" / "pictures"
QUARTER = Path("examples", "practice", "quarter.zip")
AS_OF = date(2022, 10, 17)
"""Two weeks after the quarter, when the first appeals are about to expire."""
MAX_BYTES = 80_000
THEMES = ("light", "dark")
PATIENCE = 60
"""Seconds after which something that never comes is an error."""
COLUMNS, LINES = 92, 24
"""Of the terminal."""
FONTS = """<?xml version="1.0"?>
<fontconfig>
<match><edit name="family" mode="append"><string>Inter</string></edit></match>
<include>/etc/fonts/fonts.conf</include>
</fontconfig>
"""
"""Where a page asks for the font of the system, show Inter, which is close to those of Windows and macOS."""

BOX = """
const [first, last] = Array.from(arguments, each => each.getBoundingClientRect());
return [first.left + scrollX, first.top + scrollY, first.width, last.bottom + scrollY];
"""
"""Left, top and width of an element, and the end of another."""

NOTEBOOK = """
body { margin: 0; padding: 16px 20px 20px; font-family: system-ui, sans-serif; background: #fff; color: #1f2328 }
body.dark { background: #111; color: #e6e6e6; color-scheme: dark }
.row { display: grid; grid-template-columns: 3.2rem minmax(0, 1fr); align-items: start }
.prompt { font: 13px/1.5 monospace; color: #307fc1; padding: 9px 8px 0 0; text-align: right }
.out { color: #bf5b3d }
pre { margin: 0 0 6px; padding: 8px 10px; font: 13px/1.5 monospace; background: #f5f5f5; border: 1px solid #e0e0e0 }
.dark pre { background: #212121; border-color: #424242 }
.result { padding-top: 8px; font-size: 13px }
"""
TERMINAL = """
body { margin: 0; background: #0f1720 }
pre { margin: 0; padding: 18px 22px 20px; font: 13px/1.45 monospace; color: #d9e1ea }
b { color: #7fd0a2; font-weight: normal }
"""
CELL = f"""import sequestration as seq

seq.check_835("{QUARTER.as_posix()}")"""


class Camera:
    """Chromium without a window, which takes pictures of pages and writes them small."""

    def __init__(self, out: Path, work: Path) -> None:
        self.out, self.work = out, work
        self.written: list[Path] = []
        (work / "fonts.conf").write_text(FONTS, "utf-8")
        options = webdriver.ChromeOptions()
        options.binary_location = needed("chromium")
        for argument in (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            "--font-render-hinting=none",
            "--disable-font-subpixel-positioning",
            "--disable-features=IsolateSandboxedIframes",  # A frame of its own process would be blurred.
            f"--user-data-dir={work / 'browser'}",
        ):
            options.add_argument(argument)
        fonts = {**os.environ, "FONTCONFIG_FILE": str(work / "fonts.conf")}
        self.browser = webdriver.Chrome(options=options, service=Service(needed("chromedriver"), env=fonts))

    def look(self, *, width: int, height: int, theme: str = "light", scale: float = 1.2) -> None:
        """Set the size of the window in pixels of the page, the dots of each pixel, and light or dark."""
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme)

    def open(self, address: str) -> None:
        """Open a page."""
        self.browser.get(address)

    def open_text(self, page: str) -> None:
        """Open a page that is given as text."""
        path = self.work / "page.html"
        path.write_text(f"<!doctype html><meta charset=utf-8>{page}", "utf-8")
        self.open(path.as_uri())

    def take(
        self, name: str, *, first: str, last: str | None = None, margin: int = 0, height: int | None = None
    ) -> None:
        """Take a picture from the top of an element to its end, to the end of another, or so many pixels high."""
        top = self.browser.find_element(By.CSS_SELECTOR, first)
        end = self.browser.find_element(By.CSS_SELECTOR, last or first)
        left, upper, width, lower = self.browser.execute_script(BOX, top, end)
        clip = {
            "x": max(0, left - margin),
            "y": max(0, upper - margin),
            "width": width + 2 * margin,
            "height": height or lower - upper + margin + 4,
            "scale": 1,
        }
        beyond = clip["y"] + clip["height"] > self.browser.execute_script("return innerHeight")
        asked = {"format": "png", "captureBeyondViewport": beyond, "clip": clip}
        picture = self.browser.execute_cdp_cmd("Page.captureScreenshot", asked)
        self.write(name, base64.b64decode(picture["data"]))

    def write(self, name: str, picture: bytes) -> None:
        """Write a picture as lossless WebP, which is half as large as PNG, without a date or a program in it."""
        path = self.out / f"{name}.webp"
        Image.open(io.BytesIO(picture)).convert("RGB").save(path, lossless=True, quality=100, method=6)
        if path.stat().st_size > MAX_BYTES:
            raise SystemExit(f"{path.name} has {path.stat().st_size} bytes, more than {MAX_BYTES}.")
        self.written.append(path)

    def wait(self, done: Callable[[], object]) -> None:
        """Wait until something is there."""
        WebDriverWait(self.browser, PATIENCE).until(lambda _: done())


def report(camera: Camera) -> None:
    """Take the parts of the report, light and dark, and its head on a phone."""
    path = camera.work / "report.html"
    seq.write_report(seq.check_835(QUARTER), path, as_of=AS_OF)
    for theme in THEMES:
        camera.look(width=1060, height=700, theme=theme)
        camera.open(path.as_uri())
        camera.take(f"report_{theme}", first="h1", last=".cards", margin=20)
        camera.look(width=1120, height=700, theme=theme)
        camera.take(f"report_causes_{theme}", first="section[aria-labelledby=causes]", margin=16)
        camera.take(f"report_days_{theme}", first="section[aria-labelledby=last-days]", margin=16)
        camera.take(f"report_findings_{theme}", first="#filter", last="#claim-1", margin=16)
    camera.look(width=380, height=760, scale=1)
    camera.open(path.as_uri())
    camera.take("report_phone", first="html", height=450)


@contextmanager
def served() -> Iterator[str]:
    """The page of the command web, on this machine; its address."""
    command = [sys.executable, "-m", "sequestration", "web", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield next(line.strip() for line in process.stdout if "http://" in line)
        finally:
            process.terminate()


def browser_page(camera: Camera) -> None:
    """Take the page that checks files, before and after a check."""
    with served() as address:
        for theme in THEMES:
            camera.look(width=740, height=540, theme=theme)
            camera.open(address)
            camera.wait(camera.browser.find_element(By.ID, "choose-files").is_enabled)
            camera.take(f"browser_page_{theme}", first="html", height=445)
        camera.look(width=1060, height=640)
        for _ in range(2):  # With the mouse, so that no ring shows where the keyboard is.
            camera.browser.find_element(By.CSS_SELECTOR, "#options summary").click()
        camera.browser.find_element(By.ID, "files").send_keys(str(ROOT / QUARTER))
        camera.wait(camera.browser.find_element(By.ID, "result").is_displayed)
        camera.browser.switch_to.frame("report")
        camera.wait(camera.browser.find_element(By.ID, "dollars").is_displayed)
        camera.browser.execute_script("document.getElementById('dollars').scrollIntoView()")
        camera.browser.switch_to.default_content()
        camera.take("browser_page_result", first="html", height=400)


def notebook(camera: Camera) -> None:
    """Take the table that a notebook shows of an audit."""
    shown = seq.check_835(QUARTER)._repr_html_()
    for theme in THEMES:
        camera.look(width=740, height=600, theme=theme)
        camera.open_text(
            f"<style>{NOTEBOOK}</style><body class={theme}>"
            f"<div class=row><span class=prompt>[1]:</span><pre>{html.escape(CELL)}</pre></div>"
            f"<div class=row><span class='prompt out'>[1]:</span><div class=result>{shown}</div></div>"
        )
        camera.take(f"notebook_{theme}", first="body", last=".result table:nth-of-type(2)")


def plots(camera: Camera) -> None:
    """Draw the pictures of `plot`, as a notebook shows them."""
    audit = seq.check_835(QUARTER)
    (line,) = next(iter(seq.read_835(Path("examples", "one_claim.835")))).lines
    drawings: Mapping[str, Callable[[], Any]] = {
        "schedule": seq.plot.schedule,
        "payment": lambda: seq.plot.payment(line),
        "audit": lambda: seq.plot.audit(audit),
    }
    for name, draw in drawings.items():
        for theme, style in zip(THEMES, ("default", "dark_background"), strict=True):
            with matplotlib.style.context(style):
                camera.write(f"plot_{name}_{theme}", draw()._repr_png_())


def terminal(camera: Camera) -> None:
    """Take what the command check prints, in a terminal."""
    arguments = ("check", QUARTER.as_posix(), "--as-of", f"{AS_OF:%m/%d/%Y}")
    printed = in_terminal(sys.executable, "-m", "sequestration", *arguments).strip()
    shown = "\n".join(printed.splitlines()[:LINES])
    command = html.escape(" ".join(("python -m sequestration", *arguments)))
    camera.look(width=770, height=600)
    camera.open_text(
        f"<style>{TERMINAL}</style><body><pre><b>$</b> {command}\n{html.escape(shown)}\n...</pre>",
    )
    camera.take("terminal", first="pre")


def in_terminal(*command: str) -> str:
    """What a command prints in a terminal of a fixed width."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    plain = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    plain["TERM"] = "dumb"  # Without the bar that shows the progress.
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=its, stderr=its, env=plain, cwd=ROOT):
        os.close(its)
        pieces = []
        try:
            while piece := os.read(ours, 65536):
                pieces.append(piece)
        except OSError:  # Linux says so that the other end is closed.
            pass
        os.close(ours)
    return b"".join(pieces).decode("utf-8").replace("\r\n", "\n")


def needed(name: str) -> str:
    """Path of a program that the pictures cannot be taken without."""
    path = shutil.which(name)
    if path is None:
        raise SystemExit(f"{name} is not installed: apt-get install chromium chromium-driver")
    return path


def main(out: Path) -> None:
    """Take every picture, and list what was written."""
    out = out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)  # The pictures name the example by its path in the project.
    with tempfile.TemporaryDirectory() as work:
        camera = Camera(out, Path(work))
        try:
            for take in (report, browser_page, notebook, plots, terminal):
                take(camera)
        finally:
            camera.browser.quit()
    for path in camera.written:
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        raise SystemExit("python -m tools.screenshots [FOLDER]")
    main(Path(sys.argv[1]) if len(sys.argv) == 2 else OUT)
