"""The language of shipped texts: no word or phrase that a billing office would not say.

It reads the string literals and docstrings of the library, the data that is shown, and the documents.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

SOURCE = ROOT / "src" / "sequestration"
DATA = SOURCE / "data"
SHOWN_DATA = [
    *sorted((DATA / "steps").glob("*.csv")),
    *sorted((DATA / "codes").glob("*.csv")),
    *sorted((DATA / "law").rglob("*.toml")),
    DATA / "sources.toml",
]
PAGES = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts)]

FORBIDDEN = {
    "place for a line or claim": r"places? needs?\b|places? in question|place that needs|the place (?:does|is|has)\b",
    "look at for review": r"needs? a look|\bto look at\b|\blook at a glance\b",
    "told": r"\b(?:told|tells)\b|\btell(?:s|ing)? apart\b",
    "stands for is": r"\bstands?\b",
    "your MAC": r"\b[Tt]he contractor\b",
    "mend": r"\bmend(?:s|ed|ing)?\b",
    "is no for is not": r"(?<!\bthere )\bis no (?:835|date|amount|day|claim|code|number|reversal|frame|CSV)\b",
    "whole cents": r"no amount of whole cents|no whole number of cents",
    "reckon": r"\breckon",
    "anew": r"\banew\b",
    "papers": r"\bpapers\b",
    "first payer": r"\bfirst payer\b|\bfirst payer's\b",
    "remitted on": r"\bremitted on\b",
    "problems of the input": r"[Pp]roblems of the input",
    "patient's share": r"patient's share|[Pp]atient owes \d",
    "provider adjustments": r"(?<!-level )(?<![\w-])[Pp]rovider adjustments?\b",
    "cut too large": r"\b[Cc]ut (?:too (?:large|small)|not due)\b",
    "space before percent": r"\d %",
    "secondary payer": r"\b[Ss]econd payer\b",
    "lowercase, uppercase": r"\b(?:small|capital) letters\b|\bin capitals\b",
    "like a paper remittance": r"\bas on paper\b",
    "share, pass on": r"\bto hand on\b",
    "add newer codes": r"\blaid over\b|\blays? \w+ over\b",
    "sets the rate": r"\bdates? that decide[sd]?\b|\b[Ww]hich date decides\b",
    "not settled": r"\bsettled nowhere\b",
    "over-withheld": r"\btaken too (?:much|little)\b|\btoo (?:much|little) was taken\b",
    "no one, someone": r"\b(?:[Nn]obody|[Ss]omebody|[Ww]hoever)\b",
    "default": r"\((?:as it is|when left out)\)|\bif left out\b",
    "trade newsletter": r"\btrade letters?\b",
}
"""Phrases by what they stand for; the better word is in the style of the project (CONTRIBUTING)."""

FORBIDDEN_IN_PROSE = {
    "sequestration for the cut": r"\b[Tt]he cut\b|\b(?:is|are|was|were) cut\b(?! (?:off|short))",
    "ISO date": r"(?<![\w`/-])(?!1000-01-01|9999-12-31)\d{4}-\d\d-\d\d(?![\w`-])",
}
"""Phrases that only pages must not have: code may say "cut", and programs read ISO dates."""

NOT_YET: frozenset[str] = frozenset()
"""Files that are still to be rewritten."""


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """The string literals and docstrings of a module, each with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, " ".join(node.value.split())


def paragraphs(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file, each joined with the next so that no phrase hides in a line break."""
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        yield number, " ".join(" ".join(lines[number - 1 : number + 1]).split()) if line else ""


def found_in(path: Path) -> list[str]:
    name = name_of(path)
    texts = literals(path) if path.suffix == ".py" else paragraphs(path)
    return [
        f"{name}:{line}: {what}: {match[0]!r}"
        for line, text in texts
        for what, rule in FORBIDDEN.items()
        for match in re.finditer(rule, text)
    ]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*sorted(SOURCE.rglob("*.py")), *SHOWN_DATA, *PAGES], ids=name_of)
def test_a_shipped_text_reads_as_a_billing_office_speaks(path: Path) -> None:
    if name_of(path) not in NOT_YET:
        assert found_in(path) == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_prose_has_the_words_and_the_dates_of_an_american_reader(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"``?[^`]*``?", "", text)

    assert [match[0] for rule in FORBIDDEN_IN_PROSE.values() for match in re.finditer(rule, text)] == []


def test_no_exception_is_left_that_is_not_needed() -> None:
    assert [name for name in NOT_YET if not found_in(ROOT / name)] == []


def test_a_forbidden_word_is_found(tmp_path: Path) -> None:
    said = tmp_path / "said.py"
    said.write_text('"""One place needs a look."""\nTEXT = f"{1} is cut too large, by 2 %"\n', "utf-8")

    texts = [text for _, text in literals(said)]
    assert texts == ["One place needs a look.", "is cut too large, by 2 %"]
    found = [{what for what, rule in FORBIDDEN.items() if re.search(rule, text)} for text in texts]
    assert found == [{"place for a line or claim", "look at for review"}, {"cut too large", "space before percent"}]
