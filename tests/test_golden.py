"""The facts are those that were reviewed: who changes one runs `python -m tests.golden` and reads the difference."""

from __future__ import annotations

import pytest

from tests.golden.__main__ import HERE, facts

FACTS = facts()


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_those_on_record(name: str) -> None:
    assert FACTS[name].splitlines() == (HERE / name).read_text("utf-8").splitlines()


def test_every_fact_on_record_is_looked_at() -> None:
    assert {path.name for path in HERE.glob("*.txt")} == set(FACTS)
    assert len(FACTS["carc.txt"].splitlines()) == 407
    assert len(FACTS["rarc.txt"].splitlines()) == 1216
