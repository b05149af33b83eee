"""The step of every code under every group, and the words of some of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sequestration as seq

DATES: dict[str, Any] = {"service_date": "2025-03-01", "remittance_date": "2025-06-02"}
AS_OF = "2025-11-01"
TOLD: list[tuple[str, dict[str, Any]]] = [
    ("CO-16", {}),
    ("CO-16", {"remark": "MA130"}),
    ("CO-16", {"remark": ["N290", "MA01", "M51"]}),
    ("CO-16", {"remark": "N211"}),
    ("CO-16", {"remark": "N142"}),
    ("CO-16", {"remark": "MA130", "remittance_date": "2026-03-02"}),  # the last day to file itself
    ("CO-16", {"remark": "MA130", "remittance_date": "2026-03-03"}),
    ("CO-16", {"institutional": True}),
    ("CO-16", {"institutional": True, "through_date": "2025-04-02"}),
    ("CO-16", {"institutional": True, "remittance_date": "2026-03-02"}),
    ("CO-16", {"institutional": True, "remittance_date": "2026-03-03"}),
    ("CO-16", {"payer": "plan"}),
    ("CO-29", {}),
    ("CO-29", {"remittance_date": "2026-03-02"}),
    ("CO-29", {"remittance_date": "2026-03-03"}),
    ("CO-18", {}),
    ("CO-45", {}),
    ("PR-45", {}),
    ("CO-50", {}),
    ("CO-50", {"payer": "plan"}),
    ("PR-50", {}),
    ("PR-50", {"remark": "M27"}),
    ("50", {}),
    ("CO-204", {}),
    ("PR-204", {}),
    ("OA-204", {}),
    ("PI-204", {}),
    ("CR-204", {}),
    ("PR-1", {}),
    ("PR-1", {"remark": "N781"}),
    ("CO-1", {}),
    ("PR-31", {"remark": "N382"}),
    ("PR-97", {}),
    ("OA-23", {}),
    ("PR-23", {}),
    ("CO-22", {}),
    ("CO-252", {"remark": "N706"}),
    ("CO-253", {}),
    ("CO-253", {"payer": "plan"}),
    ("PR-253", {}),
    ("PR-253", {"assigned": True}),
    ("PR-253", {"assigned": False}),
    ("PR-253", {"remark": "MA28"}),
    ("CO-9999", {}),
    ("PR-9999", {}),
    ("PI-9999", {}),
]
"""Pairs, and what else is known. Some dates are the last day to file and the day after it."""


def steps() -> Iterator[str]:
    groups = ("", *(f"{group.value}-" for group in seq.GroupCode))
    for code in seq.CARCS:
        found = [f"{group}{code} {seq.next_step(f'{group}{code}').action.value}" for group in groups]
        yield "; ".join(found)
    for pair, known in TOLD:
        yield ", ".join([pair, *(f"{name} {value}" for name, value in known.items())])
        step = seq.next_step(pair, **{**DATES, **known})
        yield from (f"  {line}" for line in step.to_text(AS_OF).splitlines())
        yield f"  origin {step.origin}, clock {step.clock or 'none'}"
