"""The page's files: nothing foreign in them, nothing missing, and a policy that allows no more than they need."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from sequestration._html import notebook
from sequestration._web.page_files import Engine, cells_policy, page_files, page_policy
from tests.markup import Element, parsed

PAGES = [(Engine.BROWSER, "index.html"), (Engine.BROWSER, "python.html"), (Engine.COMPUTER, "index.html")]


def index(engine: Engine, name: str = "index.html") -> Element:
    return parsed(page_files(engine)[name].decode("utf-8"))


@pytest.mark.parametrize("engine", Engine)
def test_nothing_comes_from_anywhere_else(engine: Engine) -> None:
    for name, content in page_files(engine).items():
        assert re.findall(rb"(?:https?:)?//[a-z0-9]", content) == [], name


@pytest.mark.parametrize("engine", Engine)
def test_every_file_that_is_asked_for_is_there(engine: Engine) -> None:
    files = page_files(engine)
    pages = [name for of, name in PAGES if of is engine]
    asked = set(pages)
    for name in pages:
        asked |= {str(link.attributes["href"]) for link in index(engine, name).every("link", rel="stylesheet")}
        asked |= {str(script.attributes["src"]) for script in index(engine, name).every("script")}
    for content in files.values():
        asked |= set(re.findall(r'from "\./([\w.]+)"', content.decode("utf-8")))
        asked |= set(re.findall(r'script\("([\w.]+)"\)', content.decode("utf-8")))

    assert asked == set(files)


@pytest.mark.parametrize(
    "engine, name, script, least",
    [(*page, "page.js", 15) for page in PAGES if page[1] == "index.html"] + [(*PAGES[1], "cells.js", 8)],
)
def test_every_element_that_the_script_uses_is_there(engine: Engine, name: str, script: str, least: int) -> None:
    page = index(engine, name)
    code = page_files(engine)[script].decode("utf-8")
    used = set(re.findall(r'(?:byId|numbersIn)\("([\w-]+)"\)', code))
    ids = [str(each.attributes["id"]) for each in page.every() if "id" in each.attributes]

    assert len(used) >= least
    assert used <= set(ids)
    assert len(ids) == len(set(ids))
    for attribute in ("for", "aria-labelledby", "aria-describedby"):
        assert {str(each.attributes[attribute]) for each in page.every() if attribute in each.attributes} <= set(ids)


@pytest.mark.parametrize("engine, name", PAGES)
def test_each_page_has_its_policy_and_no_words_left_open(engine: Engine, name: str) -> None:
    policy = index(engine, name).one("meta", http_equiv="Content-Security-Policy").attributes["content"]

    assert policy == (cells_policy() if name == "python.html" else page_policy(engine))
    assert "$" not in page_files(engine)[name].decode("utf-8")


@pytest.mark.parametrize("engine", Engine)
def test_the_policy_allows_no_other_origin_and_no_inline_code_but_the_reports(engine: Engine) -> None:
    rules = dict(rule.split(" ", 1) for rule in page_policy(engine).split("; "))
    allowed = {source for sources in rules.values() for source in sources.split()}
    keywords = {"'none'", "'self'", "blob:", "data:", "'wasm-unsafe-eval'"}

    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert {source for source in allowed - keywords if not source.startswith("'sha256-")} == set()
    assert ("'wasm-unsafe-eval'" in allowed) is (engine is Engine.BROWSER)


def test_values_of_cells_may_have_the_styles_of_a_notebook_and_no_script() -> None:
    rules = dict(rule.split(" ", 1) for rule in cells_policy().split("; "))
    (style,) = re.findall("<style>(.*?)</style>", notebook())
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (frame,) = index(Engine.BROWSER, "python.html").every("iframe")

    assert rules["style-src"] == f"'self' 'sha256-{digest}'"
    assert rules.pop("style-src-attr") == "'unsafe-inline'"
    assert [name for name, sources in rules.items() if "unsafe-inline" in sources] == []
    assert rules["script-src"] == "'self' blob: 'wasm-unsafe-eval'"
    assert "frame-src" not in rules  # No page is shown in a frame, only text of this page.
    assert "allow-scripts" not in (frame.attributes["sandbox"] or "").split()


def test_only_the_page_of_the_browser_starts_workers() -> None:
    assert {engine for engine in Engine if "worker.js" in page_files(engine)} == {Engine.BROWSER}
    assert "worker-src 'none'" in page_policy(Engine.COMPUTER)


@pytest.mark.parametrize(
    "engine, where", [(Engine.BROWSER, "this browser"), (Engine.COMPUTER, "this computer")], ids=str
)
def test_the_page_says_where_the_files_stay(engine: Engine, where: str) -> None:
    text = " ".join(index(engine).text.split())

    assert f"Your files never leave {where}" in text
    assert "See for yourself:" in text
    assert "turn off Wi-Fi" in text.replace("Turn", "turn")
