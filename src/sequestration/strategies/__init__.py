"""Hypothesis strategies for your own tests: payables, dates, claims, remittances.

All data is made up. Whatever a strategy draws is right to the cent unless a mistake was requested, so a test can state
what your own code must find. This module needs the extra `strategies` (hypothesis).

>>> from hypothesis import given
>>> import sequestration as seq
>>> @given(remittances(mistakes=["doubled"]))
... def test_a_doubled_cut_is_found(made):
...     (finding,) = seq.check_835(made.data).findings
...     (planted,) = made.planted
...     assert (finding.claim, finding.line, finding.expected) == (planted.claim, planted.line, planted.expected)
>>> test_a_doubled_cut_is_found()
"""

from __future__ import annotations

from sequestration.strategies._mistakes import MISTAKES
from sequestration.strategies._services import Service, Stay
from sequestration.strategies._strategies import (
    MadeRemittance,
    PlantedMistake,
    claims,
    layouts,
    payables,
    remittances,
    service_dates,
    services,
    stays,
)
from sequestration.strategies._write_835 import Layout, write_835

__all__ = [
    "MISTAKES",
    "Layout",
    "MadeRemittance",
    "PlantedMistake",
    "Service",
    "Stay",
    "claims",
    "layouts",
    "payables",
    "remittances",
    "service_dates",
    "services",
    "stays",
    "write_835",
]
