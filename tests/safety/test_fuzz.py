"""A short fuzz of what takes input from outside; the long one, led by coverage, is `fuzz/run.py`."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from fuzz import grammar, laws
from fuzz.plain import made_input
from fuzz.targets import GZIP, REMITTANCES, SMALL, TARGETS, survives
from hypothesis import given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration._audit import file_audit
from sequestration._audit.fast_path.loop import FastPath
from sequestration._audit.totals import Totals
from sequestration._checking import judge
from sequestration._checking.settle import PayerConduct
from tests.making import claim, line, remittance

pytestmark = pytest.mark.slow

PIECES = [
    b"~",
    b"*",
    b"ISA*",
    b"~ISA*",
    b"~SE*",
    b"~CLP*",
    b"~ST*837*",
    b"\n",
    b"\0",
    b"~CAS*CO*253*",
    b":",
    b".",
    b"-",
]


@st.composite
def damaged(draw: st.DrawFn, seed: bytes) -> bytes:
    """The seed with bytes changed, left out, put in, or moved."""
    data = bytearray(seed)
    for _ in range(draw(st.integers(0, 5))):
        start, length = draw(st.integers(0, len(data))), draw(st.integers(0, 20))
        piece = draw(st.binary(max_size=4) | st.sampled_from(PIECES))
        match draw(st.integers(0, 2)):
            case 0:
                data[start : start + length] = piece
            case 1:
                data[start:start] = piece
            case _:
                data[start:start] = data[draw(st.integers(0, len(data))) :][: length * 10]
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=150)
@given(data=st.data())
def test_only_errors_of_the_library_come_out(name: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from([b"", *TARGETS[name][1]]))
    survives(name, data.draw(damaged(seed) | st.binary(max_size=200)))


def test_plain_inputs_are_the_same_for_everybody() -> None:
    assert made_input(7) == made_input(7) != made_input(8)
    made = {grammar.damaged(made_input(number), REMITTANCES) for number in range(50)}

    assert made == {grammar.damaged(made_input(number), REMITTANCES) for number in range(50)}
    assert len(made) > 40  # A few damages leave nothing, or the same.
    assert made.isdisjoint(REMITTANCES)


@pytest.mark.parametrize("name", ["read", "check", "carry_over"])
def test_damaged_compressed_data_is_a_file_that_cannot_be_read(name: str) -> None:
    survives(name, GZIP)
    with pytest.raises(OSError, match="the compressed data ends unexpectedly"):
        TARGETS[name][0](GZIP)


def test_a_target_that_fails_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_data: bytes) -> None:
        raise RuntimeError("planted")

    monkeypatch.setitem(TARGETS, "read", (broken, []))
    with pytest.raises(RuntimeError, match="planted"):
        survives("read", b"")


UNCUT = remittance(claim("A", line("99213", "150", "80", [("CO", "45", "50"), ("PR", "2", "20")])))
MISTAKES: dict[str, tuple[object, str, Any]] = {
    "the fast path forgets its sums": (FastPath, "close", lambda _self: (0, 0, {})),
    "an expected amount is a cent off": (judge, "cut_cents", lambda payable, _period: payable // 50 + 1),
    "a payer that withholds nothing is accused": (PayerConduct, "cuts_as_due", True),
    "there is no next step": (file_audit, "_step", lambda *_found: None),
    "dollars in question are not summed": (Totals, "in_question_cents", 0),
    "the totals leave something out": (Totals, "enter", lambda _self, _sums, _verdict: None),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_laws_notice(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    laws.hold_for(UNCUT)
    monkeypatch.setattr(*MISTAKES[mistake])
    with pytest.raises(AssertionError):
        deque(map(laws.hold_for, (UNCUT, *SMALL)), maxlen=0)


@pytest.mark.parametrize("output", [output for output in laws.OUTPUTS if output.__name__ != "_nothing"])
def test_the_law_of_each_output_holds_for_the_examples(output: laws.Output) -> None:
    for data in SMALL:
        output(seq.check_835(data, keep="all", limit=None), data)
