"""Write down every fact that the library ships, so that a change of one is a readable line in a review.

python -m tests.golden
"""

from __future__ import annotations

from pathlib import Path

import sequestration as seq

HERE = Path(__file__).parent


def facts() -> dict[str, str]:
    """By file: the facts, a line each."""
    schedules = (seq.MEDICARE_FFS, seq.MEDICARE_ADVANTAGE, seq.NONDEFENSE_MANDATORY)
    return {
        "schedules.txt": "\n".join(line for schedule in schedules for line in of_schedule(schedule)),
        "carc.txt": "\n".join(" | ".join(map(plain, code.to_dict().values())) for code in seq.CARCS.values()),
        "rarc.txt": "\n".join(" | ".join(map(plain, code.to_dict().values())) for code in seq.RARCS.values()),
        "plb.txt": "\n".join(" | ".join(map(plain, code.to_dict().values())) for code in seq.PLBS.values()),
        "deadlines.txt": "\n".join(of_deadlines("2024-02-29") + of_deadlines("2025-12-30")),
    }


def of_schedule(schedule: seq.RateSchedule) -> list[str]:
    lines = [f"{schedule.name}: settled until {schedule.settled_until}"]
    for period in schedule.periods:
        by = "; ".join(authority.citation for authority in period.authorities)
        lines.append(f"  {period.span}: {period.rate} {period.status}, verified {period.verified_on}; {by}")
    return lines


def of_deadlines(start: str) -> list[str]:
    kinds = (
        "timely_filing",
        "redetermination",
        "reconsideration",
        "hearing",
        "council",
        "court",
        "reopening",
        "overpayment",
    )
    return [f"{kind} from {start}: {getattr(seq.deadlines, kind)(start)}" for kind in kinds]


def plain(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


if __name__ == "__main__":
    for name, text in facts().items():
        (HERE / name).write_text(f"{text}\n", "utf-8")
