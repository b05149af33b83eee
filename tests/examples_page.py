"""The page docs/explanation/official_examples.md: run `python -m tests.examples_page` after a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from sequestration._dates import days_in_words, for_readers
from sequestration._money import format_dollars
from tests.official_examples import EXAMPLES, Example

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "official_examples.md"

HEAD = """\
# Checked against CMS's own examples

CMS, its contractors, regulations and others print worked examples. The library computes each of them in its tests, to
the cent and to the day. The amounts below are those of the sources; the descriptions are ours.

*Printed* is what the source itself shows. *Derived* is what follows from a rule in the source or the law; it is our
arithmetic, not the source's. Of {count} examples, {printed} are printed in full and {partly} in part. For {derived},
only the rule or the inputs are printed.
"""
SECTIONS = (
    ("Amounts", ("amount", "unrounded", "unassigned", "secondary", "ma_noncontract", "real_claim_totals", "real_line")),
    ("The rate of a date", ("rate_on_date",)),
    ("Cost reports, orders and other spending", ("cost_report", "sequester_total", "nondefense_rate")),
    ("Deadlines", ("redetermination_last_day", "timely_filing_last_day")),
    ("Minimum amounts in controversy", ("amount_in_controversy",)),
)
TAIL = """\
## Where a source prints something else

{differences}

The examples are in `tests/cases/official_examples.json`, each with the date that its arithmetic needs. If a source has
no date, we chose one. A test computes all of them and compares this page with them.
"""
DAYS = ("on", "notice", "service_date", "last_day")


def page() -> str:
    """The whole page."""
    full = [example for example in EXAMPLES if not example["derived"]]
    none = [example for example in EXAMPLES if not example["printed"]]
    counts = {
        "count": len(EXAMPLES),
        "printed": len(full),
        "partly": len(EXAMPLES) - len(full) - len(none),
        "derived": len(none),
    }
    parts = [HEAD.format(**counts)]
    for title, kinds in SECTIONS:
        parts += [f"## {title}\n", *_table(e for kind in kinds for e in EXAMPLES if e["kind"] == kind), ""]
    return "\n".join([*parts, TAIL.format(differences="\n".join(_differences()))])


def _table(examples: Iterable[Example]) -> Iterator[str]:
    yield "| example | printed | derived | source |"
    yield "|---|---|---|---|"
    for example in examples:
        note = example.get("note", "")
        about = f"{example['about']}{_days(example)}{f'. {note}' if note else ''}"
        cells = (about, _figures(example["printed"]), _figures(example["derived"]), example["source"])
        yield f"| {' | '.join(cells)} |"


def _differences() -> Iterator[str]:
    for example in EXAMPLES:
        if "misprinted" in example or "unrounded_cut" in example["printed"]:
            yield f"- {example['about']} ({example['source']}): {example['note']}"


def _figures(figures: Example) -> str:
    named = ((_name(name), _figure(name, value)) for name, value in figures.items())
    return ", ".join(f"{name} {figure}" for name, figure in named)


def _name(name: str) -> str:
    return name.removesuffix("_bn").replace("_", " ").replace("cut", "sequestration")


def _figure(name: str, value: str) -> str:
    if name == "rate":
        return f"{(Decimal(value) * 100).normalize():f}%"
    if name in DAYS:
        return for_readers(date.fromisoformat(value))
    if name in ("ratio", "unrounded_cut"):
        return value
    return f"${value} billion" if name.endswith("_bn") else format_dollars(Decimal(value))


def _days(example: Example) -> str:
    """The days that an example is about, where its description does not have them."""
    inputs = example["inputs"]
    if "from_date" in inputs or "through_date" in inputs:
        first = inputs.get("from_date") or inputs["service_date"]
        last = inputs.get("through_date") or first
        return f", {days_in_words(date.fromisoformat(first), date.fromisoformat(last))}"
    named = {"notice": "notice of", "service_date": "service on"}
    return next((f", {word} {_figure('on', inputs[name])}" for name, word in named.items() if name in inputs), "")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
