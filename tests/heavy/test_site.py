"""The site: it builds, a reader's words find their pages, and each public name leads to the reference and its source.

The notebooks are not run here: `.ci/run` builds the site with them.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from sphinx.search.en import SearchEnglish

import sequestration as seq
from tests.heavy.test_browser import PATIENCE, browser
from tests.paths import ROOT

__all__ = ["browser"]

GLOSSARY = "reference/glossary"
WORDS_OF_BILLERS = [
    *(
        "ICN",
        "DCN",
        "CCN",
        "ERA",
        "EOB",
        "EOMB",
        "MAC",
        "crossover",
        "MBI",
        "HICN",
        "NPI",
        "EFT",
        "ACH",
        "RA",
        "remit",
        "SPR",
    ),
    *("copay", "coinsurance", "deductible", "write-off", "Medigap", "supplement", "take-back", "recoupment", "offset"),
    *(
        "appeal",
        "reopening",
        "CER",
        "redetermination",
        "QIC",
        "hearing",
        "MREP",
        "PC-Print",
        "clearinghouse",
        "COB",
        "MSP",
    ),
    *("PLB", "CARC", "RARC", "FB", "WO", "sequester", "moratorium", "nonassigned", "PAYGO", "EDI", "X12", "PCN"),
]
TASKS = {
    "over-withheld claim": "howto/reopening",
    "check data frame": "howto/frames",
    "add schedule": "howto/new_law",
    "bill patient": "howto/questions",
    "spreadsheet formula": "howto/spreadsheet",
    "supplement paid": "howto/questions",
    "cite": "cite",
    "deprecation": "versions",
}


FIRST = {
    "over-withheld claim": "Request a reopening of an over-withheld claim",
    "data frame": "Compute and check sequestration in a data frame",
    "check frame": "Compute and check sequestration in a data frame",
    "add schedule": "Add a schedule when the law changes",
    "ICN": "Glossary",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", "-D", "nb_execution_mode=off"]
    done = subprocess.run([*command, ROOT / "docs", out], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def index(site: Path) -> dict[str, Any]:
    text = (site / "searchindex.js").read_text("utf-8")
    found: dict[str, Any] = json.loads(text.removeprefix("Search.setIndex(").rstrip().removesuffix(")"))
    return found


ENGLISH = SearchEnglish({})


def stems(words: str) -> list[str]:
    """The words of a search as the index has them; words such as "off" are not searched for."""
    return [ENGLISH.stem(word) for word in re.findall(r"\w+", words.lower()) if word not in ENGLISH.stopwords]


def pages_with(index: dict[str, Any], words: str) -> set[str]:
    """The pages that have all words of a search, as the site's own script looks them up."""
    found = set(index["docnames"])
    for word in stems(words):
        documents: set[int] = set()
        for part in ("terms", "titleterms"):
            numbers = index[part].get(word, [])
            documents |= {numbers} if isinstance(numbers, int) else {*numbers}
        found &= {index["docnames"][number] for number in documents}
    return found


@pytest.mark.parametrize("word", WORDS_OF_BILLERS)
def test_a_word_of_a_biller_finds_the_glossary(index: dict[str, Any], word: str) -> None:
    assert GLOSSARY in pages_with(index, word)


@pytest.mark.parametrize("words, page", TASKS.items())
def test_a_task_finds_its_page(index: dict[str, Any], words: str, page: str) -> None:
    assert page in pages_with(index, words)


def test_a_word_that_no_page_has_finds_nothing(index: dict[str, Any]) -> None:
    assert pages_with(index, "xylophone") == set()


@pytest.mark.parametrize("words, title", FIRST.items())
def test_a_search_in_a_browser_begins_with_the_page(
    browser: webdriver.Chrome, site: Path, words: str, title: str
) -> None:
    browser.get(f"{(site / 'search.html').as_uri()}?q={words.replace(' ', '+')}")

    results = WebDriverWait(browser, PATIENCE).until(
        lambda page: page.find_elements(By.CSS_SELECTOR, "#search-results li > a")
    )

    assert results[0].text == title


def test_each_public_name_leads_to_the_reference(site: Path) -> None:
    page = (site / "reference" / "names.html").read_text("utf-8")
    links = {
        html.unescape(target) for target in re.findall(r'<a class="reference internal" href="api/[\w.]+#([^"]+)"', page)
    }

    assert {f"sequestration.{name}" for name in seq.__all__ if not isinstance(getattr(seq, name), ModuleType)} <= links


def test_a_function_of_the_reference_leads_to_its_source(site: Path) -> None:
    page = (site / "reference" / "api" / "checks.html").read_text("utf-8")
    (target,) = re.findall(r'href="\.\./\.\./(_modules/[\w/.]+)#check_adjustment"', page)

    assert 'def</span><span class="w"> </span><span class="nf">check_adjustment' in (site / target).read_text("utf-8")


def test_signatures_name_types_as_a_reader_writes_them(site: Path) -> None:
    pages = "".join(page.read_text("utf-8") for page in (site / "reference" / "api").glob("*.html"))

    assert "check_adjustment" in pages
    assert "TypeAliasForwardRef" not in pages
    assert ">NOTHING<" not in pages
