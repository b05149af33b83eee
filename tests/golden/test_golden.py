"""The facts are those that were reviewed: who changes one runs `python -m tests.golden` and reads the difference."""

from __future__ import annotations

import pytest

import sequestration as seq
from tests.golden.__main__ import FACTS, HERE


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_those_on_record(name: str) -> None:
    assert "\n".join(FACTS[name]()).splitlines() == (HERE / name).read_text("utf-8").splitlines()


def test_every_fact_on_record_is_looked_at() -> None:
    assert {path.name for path in HERE.glob("*.txt")} == set(FACTS)
    assert len(list(FACTS["carc.txt"]())) == len(seq.CARCS)
    assert len(list(FACTS["rarc.txt"]())) == len(seq.RARCS)
