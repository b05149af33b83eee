"""Write the deadlines of findings as a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from pathlib import PurePath
from typing import TypeAlias

from sequestration._checking.findings import Finding
from sequestration._dates import Day, day_or_today, for_readers
from sequestration._errors import InvalidArgument
from sequestration._messages import shorten_repr
from sequestration._money import dollars_if_known
from sequestration._printable import make_single_line
from sequestration.deadlines import Deadline

__all__ = ["write_calendar"]

_MAX_OCTETS = 75  # Of a line, without its end (RFC 5545, 3.1).
_ESCAPES = {ord("\\"): "\\\\", ord(";"): "\\;", ord(","): "\\,", ord("\n"): "\\n"}

_Event: TypeAlias = tuple[Deadline, list[Finding]]
"""A deadline of a claim, and the findings of the claim that have it."""


def write_calendar(
    findings: Iterable[Finding], *, as_of: Day | None = None, alarm_days: int | None = None, dropped: int = 0
) -> str:
    """Write a calendar with one all-day event for each claim and deadline.

    The same finding always has the same UID, so that a calendar that is imported again updates its events.

    Args:
        findings: Findings with their steps.
        as_of: Day on which the calendar is made; earlier deadlines are left out. None for today.
        alarm_days: Number of days before the last day on which a reminder appears; None for no reminder.
        dropped: Number of findings that were not kept, which the calendar reports.

    Raises:
        InvalidDate: `as_of` is not a date.
        InvalidArgument: `alarm_days` is not a number of days.
    """
    made_on = day_or_today(as_of)
    if alarm_days is not None and (isinstance(alarm_days, bool) or not isinstance(alarm_days, int) or alarm_days < 0):
        raise InvalidArgument(f"alarm_days must be a number of days, not {shorten_repr(alarm_days)}")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sequestration//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    if dropped:
        lines.append(f"X-WR-CALDESC:{_text(f'{dropped:,} more findings were not kept and are not in this calendar.')}")
    for deadline, group in _events(findings, made_on):
        lines += _event_lines(deadline, group, made_on, alarm_days)
    lines.append("END:VCALENDAR")
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _events(findings: Iterable[Finding], made_on: date) -> list[_Event]:
    """Deadlines that have not passed, the earliest first, with their findings."""
    found: dict[tuple[object, ...], _Event] = {}
    for finding in findings:
        for deadline in _deadlines(finding):
            if deadline.last_day >= made_on:
                key = (_stable_key(finding), deadline.rule, deadline.last_day)
                found.setdefault(key, (deadline, []))[1].append(finding)
    return sorted(found.values(), key=lambda event: event[0].last_day)


def _deadlines(finding: Finding) -> Sequence[Deadline]:
    return finding.step.deadlines if finding.step is not None else ()


def _stable_key(finding: Finding) -> tuple[str, ...]:
    """Values that identify a claim, wherever its file is stored."""
    return (
        PurePath(finding.file or "").name,
        finding.payer,
        finding.trace_number,
        str(finding.remitted_on),
        finding.transaction,
        str(finding.claim_position),
        finding.payer_claim_number,
        finding.claim,
    )


def _event_lines(deadline: Deadline, group: Sequence[Finding], made_on: date, alarm_days: int | None) -> Iterator[str]:
    first = group[0]
    summary = _text(f"Last day to {deadline.title}: claim {first.claim}")
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(deadline, first)}"
    yield f"DTSTAMP:{_day(made_on)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_day(deadline.last_day)}"
    yield f"SUMMARY:{summary}"
    yield f"DESCRIPTION:{_text(*_description(deadline, group))}"
    yield "TRANSP:TRANSPARENT"
    if alarm_days is not None:
        yield from (
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{summary}",
            f"TRIGGER:-P{alarm_days}D",
            "END:VALARM",
        )
    yield "END:VEVENT"


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _uid(deadline: Deadline, finding: Finding) -> str:
    parts = "\0".join((*_stable_key(finding), deadline.rule))
    return f"{sha256(parts.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@sequestration"


def _description(deadline: Deadline, group: Sequence[Finding]) -> Iterator[str]:
    first = group[0]
    if first.payer:
        yield f"Payer: {first.payer}"
    if first.payer_claim_number:
        yield f"Payer claim number: {first.payer_claim_number}"
    if first.trace_number:
        yield f"Check or EFT number: {first.trace_number}"
    for finding in group:
        place = "Claim" if finding.line is None else f"Line {finding.line}"
        procedure = f", {finding.procedure}" if finding.procedure else ""
        amounts = [("withheld", finding.reported), ("expected", finding.expected)]
        yield f"{place}{procedure}: " + ", ".join(f"{name} {dollars_if_known(amount)}" for name, amount in amounts)
    yield f"Next step: {first.step.action if first.step else ''}"
    yield f"Last day: {for_readers(deadline.last_day)} ({deadline.authority.citation})"


def _text(*lines: str) -> str:
    """Lines of text as one value, escaped; what a file brings cannot end a line."""
    return "\n".join(map(make_single_line, lines)).translate(_ESCAPES)


def _fold(line: str) -> str:
    """Break a line into parts of at most 75 octets, never within a character."""
    parts, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _MAX_OCTETS:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += octets
    return "\r\n".join(parts)
