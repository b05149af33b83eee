"""Draw an audit: dollars right and in question, by month and verdict."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs

from sequestration._audit.result import Audit
from sequestration._audit.totals import AuditTotals, Sums
from sequestration._checking.findings import Verdict
from sequestration._money import as_dollars
from sequestration.plot._months import month_number, scale_months
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
    dollars,
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


def audit(audit: Audit, *, right: bool = True, ax: Axes | None = None) -> Axes:
    """Draw the dollars of an audit by month and verdict, one stack per month.

    Correct amounts are at the bottom, undetermined ones above, and dollars in question on top, by verdict: the
    dollars over-withheld and under-withheld on claims and lines that need review. Reversals go below zero. The
    legend has the sum of each layer; amounts without a date are only in the legend. Only amounts judged by Medicare
    fee-for-service law are included.

    Args:
        audit: Audit to draw.
        right: Whether to draw the correct amounts, which are usually far larger.
        ax: Axes to draw on; None for new ones.

    Returns:
        The axes drawn on.

    Raises:
        MissingExtra: matplotlib is not installed.
        InvalidArgumentType: `ax` is not one `Axes`.

    >>> from sequestration import check_835
    >>> audit(check_835(EXAMPLE)).get_title()
    'Sequestration: $1.60 withheld, $0.00 in question'
    """
    ax = picture_axes(ax)
    totals = audit.totals
    stacks = _stacks(totals, right)
    months = [month_number(month) for month in sorted(totals.by_month, key=month_number)]
    highest = _draw(ax, stacks, months)
    _finish(ax, totals, stacks, months, highest)
    return ax


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


def _draw(ax: Axes, stacks: Mapping[str, _Stack], months: list[int]) -> Decimal:
    """Draw the stacks up and down from zero, and return the largest height in dollars."""
    up, down = dict.fromkeys(months, 0), dict.fromkeys(months, 0)
    for name, stack in stacks.items():
        bottoms = []
        for month, cents in stack.cents.items():
            side = up if cents > 0 else down
            bottoms.append(height(as_dollars(side[month])))
            side[month] += cents
        ax.bar(
            list(stack.cents),
            [height(as_dollars(cents)) for cents in stack.cents.values()],
            bottom=bottoms,
            color=stack.look.color,
            hatch=stack.look.hatch,
            edgecolor=BLACK,
            linewidth=EDGE if len(months) <= _MANY else 0,
            label=f"{name}: {dollars(stack.sum)}",
        )
    ax.axhline(0, color=ink(ax), linewidth=THIN)
    return as_dollars(max([*up.values(), *(-cents for cents in down.values())], default=0))


def _finish(ax: Axes, totals: AuditTotals, stacks: Mapping[str, _Stack], months: list[int], highest: Decimal) -> None:
    undated = totals.no_date.withheld
    if undated:
        ax.plot([], [], linestyle="none", label=f"not shown (no date): {dollars(undated)}")
    scale_months(ax, months)
    scale_dollars(ax, highest)
    entries = len(stacks) + bool(undated)
    if entries:
        make_room(ax, rows=(entries + 1) // 2)
        make_legend(ax, columns=2)
    else:
        say_empty(ax, "no data")
    title = f"Sequestration: {dollars(totals.withheld)} withheld, {dollars(totals.in_question)} in question"
    set_title(ax, title)
