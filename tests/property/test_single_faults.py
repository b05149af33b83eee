"""The law of single faults: a right remittance with one fault accuses nobody."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration import strategies
from tests.property.test_checking import TWO_PERCENT_DAYS

FAULTS = ["lost", "doubled", "tag", "element lost", "element doubled", "point lost"]


def damaged(data: bytes, fault: str, draw: st.DataObject) -> bytes:
    """The remittance with one fault in a segment behind its envelope and header."""
    segments = data.decode("latin-1").split("~")
    first = next((n for n, segment in enumerate(segments) if segment.startswith("CLP*")), 0)
    last = max((n for n, segment in enumerate(segments) if segment.startswith("SE*")), default=len(segments) - 1)
    index = draw.draw(st.integers(first, last), label="segment")
    elements = segments[index].split("*")
    if fault == "lost":
        del segments[index]
    elif fault == "doubled":
        segments.insert(index, segments[index])
    elif fault == "tag":
        segments[index] = f"Q{segments[index]}"
    else:
        place = draw.draw(st.integers(1, max(1, len(elements) - 1)), label="element")
        if fault == "element lost":
            del elements[place : place + 1]
        elif fault == "element doubled":
            elements[place:place] = elements[place : place + 1]
        else:
            elements = [element.replace(".", "") if n == place else element for n, element in enumerate(elements)]
        segments[index] = "*".join(elements)
    return "~".join(segments).encode("latin-1")


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@given(data=st.data())
@settings(max_examples=200)
def test_one_fault_accuses_nobody(fault: str, data: st.DataObject) -> None:
    services = strategies.services(dates=TWO_PERCENT_DAYS, min_payable="1.00")
    made = data.draw(strategies.remittances(of=services, stays=strategies.stays(), max_transactions=2))
    right = seq.check_835(made.data)
    assert not any(verdict.needs_review and count for verdict, count in right.counts.items())
    try:
        audit = seq.check_835(damaged(made.data, fault, data))
    except seq.X12Error:
        return

    assert [str(found) for found in audit.findings] == []
