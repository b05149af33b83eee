"""The page's files: nothing foreign in them, nothing missing, and a policy that allows no more than they need."""

from __future__ import annotations

import re

import pytest

from sequestration._web.page_files import Engine, page_files, page_policy
from tests.markup import Element, parsed


def index(engine: Engine) -> Element:
    return parsed(page_files(engine)["index.html"].decode("utf-8"))


@pytest.mark.parametrize("engine", Engine)
def test_nothing_comes_from_anywhere_else(engine: Engine) -> None:
    for name, content in page_files(engine).items():
        assert re.findall(rb"(?:https?:)?//[a-z0-9]", content) == [], name


@pytest.mark.parametrize("engine", Engine)
def test_every_file_that_is_asked_for_is_there(engine: Engine) -> None:
    files = page_files(engine)
    asked = {str(link.attributes["href"]) for link in index(engine).every("link", rel="stylesheet")}
    asked |= {str(script.attributes["src"]) for script in index(engine).every("script")}
    for content in files.values():
        asked |= set(re.findall(r'from "\./([\w.]+)"', content.decode("utf-8")))
        asked |= set(re.findall(r'new URL\("([\w.]+)", import\.meta\.url\)', content.decode("utf-8")))

    assert asked == set(files) - {"index.html"}


@pytest.mark.parametrize("engine", Engine)
def test_every_element_that_the_script_uses_is_there(engine: Engine) -> None:
    script = page_files(engine)["page.js"].decode("utf-8")
    used = set(re.findall(r'(?:byId|numbersIn)\("([\w-]+)"\)', script))
    ids = [str(each.attributes["id"]) for each in index(engine).every() if "id" in each.attributes]

    assert len(used) > 15
    assert used <= set(ids)
    assert len(ids) == len(set(ids))
    for name in ("for", "aria-labelledby", "aria-describedby"):
        assert {str(each.attributes[name]) for each in index(engine).every() if name in each.attributes} <= set(ids)


@pytest.mark.parametrize("engine", Engine)
def test_the_page_has_its_policy_and_no_words_left_open(engine: Engine) -> None:
    page = index(engine)
    policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"]

    assert policy == page_policy(engine)
    assert "$" not in page_files(engine)["index.html"].decode("utf-8")


@pytest.mark.parametrize("engine", Engine)
def test_the_policy_allows_no_other_origin_and_no_inline_code_but_the_reports(engine: Engine) -> None:
    rules = dict(rule.split(" ", 1) for rule in page_policy(engine).split("; "))
    allowed = {source for sources in rules.values() for source in sources.split()}
    keywords = {"'none'", "'self'", "blob:", "data:", "'wasm-unsafe-eval'"}

    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert {source for source in allowed - keywords if not source.startswith("'sha256-")} == set()
    assert ("'wasm-unsafe-eval'" in allowed) is (engine is Engine.BROWSER)


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
