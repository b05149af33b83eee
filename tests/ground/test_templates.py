"""Texts with facts: values stay values, and the text writes them for readers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext

import pytest

from sequestration._templates import fill_template


@pytest.mark.parametrize(
    ("template", "facts", "text"),
    [
        ("{gap} apart", {"gap": Decimal("-1250.00")}, "-$1,250.00 apart"),
        ("on {day}", {"day": date(2025, 3, 5)}, "on Mar 5, 2025"),
        ("{n:line}", {"n": 1}, "1 line"),
        ("{n:other line}", {"n": 1200}, "1,200 other lines"),
        ("{n:{thing}}", {"n": 0, "thing": "group"}, "0 groups"),
        ("{n} bytes", {"n": 10000}, "10,000 bytes"),
        ("{payer}", {"payer": "{gap}"}, "{gap}"),
    ],
)
def test_facts_are_written_for_readers(template: str, facts: dict[str, object], text: str) -> None:
    assert fill_template(template, facts) == text


def test_the_context_of_the_caller_rounds_nothing() -> None:
    with localcontext() as context:
        context.prec = 2

        assert fill_template("{sum}", {"sum": Decimal("123456.78")}) == "$123,456.78"


def test_a_missing_fact_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill_template("{gap}", {})
