"""Draw an audit: dollars right and in question, by month and verdict."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import attrs

from sequestration._audit.result import Audit
from sequestration._audit.totals import AuditTotals, Sums
from sequestration._checking.findings import Verdict
from sequestration._errors import InvalidArgumentType
from sequestration._messages import counted
from sequestration._money import as_dollars, format_dollars
from sequestration.plot._checked_frame import sum_checked_rows
from sequestration.plot._gaps import draw_gaps
from sequestration.plot._months import MonthAxis, month_number, place_months, scale_months
from sequestration.plot._rows import cents_a_unit
from sequestration.plot._style import (
    BLACK,
    BLUE,
    EDGE,
    GRAY,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    THIN,
    VERMILION,
    YELLOW,
    Axes,
    Look,
    height,
    ink,
    make_legend,
    make_room,
    picture_axes,
    say_empty,
    scale_dollars,
    set_title,
)

__all__ = ["audit"]

_RIGHT = "withheld correctly"
_LOOKS = {
    _RIGHT: Look(BLUE),
    Verdict.UNDETERMINED.words: Look(GRAY, "//"),
    Verdict.REVERSAL.words: Look(GREEN, "\\\\"),
    Verdict.CUT_TOO_LARGE.words: Look(VERMILION, "xx"),
    Verdict.CUT_NOT_DUE.words: Look(ORANGE, "++"),
    Verdict.CUT_TOO_SMALL.words: Look(SKY, ".."),
    Verdict.MISSING.words: Look(PURPLE, "--"),
    Verdict.WRONG_GROUP.words: Look(YELLOW, "oo"),
}
"""Layers of the stack, from the bottom up, with their looks."""

_MANY = 36


def audit(
    audit: Audit | Any,
    *,
    reported: str | None = None,
    on: str | None = None,
    prefix: str = "",
    unit: Literal["dollars", "cents"] = "dollars",
    right: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw the dollars of an audit by service month and verdict, one stack per month.

    Correct amounts are at the bottom, undetermined ones above, and dollars in question on top, by verdict: the
    dollars over-withheld and under-withheld on claims and lines that need review. Reversals go below zero. The
    legend has the sum of each layer; amounts without a date are only in the legend. A long run of months without
    amounts is a labeled gap. Only amounts judged by Medicare fee-for-service law are included.

    A frame that `frames.check` returned is drawn the same way: give the columns that were given to the check. A lazy
    frame is collected. Rows without a verdict are only in the legend.

    Args:
        audit: Audit to draw, or a frame that `frames.check` returned, of any engine.
        reported: Column of a frame with the reported 253; None for "reported".
        on: Column of a frame with the date that set the rate; None for "on".
        prefix: Text before the names of the columns that the check added, as in the check.
        unit: "dollars" or "cents", as in the check.
        right: Whether to draw the correct amounts, which are usually far larger.
        ax: Axes to draw on; None for new ones.

    Returns:
        The axes drawn on.

    Raises:
        MissingExtra: matplotlib is not installed, or narwhals is not and a frame is given.
        InvalidArgumentType: `audit` is neither an `Audit` nor a frame, arguments for a frame are given with an audit,
            or `ax` is not one `Axes`.
        UnknownColumn: The frame lacks a column.
        InvalidArgument: `unit` is unknown, or a verdict of the frame is.

    >>> from sequestration import check_835
    >>> audit(check_835(EXAMPLE)).get_title()
    'Sequestration by service month: $1.60 withheld, $0.00 in question'
    """
    ax = picture_axes(ax)
    totals, without = _totals(audit, reported, on, prefix, unit)
    stacks = _stacks(totals, right)
    axis = place_months([month for stack in stacks.values() for month in stack.cents])
    highest = _draw(ax, stacks, axis)
    _finish(ax, totals, stacks, highest, notes=_notes(totals, without))
    scale_months(ax, axis)
    draw_gaps(ax, axis.gaps)
    return ax


