"""Next steps of claims, each kind explained once, and requests for reopening."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from heapq import nlargest

from sequestration._checking.findings import Finding
from sequestration._codes.step import Step
from sequestration._export.report.claims import ReviewedClaim
from sequestration._export.report.labels import start_sentence
from sequestration._export.report.layout import section
from sequestration._html import Piece, element, escape, join_pieces
from sequestration._worklist.reopening import reopening_request
from sequestration._worklist.step_list import REVERSED

__all__ = ["NextSteps", "requested_claims", "requests_section"]

MAX_REQUESTS = 300
"""Claims with the most dollars whose requests are on the page: each is a text of 1.5 KB."""


class NextSteps:
    """Kinds of steps that the findings of a page need, numbered as they come up.

    Args:
        as_of: Day from which the days left are counted.
        is_settled: Whether the payment of a finding was reversed, so that nothing is to do.
    """

    def __init__(self, as_of: date, is_settled: Callable[[Finding], bool]) -> None:
        self._as_of = as_of
        self.is_settled = is_settled
        self._kinds: dict[tuple[object, ...], tuple[int, Step]] = {}
        self._texts: dict[tuple[object, ...], Piece] = {}

    def text(self, finding: Finding) -> Piece:
        """Write the instruction, linked to its kind of step; empty if nothing is to do."""
        step = finding.step
        if step is None or not finding.verdict.needs_review:
            return Piece()
        if self.is_settled(finding):
            return _next_step("Next step:", f"{REVERSED}.")
        key = (step.action, step.why, tuple((each.rule, each.last_day) for each in step.deadlines))
        known = self._texts.get(key)
        if known is None:
            known = self._texts[key] = self._text(step)
        return known

    def section(self) -> Piece:
        """Explain each kind of step that was linked, once."""
        if not self._kinds:
            return Piece()
        return section("steps", "Next steps", *(self._kind(number, step) for number, step in self._kinds.values()))

    def _text(self, step: Step) -> Piece:
        number, _ = self._kinds.setdefault((step.action, step.why), (len(self._kinds) + 1, step))
        return _next_step(element("a", "Next step:", href=f"#step-{number}"), step.instruction(self._as_of))

    def _kind(self, number: int, step: Step) -> Piece:
        clocks = [
            element(
                "li",
                f"{start_sentence(each.title)}: {each.period}. "
                f"After it you lose {each.lost} ({each.authority.citation}).",
            )
            for each in step.deadlines
        ]
        return element(
            "div",
            element("h3", step.task or start_sentence(step.action), id=f"step-{number}"),
            element("p", step.why),
            element("ul", *clocks) if clocks else "",
            element("p", f"Authority: {step.authority}.", class_="soft") if step.authority else "",
            class_="step",
        )


def _next_step(label: object, instruction: str) -> Piece:
    """Lay out what to do, so that the page's script finds the instruction for its CSV."""
    return join_pieces([label, " ", element("span", instruction)])


def requested_claims(owed: Iterable[ReviewedClaim]) -> dict[int, ReviewedClaim]:
    """Over-withheld claims with the most dollars, whose request is on the page."""
    largest = nlargest(MAX_REQUESTS, owed, key=lambda claim: (claim.in_question_cents, -claim.number))
    return {claim.number: claim for claim in sorted(largest, key=lambda claim: claim.number)}


def requests_section(claims: dict[int, ReviewedClaim], *, all_owed: int) -> Iterator[str]:
    """Yield the requests for reopening, one for each claim.

    Args:
        claims: Claims by number.
        all_owed: Number of all over-withheld claims on the page.
    """
    if not claims:
        return
    yield '<section aria-labelledby="requests" class="requests">'
    yield element("h2", "Reopening requests", id="requests")
    yield element(
        "p",
        "One for each over-withheld claim, for your MAC's form or your own letter. This page sends nothing. Add the "
        "beneficiary's name and Medicare number, and sign.",
        class_="soft",
    )
    if all_owed > len(claims):
        yield element(
            "p",
            f"This page has the requests for {len(claims):,} of {all_owed:,} over-withheld claims, those with the most "
            "dollars. To write all of them, use the command sequestration request.",
        )
    for number, claim in claims.items():
        text = reopening_request(claim.owed_to_provider)
        name = claim.findings[0].claim or f"{number}"
        yield (
            f'<details class="request"><summary>Request for claim {escape(name)}</summary>'
            f'<pre id="request-{number}">{escape(text)}</pre></details>\n'
        )
    yield "</section>\n"
