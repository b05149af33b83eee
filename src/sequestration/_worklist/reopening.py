"""Write the request to reopen a claim with over-withheld sequestration.

A miscalculated sequestration adjustment is a clerical error. A MAC (Medicare Administrative Contractor) corrects it
through a reopening, not through an appeal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import fill, wrap
from typing import TypeAlias

from sequestration._checking.findings import Finding, OwedTo, Verdict
from sequestration._dates import for_readers
from sequestration._errors import InvalidArgument, InvalidArgumentType
from sequestration._law.periods import format_span, percent
from sequestration._law.rules import rules
from sequestration._messages import shorten_repr
from sequestration._money import as_cents, as_dollars, dollars_if_known, format_dollars
from sequestration._printable import make_single_line
from sequestration._x12.model import Claim, ServiceLine

__all__ = ["can_be_requested", "reopening_request"]

_WIDTH = 80
_NAME_WIDTH = 40
_UNKNOWN = "not in the remittance"
_BLANK = "_" * 32
_Row: TypeAlias = tuple[str, str]
_ERRORS: Mapping[Verdict, str] = {
    Verdict.CUT_TOO_LARGE: "more was withheld than the rate in effect on the date of service requires",
    Verdict.CUT_NOT_DUE: "sequestration was withheld, but none was in effect on the date of service",
}
"""Clerical error of each verdict that is owed to the provider."""


def reopening_request(findings: Finding | Iterable[Finding], *, claim: Claim | None = None) -> str:
    """Write the request for a clerical error reopening of one claim.

    The text is for the MAC. It has the numbers of the claim, the provider and the payment, and for each line what was
    withheld, what should have been withheld, and by which law. It names no patient: the sender adds the
    beneficiary's name and Medicare number, and signs. Source: 42 CFR 405.980(a)(3), 405.927.

    Args:
        findings: Findings of one claim, each of them owed to the provider.
        claim: The same claim from `read_835`, which adds charges and allowed amounts; None to leave them out.

    Raises:
        InvalidArgument: A finding is not owed to the provider, the findings are of several claims, or `claim` is
            another claim.
        InvalidArgumentType: `findings` holds something else, or `claim` is not a `Claim`.

    >>> from sequestration import check_adjustment
    >>> finding = check_adjustment(reported="2.60", paid="101.40", on="2024-01-15", allowed="130")
    >>> print(reopening_request(finding).splitlines()[0])
    REQUEST FOR CLERICAL ERROR REOPENING
    """
    found = _findings_of_one_claim(findings)
    _refuse_another_claim(claim, found[0])
    citations = " and ".join(rules().clerical_error_citations)
    blocks = [
        "REQUEST FOR CLERICAL ERROR REOPENING",
        _table(_claim_rows(found[0])),
        fill(
            f"The sequestration adjustment (CARC 253) of this claim was not calculated correctly. This is a clerical "
            f"error, which is corrected through a reopening ({citations}).",
            _WIDTH,
        ),
        *(_line_block(finding, claim) for finding in found),
        fill(_question(found), _WIDTH),
        _table([("Requested by", _BLANK), ("Telephone", _BLANK), ("Signature and date", _BLANK)]),
    ]
    return "\n\n".join(blocks)


def can_be_requested(finding: Finding) -> bool:
    """Whether a finding is over-withheld, so that a reopening can be requested."""
    return finding.owed_to is OwedTo.PROVIDER and finding.verdict in _ERRORS


def _findings_of_one_claim(findings: Finding | Iterable[Finding]) -> list[Finding]:
    if isinstance(findings, Finding):
        found: list[Finding] = [findings]
    else:
        if isinstance(findings, (str, bytes)) or not isinstance(findings, Iterable):
            raise InvalidArgumentType(f"reopening_request takes findings, not {type(findings).__name__}")
        found = list(findings)
    if not found:
        raise InvalidArgument("reopening_request needs at least one finding")
    for finding in found:
        if not isinstance(finding, Finding):
            raise InvalidArgumentType(f"reopening_request takes findings, not {shorten_repr(finding)}")
        if not can_be_requested(finding):
            place = make_single_line(finding.place) or "this finding"
            raise InvalidArgument(
                f"{place}: nothing is owed to you ({finding.verdict.words}), so there is nothing to request"
            )
    if len({finding._claim_key for finding in found}) > 1:
        raise InvalidArgument("These findings are from several claims. Write one request per claim.")
    return found


def _refuse_another_claim(claim: Claim | None, finding: Finding) -> None:
    if claim is None:
        return
    if not isinstance(claim, Claim):
        raise InvalidArgumentType(f"claim must be a Claim from read_835, not {type(claim).__name__}")
    numbers = (claim.control_number, claim.payer_control_number.strip())
    if numbers != (finding.claim, finding.payer_claim_number):
        raise InvalidArgument("claim must be the claim of these findings")


def _claim_rows(finding: Finding) -> Iterator[_Row]:
    yield "To", finding.payer
    yield "Payer claim number (ICN/DCN)", finding.payer_claim_number
    yield "Provider NPI", finding.payee_npi
    yield "Patient account number", finding.claim
    yield "Check or EFT number", finding.trace_number
    yield "Payment date", for_readers(finding.payment_date) if finding.payment_date else ""
    yield "Beneficiary name and Medicare number", _BLANK


def _line_block(finding: Finding, claim: Claim | None) -> str:
    place = "Claim level" if finding.line is None else f"Line {finding.line}"
    procedure = f", procedure {make_single_line(finding.procedure)}" if finding.procedure else ""
    head = fill(f"{place}{procedure}: {_ERRORS[finding.verdict]}.", _WIDTH)
    return f"{head}\n{_table(_line_rows(finding, claim))}"


def _line_rows(finding: Finding, claim: Claim | None) -> Iterator[_Row]:
    if finding.line_control_number:
        yield "Line control number", finding.line_control_number
    yield "Date of service", for_readers(finding.on) if finding.on else ""
    yield from _billed_rows(finding, claim)
    yield "Medicare payment before sequestration", dollars_if_known(finding.payable, "")
    if finding.period is not None:
        yield "Sequestration rate", f"{percent(finding.period.rate)} ({format_span(finding.period)})"
        yield "Authority for the rate", "; ".join(authority.citation for authority in finding.period.authorities)
    yield f"Amount withheld ({finding.group or 'CO'}-253)", dollars_if_known(finding.reported, "")
    yield "Correct amount at this rate", dollars_if_known(finding.expected, "")
    yield "Withheld in error", dollars_if_known(finding.difference, "")


def _billed_rows(finding: Finding, claim: Claim | None) -> Iterator[_Row]:
    """Charge and allowed amount, where the claim is given and has them."""
    if claim is None:
        return
    lines = [line for line in claim.lines if line.number == finding.line]
    billed: Claim | ServiceLine | None = claim if finding.line is None else next(iter(lines), None)
    if billed is not None and billed.charge is not None:
        yield "Billed charge", format_dollars(billed.charge)
    if isinstance(billed, ServiceLine) and billed.allowed is not None:
        yield "Allowed amount", format_dollars(billed.allowed)


def _question(findings: Sequence[Finding]) -> str:
    """Request to the MAC, with the total."""
    total = sum(as_cents(finding.difference) for finding in findings if finding.difference is not None)
    return (
        "We ask that you reopen this claim, correct the sequestration adjustment to the amount shown, and pay the "
        f"difference of {format_dollars(as_dollars(total))}."
    )


def _table(rows: Iterable[_Row]) -> str:
    """Names and values in two columns; a long value continues below itself."""
    lines: list[str] = []
    for name, value in rows:
        texts = wrap(make_single_line(value) or _UNKNOWN, _WIDTH - _NAME_WIDTH) or [_UNKNOWN]
        lines += [f"{f'{name}:':<{_NAME_WIDTH}}{texts[0]}", *(" " * _NAME_WIDTH + text for text in texts[1:])]
    return "\n".join(lines)
