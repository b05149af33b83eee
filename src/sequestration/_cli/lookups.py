"""Commands that look up rates, reductions, schedules, codes and deadlines."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from sequestration import deadlines
from sequestration._cli.arguments import parse_date, parse_dollars, schedule_of
from sequestration._cli.exit_codes import OK, fail
from sequestration._cli.terminal import print_text
from sequestration._codes.entries import Carc, Rarc
from sequestration._codes.pairs import AdjustmentCode
from sequestration._codes.shipped import carcs, rarcs
from sequestration._codes.spelling import split_code
from sequestration._codes.tables import DatedCodeTable
from sequestration._dates import for_readers, today
from sequestration._errors import UnknownCode
from sequestration._law.freshness import how_current
from sequestration._law.periods import RatePeriod, percent
from sequestration._law.reduction import expected_reduction
from sequestration._law.schedule import default_schedule, shipped_schedule
from sequestration._messages import quote
from sequestration._money import format_dollars
from sequestration._worklist.next_step import next_step

__all__ = ["COMMANDS", "ago"]

_MAX_PRINTED = 20
D = TypeVar("D", Carc, Rarc)


def _rate(options: argparse.Namespace) -> int:
    day, name = _day(options.date)
    period = default_schedule(schedule_of(options)).period_on(day)
    print_text(f"{percent(period.rate)} on {name}: {_status(period)}")
    _print_authorities(period)
    return OK


def _reduce(options: argparse.Namespace) -> int:
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


def _carc(options: argparse.Namespace) -> int:
    def show(entry: Carc, words: str) -> None:
        code = AdjustmentCode(split_code(words)[0], entry)
        print_text(code.to_text())
        print_text(f"  {'next step':<14}{next_step(code)}")

    return _print_entry(carcs(), options, show)


def _rarc(options: argparse.Namespace) -> int:
    return _print_entry(rarcs(), options, lambda entry, _words: print_text(entry.to_text()))


def _print_entry(table: DatedCodeTable[D], options: argparse.Namespace, show: Callable[[D, str], None]) -> int:
    """Print a code, or the codes whose titles have these words."""
    words = " ".join(options.words)
    known = table if options.table is None else table.with_codes(options.table)
    try:
        known.canonical(words)
    except UnknownCode:
        return _print_found(known.search(words), words)
    show(known.look_up(words), words)
    return OK


def _deadline(options: argparse.Namespace) -> int:
    kind: str = options.kind
    name = _SAME_DEADLINE.get(kind, kind).replace("-", "_")
    count: Callable[[date], deadlines.Deadline | deadlines.Recoupment] = getattr(deadlines, name)
    print_text(count(parse_date(options.date)).to_text(as_of=options.as_of or today()))
    return OK


_SAME_DEADLINE = {"appeal": "redetermination"}


def _print_found(found: DatedCodeTable[D], words: str) -> int:
    if not found:
        return fail(f"No code or title matches {quote(words, 40)}. Try another word.")
    for code in list(found.values())[:_MAX_PRINTED]:
        print_text(str(code))
    if len(found) > _MAX_PRINTED:
        print(f"and {len(found) - _MAX_PRINTED} more")
    return OK


def ago(day: date, today: date) -> str:
    """Time since a day, in words; empty if the clock says it is in the future."""
    days = (today - day).days
    if days < 0:
        return ""
    return ", today" if days == 0 else f", {days:,} day{'' if days == 1 else 's'} ago"


def _status(period: RatePeriod) -> str:
    note = f"; {period.note}" if period.note else ""
    return f"{period.span}, {period.status}{note}"


def _print_authorities(period: RatePeriod) -> None:
    for authority in period.authorities:
        print_text(f"        {authority}")


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "rate": _rate,
    "reduce": _reduce,
    "schedule": _schedule,
    "carc": _carc,
    "rarc": _rarc,
    "deadline": _deadline,
}
