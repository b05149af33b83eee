"""Files of the page, its Content-Security-Policy, and its texts for each engine."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from pathlib import Path
from string import Template

from sequestration._errors import InvalidArgument
from sequestration._export.report.page import report_hashes
from sequestration._html import escape

__all__ = ["Engine", "built_files", "page_files", "page_policy"]


class Engine(StrEnum):
    """Engine that checks the files."""

    BROWSER = "browser"
    """The library in the browser, compiled to WebAssembly."""
    COMPUTER = "computer"
    """The library in the process that serves the page."""


_BUILT = "wheels.json"
_SHARED = ("chosen_files.js", "page.css", "page.js")
_FILES: Mapping[Engine, Mapping[str, str]] = {
    Engine.BROWSER: {"engine.js": "browser_engine.js", "worker.js": "worker.js"},
    Engine.COMPUTER: {"engine.js": "computer_engine.js"},
}
"""Files of each engine, by the name under which they are served."""

_WORDS: Mapping[Engine, Mapping[str, str]] = {
    Engine.BROWSER: {
        "title": "Check a remittance in your browser",
        "where": "Your files never leave this browser",
        "how": "The check itself runs in this browser tab. Nothing is uploaded, and nothing is stored. When you close "
        "the tab, everything is gone except what you saved.",
        "see": "Wait until this page is ready. Then turn off Wi-Fi or unplug the network cable, and check your files. "
        "The page works without a connection.",
    },
    Engine.COMPUTER: {
        "title": "Check a remittance",
        "where": "Your files never leave this computer",
        "how": "The check runs in the program that you started. No other computer can reach it. The program copies "
        "your files to a temporary folder on this computer and deletes them as soon as they are checked.",
        "see": "Turn off Wi-Fi or unplug the network cable, and check your files. The page works without a connection.",
    },
}


def page_files(engine: Engine) -> dict[str, bytes]:
    """The files of the page by name.

    With `Engine.BROWSER`, they do not include Python and the library.
    """
    words = {name: escape(text) for name, text in _WORDS[engine].items()}
    index = Template(_read("index.html").decode("utf-8"))
    files = {**{name: name for name in _SHARED}, **_FILES[engine]}
    return {
        "index.html": index.substitute(words, policy=escape(page_policy(engine))).encode("utf-8"),
        **{name: _read(source) for name, source in files.items()},
    }


def built_files(folder: Path) -> dict[str, bytes]:
    """Read the files, by name, of a folder that `tools/browser_page.py` built.

    Raises `InvalidArgument` for any other folder.
    """
    if not (folder / _BUILT).is_file():
        raise InvalidArgument(f"{folder} does not contain the page. Build one: python -m tools.browser_page FOLDER")
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def page_policy(engine: Engine) -> str:
    """Content-Security-Policy of the page.

    It allows no other origin and no inline script except the report's. The report is shown in a frame, which inherits
    the policy. The worker inherits it, too, because it is started from a blob.
    """
    style, script = report_hashes()
    runs = " 'wasm-unsafe-eval'" if engine is Engine.BROWSER else ""
    rules = {
        "default-src": "'none'",
        "script-src": f"'self'{runs} {script}",
        "style-src": f"'self' {style}",
        "connect-src": "'self'",
        "frame-src": "blob:",
        "worker-src": "'self' blob:" if engine is Engine.BROWSER else "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _read(name: str) -> bytes:
    return (resources.files("sequestration") / "_web" / "page" / name).read_bytes()