def _totals(
    audit: Audit | Any, reported: str | None, on: str | None, prefix: str, unit: str
) -> tuple[AuditTotals, int]:
    """Totals to draw, and the number of rows of a frame without a verdict."""
    cents = cents_a_unit(unit)
    if isinstance(audit, Audit):
        if reported is not None or on is not None or prefix or unit != "dollars":
            raise InvalidArgumentType("Pass reported, on, prefix and unit only with a frame. An audit has its own.")
        return audit.totals, 0
    return sum_checked_rows(
        audit,
        reported="reported" if reported is None else reported,
        on="on" if on is None else on,
        prefix=prefix,
        unit_cents=cents,
    )


@attrs.define
class _Stack:
    """One layer of dollars: whole cents by month."""

    look: Look
    cents: dict[int, int] = attrs.field(factory=dict)

    def add(self, month: int, cents: int) -> None:
        """Add the cents of a month; None adds nothing."""
        if cents:
            self.cents[month] = self.cents.get(month, 0) + cents

    @property
    def sum(self) -> Decimal:
        """Dollars of all months."""
        return as_dollars(sum(self.cents.values()))


def _stacks(totals: AuditTotals, right: bool) -> dict[str, _Stack]:
    """The layers with amounts, from the bottom up."""
    stacks = {name: _Stack(look) for name, look in _LOOKS.items()}
    for month, of_month in totals.by_month.items():
        for verdict, sums in of_month.by_verdict.items():
            if verdict.needs_review:
                stacks[verdict.words].add(month_number(month), sums.in_question_cents)
            if right:
                name = verdict.words if verdict in (Verdict.UNDETERMINED, Verdict.REVERSAL) else _RIGHT
                stacks[name].add(month_number(month), _right_cents(sums))
    return {name: stack for name, stack in stacks.items() if stack.cents}


def _right_cents(sums: Sums) -> int:
    """Reported amount that is not in question: the lower of reported and expected."""
    return min(sums.reported_cents, sums.expected_cents) if sums.in_question_cents else sums.reported_cents


def _draw(ax: Axes, stacks: Mapping[str, _Stack], axis: MonthAxis) -> Decimal:
    """Draw the stacks up and down from zero, and return the largest height in dollars."""
    up, down = dict.fromkeys(axis.places, 0), dict.fromkeys(axis.places, 0)
    for name, stack in stacks.items():
        bottoms = []
        for month, cents in stack.cents.items():
            side = up if cents > 0 else down
            bottoms.append(height(as_dollars(side[month])))
            side[month] += cents
        ax.bar(
            [axis.places[month] for month in stack.cents],
            [height(as_dollars(cents)) for cents in stack.cents.values()],
            bottom=bottoms,
            color=stack.look.color,
            hatch=stack.look.hatch,
            edgecolor=BLACK,
            linewidth=EDGE if len(axis.places) <= _MANY else 0,
            label=f"{name}: {format_dollars(stack.sum)}",
        )
    ax.axhline(0, color=ink(ax), linewidth=THIN)
    return as_dollars(max([*up.values(), *(-cents for cents in down.values())], default=0))


def _notes(totals: AuditTotals, without: int) -> list[str]:
    """Entries of the legend for what is not shown."""
    undated = totals.no_date.withheld
    notes = [f"not shown (no date): {format_dollars(undated)}"] if undated else []
    return [*notes, f"not shown (no verdict): {counted(without, 'row')}"] if without else notes


def _finish(ax: Axes, totals: AuditTotals, stacks: Mapping[str, _Stack], highest: Decimal, *, notes: list[str]) -> None:
    for note in notes:
        ax.plot([], [], linestyle="none", label=note)
    scale_dollars(ax, highest)
    entries = len(stacks) + len(notes)
    if entries:
        make_room(ax, rows=(entries + 1) // 2)
        make_legend(ax, columns=2)
    if not stacks:
        say_empty(ax, "no dollars to draw")
    question = format_dollars(totals.in_question)
    set_title(ax, f"Sequestration by service month: {format_dollars(totals.withheld)} withheld, {question} in question")
