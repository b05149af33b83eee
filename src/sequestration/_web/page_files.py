"""Files of the page, its Content-Security-Policy, and its texts for each engine."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from pathlib import Path
from string import Template

from sequestration._errors import InvalidArgument
from sequestration._export.report.page import policy_hash, report_hashes
from sequestration._html import NOTEBOOK_STYLE, escape

__all__ = ["Engine", "built_files", "cells_policy", "page_files", "page_policy"]


class Engine(StrEnum):
    """Engine that checks the files."""

    BROWSER = "browser"
    """The library in the browser, compiled to WebAssembly."""
    COMPUTER = "computer"
    """The library in the process that serves the page."""


_BUILT = "wheels.json"
_SHARED = ("chosen_files.js", "page.css", "page.js")
_PYTHON = ("cell.js", "cells.css", "cells.js", "python.js", "worker.js")
_FILES: Mapping[Engine, Mapping[str, str]] = {
    Engine.BROWSER: {"engine.js": "browser_engine.js", **{name: name for name in _PYTHON}},
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

    With `Engine.BROWSER`, there is also the page that tries Python. They do not include Python and the library.
    """
    words = {name: escape(text) for name, text in _WORDS[engine].items()}
    files = {**{name: name for name in _SHARED}, **_FILES[engine]}
    pages = {"index.html": _page("index.html", page_policy(engine), words)}
    if engine is Engine.BROWSER:
        pages["python.html"] = _page("python.html", cells_policy(), {})
    return {**pages, **{name: _read(source) for name, source in files.items()}}


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
    rules = _rules(engine)
    rules["script-src"] += f" {script}"
    rules["style-src"] += f" {style}"
    return _policy({**rules, "frame-src": "blob:"})


def cells_policy() -> str:
    """Content-Security-Policy of the page that tries Python.

    A value is shown in a frame in which no script runs. Its tables have style attributes and the style of notebooks.
    """
    rules = _rules(Engine.BROWSER)
    rules["style-src"] += f" {policy_hash(NOTEBOOK_STYLE)}"
    return _policy({**rules, "style-src-attr": "'unsafe-inline'"})


def _rules(engine: Engine) -> dict[str, str]:
    """Rules of every page.

    Python comes from blobs, so that it can start again without a network.
    """
    runs_python = engine is Engine.BROWSER
    return {
        "default-src": "'none'",
        "script-src": "'self' blob: 'wasm-unsafe-eval'" if runs_python else "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "blob:" if runs_python else "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def _policy(rules: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _page(name: str, policy: str, words: Mapping[str, str]) -> bytes:
    return Template(_read(name).decode("utf-8")).substitute(words, policy=escape(policy)).encode("utf-8")


def _read(name: str) -> bytes:
    return (resources.files("sequestration") / "_web" / "page" / name).read_bytes()
