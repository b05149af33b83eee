"""What the search of each table finds first: for what billers say, for words cut short, and for typing errors."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import sequestration as seq
from tests.paths import ROOT

_FIRST = 8
_TABLES: dict[str, seq.CodeTable[Any]] = {"carc": seq.CARCS, "rarc": seq.RARCS, "plb": seq.PLBS}
_BEGUN = ("auth", "dup", "elig", "pre-ex", "seq", "time", "refer", "med nec", "co", "a", "ex", "resub")
_TYPED_WRONG = ("tmiely", "dupliacte", "sequestrtion", "authorisation", "recupment", "intrest", "modifer", "elgibility")
_SHORT = ("dupe", "cpay", "labs", "abnn", "modf", "lte", "dub", "xray", "late", "date", "code", "snf", "hme")
_SAID = (
    "the",
    "the charge",
    "timely filing",
    "filing timely",
    "not covered by this payer",
    "duplicate",
    "253",
    "CO-45",
)
_SAID_OF_MONEY = ("interest", "forward balance", "late penalty", "cost report settlement", "overpayment recovery")


def of_searches() -> Iterator[str]:
    """A search a line, with the first codes that it finds and their number."""
    with (ROOT / "src" / "sequestration" / "data" / "codes" / "words.csv").open(encoding="utf-8") as file:
        trade = [row["phrase"] for row in csv.DictReader(file)]
    for name, table in _TABLES.items():
        for words in (*_BEGUN, *_TYPED_WRONG, *_SHORT, *_SAID, *_SAID_OF_MONEY, *trade):
            found = list(table.search(words))
            yield f"{name}: {words}: {' '.join(found[:_FIRST])} ({len(found)})"
    few = seq.CARCS.search("timely")
    for words in ("timely", "filing", "charge", "payment", "claim"):
        yield f"among {len(few)}: {words}: {' '.join(few.search(words))}"
