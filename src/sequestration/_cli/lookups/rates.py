"""Commands that look up rates, reductions and schedules."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date

from sequestration._cli.arguments import parse_date, parse_dollars
from sequestration._cli.exit_codes import OK, fail
from sequestration._cli.schedules import schedule_of
from sequestration._cli.terminal import print_text
from sequestration._dates import for_readers, today
from sequestration._law.freshness import how_current
from sequestration._law.periods import RatePeriod, percent
from sequestration._law.schedule import default_schedule, shipped_schedule
from sequestration._messages import counted

__all__ = ["COMMANDS", "ago"]


def _rate(options: argparse.Namespace) -> int:
    day, name = _day(options.date)
    period = default_schedule(schedule_of(options)).period_on(day)
    print_text(f"{percent(period.rate)} on {name}: {_status(period)}")
    _print_authorities(period)
    return OK


def _reduce(options: argparse.Namespace) -> int:
    from sequestration._law.reduction import expected_reduction
    from sequestration._money import format_dollars

    day, name = _day(options.on)
    reduction = expected_reduction(parse_dollars(options.amount), on=day, schedule=schedule_of(options))
    rows = [
        ("date", name),
        ("payment before sequestration", format_dollars(reduction.payable)),
        ("rate", f"{percent(reduction.rate)}: {_status(reduction.period)}"),
        ("sequestration (CO 253)", format_dollars(reduction.amount)),
        ("payment", format_dollars(reduction.payment)),
    ]
    for name, text in rows:
        print_text(f"{name:<29} {text}")
    return OK


def _day(text: str | None) -> tuple[date, str]:
    """The day that was given, or today, and its name for readers, which says so."""
    if text is None:
        return today(), f"{for_readers(today())} (today)"
    day = parse_date(text)
    return day, for_readers(day)


def _schedule(options: argparse.Namespace) -> int:
    if options.name and options.file:
        return fail("Give the name of a schedule or a file, not both.")
    schedule = schedule_of(options) or shipped_schedule((options.name or "medicare_ffs").lower())
    print(schedule.title or schedule.name)
    for period in schedule.periods:
        print_text(f"\n{percent(period.rate):>6}  {_status(period)}")
        _print_authorities(period)
    print_text(f"\n{how_current(schedule.periods, ago(schedule.verified_on, today()))}")
    return OK


def ago(day: date, today: date) -> str:
    """Time since a day, in words; empty if the clock says it is in the future."""
    days = (today - day).days
    if days < 0:
        return ""
    return ", today" if days == 0 else f", {counted(days, 'day')} ago"


def _status(period: RatePeriod) -> str:
    note = f"; {period.note}" if period.note else ""
    return f"{period.span}, {period.status}{note}"


def _print_authorities(period: RatePeriod) -> None:
    for authority in period.authorities:
        print_text(f"        {authority}")


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {"rate": _rate, "reduce": _reduce, "schedule": _schedule}
