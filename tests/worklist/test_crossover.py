"""The carry-over: what the claim to the next payer repeats, where, and that it balances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import sequestration as seq
from tests.making import Claim, claim, line, remittance

CUT = [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")]
TWO_LINES = (
    line("99213", "150", "80", [("CO", "45", "50"), ("PR", "2", "20")]),
    line("36415", "60", "20", [("CO", "45", "40")]),
)


def carried(made: Claim, *, spread: bool = False, **options: Any) -> seq.SecondaryAdjustments:
    """What is carried over of the one claim of a remittance."""
    (read,) = seq.read_835(remittance(made, **options))
    return seq.secondary_adjustments(read, spread=spread)


def triples(adjustments: tuple[seq.Adjustment, ...]) -> list[tuple[str, str, str]]:
    return [(item.group, item.reason, str(item.amount)) for item in adjustments]


def test_what_stands_at_a_line_stays_there() -> None:
    found = carried(claim("A", line("99213", "150", "78.40", CUT)))

    (only,) = found.lines
    assert triples(only.adjustments) == [("CO", "45", "50.00"), ("CO", "253", "1.60"), ("PR", "2", "20.00")]
    assert (only.number, only.procedure, only.charge, only.paid) == (1, "99213", Decimal("150.00"), Decimal("78.40"))
    assert found.adjustments == ()
    assert (found.sequestration, found.paid, found.adjudicated_on) == (
        Decimal("1.60"),
        Decimal("78.40"),
        date(2024, 3, 15),
    )
    assert found.balances


def test_what_stands_at_the_claim_stays_there() -> None:
    found = carried(claim("A", *TWO_LINES, paid="98", adjustments=[("CO", "253", "2")]))

    assert triples(found.adjustments) == [("CO", "253", "2.00")]
    assert [triples(item.adjustments) for item in found.lines] == [
        [("CO", "45", "50.00"), ("PR", "2", "20.00")],
        [("CO", "45", "40.00")],
    ]
    assert found.sequestration == Decimal("2.00")
    assert found.balances


def test_a_claim_without_lines() -> None:
    adjustments = [("CO", "45", "900"), ("CO", "253", "2"), ("PR", "2", "20")]
    found = carried(claim("A", charge="1020", paid="98", adjustments=adjustments))

    assert triples(found.adjustments) == [("CO", "45", "900.00"), ("CO", "253", "2.00"), ("PR", "2", "20.00")]
    assert found.lines == ()
    assert found.balances


def test_lines_that_were_not_decided_one_by_one_are_left_out() -> None:
    lines = [line("", "500", "0", qualifier="NU", revenue_code="0120"), line("", "520", "0", qualifier="NU")]
    found = carried(claim("A", *lines, paid="98", adjustments=[("CO", "45", "920"), ("CO", "253", "2")]))

    assert found.lines == ()
    assert found.balances


def test_a_cut_is_spread_only_when_asked_and_in_proportion_to_the_payments() -> None:
    made = claim("A", *TWO_LINES, paid="98", adjustments=[("CO", "253", "2")])
    found = carried(made, spread=True)

    assert found.adjustments == ()
    assert [item.paid for item in found.lines] == [Decimal("78.40"), Decimal("19.60")]
    assert [triples(item.adjustments)[-1] for item in found.lines] == [("CO", "253", "1.60"), ("CO", "253", "0.40")]
    assert found.sequestration == Decimal("2.00")
    assert found.balances


def test_the_largest_remainder_takes_the_cent_that_is_left() -> None:
    # 2 % of 1.50 is 0.03: thirds of 0.50, 0.40 and 0.60 are 1.0, 0.8 and 1.2 cents.
    lines = [line("99213", amount, amount) for amount in ("0.50", "0.40", "0.60")]
    found = carried(claim("A", *lines, paid="1.47", adjustments=[("CO", "253", "0.03")]), spread=True)

    assert [item.paid for item in found.lines] == [Decimal("0.49"), Decimal("0.39"), Decimal("0.59")]
    assert found.balances


def test_the_first_line_takes_the_cent_where_remainders_are_equal() -> None:
    lines = [line("99213", "0.25", "0.25") for _ in range(2)]
    found = carried(claim("A", *lines, paid="0.49", adjustments=[("CO", "253", "0.01")]), spread=True)

    assert [triples(item.adjustments) for item in found.lines] == [[("CO", "253", "0.01")], []]


def test_a_returned_cut_is_spread_over_what_was_taken_back() -> None:
    lines = (
        line("99213", "-150", "-80", [("CO", "45", "-50"), ("PR", "2", "-20")]),
        line("36415", "-60", "-20", [("CO", "45", "-40")]),
    )
    found = carried(claim("A", *lines, paid="-98", adjustments=[("CO", "253", "-2")]), spread=True)

    assert [triples(item.adjustments)[-1] for item in found.lines] == [("CO", "253", "-1.60"), ("CO", "253", "-0.40")]
    assert [item.paid for item in found.lines] == [Decimal("-78.40"), Decimal("-19.60")]
    assert found.balances


def test_a_line_whose_payment_was_taken_back_has_no_share() -> None:
    lines = (line("99213", "100", "100"), line("36415", "-20", "-20"))
    found = carried(claim("A", *lines, paid="78", adjustments=[("CO", "253", "2")]), spread=True)

    assert [triples(item.adjustments) for item in found.lines] == [[("CO", "253", "2.00")], []]
    assert [item.paid for item in found.lines] == [Decimal("98.00"), Decimal("-20.00")]


def test_a_claim_of_which_nothing_was_paid_balances() -> None:
    found = carried(claim("A", line("99213", "150", "0", [("CO", "50", "150")]), status="4"))

    assert (found.paid, found.gaps) == (Decimal("0.00"), ())
    assert carried(claim("A", line("99213", "0", "0", [("CO", "45", "1"), ("OA", "94", "-1")]))).balances


@pytest.mark.parametrize(
    ("amount", "paid", "lines"),
    [("0", "100", 2), ("0.01", "99.99", 2), ("0.01", "100", 0), ("-1", "101", 2), ("1", "100", 0)],
)
def test_lines_without_adjustments_were_decided_if_their_payments_add_up(amount: str, paid: str, lines: int) -> None:
    plain = (line("99213", "80", "80"), line("36415", "20", "20"))
    found = carried(claim("A", *plain, paid=paid, adjustments=[("CO", "45", amount)]))

    assert len(found.lines) == lines


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (claim("A", charge="x", paid="1"), "claim A: the charge could not be read"),
        (claim("A", charge="1", paid="x"), "claim A: the payment could not be read"),
        (claim("A", charge="1", paid="1", adjustments=[("CO", "45", "x")]), "claim A: the amount of CO-45 could not"),
        (claim("A", line("1", "x", "1", CUT), charge="1"), "claim A, line 1: the charge could not be read"),
        (claim("A", line("1", "1", "x", CUT), paid="1"), "claim A, line 1: the payment could not be read"),
    ],
)
def test_what_could_not_be_read_is_named(made: Claim, says: str) -> None:
    with pytest.raises(seq.InvalidAmount, match=f"^{says}.*, so the secondary claim can't be built"):
        carried(made)


def test_other_adjustments_of_the_claim_are_not_spread() -> None:
    made = claim("A", *TWO_LINES, paid="93", adjustments=[("CO", "253", "2"), ("PR", "1", "5")])
    found = carried(made, spread=True)

    assert triples(found.adjustments) == [("PR", "1", "5.00")]
    assert found.balances


def test_lines_from_whose_payments_the_cut_was_taken_already_keep_them() -> None:
    lines = (
        line("99213", "150", "78.40", [("CO", "45", "50"), ("PR", "2", "20")]),
        line("36415", "60", "19.60", [("CO", "45", "40")]),
    )
    made = claim("A", *lines, paid="98", adjustments=[("CO", "253", "2")])

    assert [(gap.line, gap.amount) for gap in carried(made).gaps] == [
        (1, Decimal("1.60")),
        (2, Decimal("0.40")),
        (None, Decimal("-2.00")),
    ]
    assert [item.paid for item in carried(made, spread=True).lines] == [Decimal("78.40"), Decimal("19.60")]
    assert carried(made, spread=True).balances


def test_nothing_paid_on_any_line_cannot_be_spread_over() -> None:
    made = claim("A", line("99213", "100", "0", [("CO", "45", "2")]), paid="96", adjustments=[("CO", "253", "2")])

    with pytest.raises(
        ValueError,
        match=r"claim A: nothing was paid on any line, so its CARC 253 amount can't be divided among the lines.",
    ):
        carried(made, spread=True)


@pytest.mark.parametrize(
    ("made", "sign"),
    [
        (claim("A", line("99213", "150", "78.40", CUT), status="19"), "status 19"),
        (claim("A", line("99213", "150", "78.40", CUT), status="20"), "status 20"),
        (claim("A", line("99213", "150", "78.40", CUT), status="21"), "status 21"),
        (claim("A", line("99213", "150", "78.40", CUT), remarks=["MA01", "MA18"]), "remark MA18"),
        (claim("A", line("99213", "150", "78.40", CUT), remarks=["MA07"]), "remark MA07"),
        (claim("A", line("99213", "150", "78.40", CUT, remarks=["N89"])), "remark N89"),
        (
            claim("A", line("99213", "150", "78.40", CUT), extra=["NM1*TT*2*NEXT PAYER*****PI*001"]),
            "crossover carrier NEXT PAYER",
        ),
    ],
)
def test_a_claim_that_was_sent_on_is_not_sent_again(made: Claim, sign: str) -> None:
    found = carried(made, produced="20240315")

    assert found.forwarded
    assert found.signs == (sign,)
    assert found.wait_until == date(2024, 4, 5)  # fifteen working days, no holiday among them
    assert "a second claim would be a duplicate" in str(found)


def test_a_holiday_is_no_working_day() -> None:
    found = carried(claim("A", line("99213", "150", "78.40", CUT), status="19"), produced="20231215")

    assert found.wait_until == date(2024, 1, 9)  # without Christmas and New Year's Day


def test_a_remittance_at_the_end_of_the_calendar_has_no_day_to_wait_for() -> None:
    found = carried(claim("A", line("99213", "150", "78.40", CUT), status="19"), produced="99991231")

    assert (found.forwarded, found.wait_until) == (True, None)


def test_a_claim_that_was_not_sent_on() -> None:
    found = carried(claim("A", line("99213", "150", "78.40", CUT), remarks=["MA01"]))

    assert not found.forwarded
    assert (found.signs, found.wait_until) == ((), None)
    assert "duplicate" not in str(found)


def test_everything_of_a_claim_is_in_its_text() -> None:
    lines = (
        line("99213:25", "150", "78.40", CUT, extra=["REF*6R*L1"]),
        line("36415", "10", "9.80", [("CO", "253", "0.20")]),
    )
    made = claim("A-1", *lines, paid="83.20", status="19", adjustments=[("PR", "1", "5")])
    found = carried(made, produced="20240315")

    assert found.balances
    assert str(found).splitlines() == [
        "claim A-1: charge $160.00, Medicare paid $83.20 on Mar 15, 2024",
        "  Medicare forwarded this claim (status 19). Wait until Apr 5, 2024, then check with the next payer",
        "  first: a second claim would be a duplicate. If the payer has no claim, send this:",
        "  claim level (loop 2320):",
        "    PR-1  $5.00",
        "  line 1 (loop 2430), 99213 25: charge $150.00, paid $78.40",
        "    CO-45  $50.00",
        "    CO-253  $1.60",
        "    PR-2  $20.00",
        "  line 2 (loop 2430), 36415: charge $10.00, paid $9.80",
        "    CO-253  $0.20",
        "  In balance.",
    ]


def test_a_person_is_no_crossover_carrier() -> None:
    made = claim("A", line("99213", "150", "78.40", CUT), extra=["NM1*TT*1*PERSONNAME*GIVEN", "NM1*TTX*2*ODD"])
    (read,) = seq.read_835(remittance(made))

    assert read.crossover_carrier == ""


def test_a_reversal_is_not_carried_over() -> None:
    negated = [(group, reason, f"-{amount}") for group, reason, amount in CUT]
    made = claim("A", line("99213", "-150", "-78.40", negated), status="22")

    with pytest.raises(ValueError, match=r"claim A is a reversal \(status 22\)"):
        carried(made)


def test_a_claim_that_breaks_off_is_not_carried_over() -> None:
    whole = remittance(claim("A", line("99213", "150", "78.40", CUT)))
    (read,) = seq.read_835(whole[: whole.index(b"CAS*PR")] if b"CAS*PR" in whole else whole[:-200])

    with pytest.raises(ValueError, match="the file ends in it"):
        seq.secondary_adjustments(read)


def test_an_amount_that_cannot_be_read_is_an_error_with_its_place() -> None:
    made = claim("A", line("99213", "150", "78.40", [("CO", "45", "50"), ("CO", "253", "1.6USD"), ("PR", "2", "20")]))

    with pytest.raises(seq.InvalidAmount, match=r"claim A, line 1: the amount of CO-253 could not be read"):
        carried(made)


def test_adjustments_of_nothing_are_left_out_and_quantities_kept() -> None:
    made = claim("A", line("99213", "150", "80", [("CO", "45", "50"), ("CO", "253", "0")], extra=["CAS*PR*2*20*3"]))
    found = carried(made)

    assert triples(found.lines[0].adjustments) == [("CO", "45", "50.00"), ("PR", "2", "20.00")]
    assert found.lines[0].adjustments[1].quantity == "3"
    assert found.sequestration == Decimal("0.00")


def test_what_does_not_balance_is_told_with_its_amount() -> None:
    found = carried(claim("A", line("99213", "150", "78.40", [("CO", "45", "50"), ("PR", "2", "20")])))

    assert not found.balances
    assert [str(gap) for gap in found.gaps] == [
        "line 1 is out of balance by $1.60",
        "the claim is out of balance by $1.60",
    ]
    assert "line 1 is out of balance by $1.60" in str(found)


def test_lines_that_are_paid_otherwise_than_the_claim_do_not_balance() -> None:
    made = claim("A", *TWO_LINES, charge="211", paid="101")
    found = carried(made)

    assert [(gap.line, gap.amount) for gap in found.gaps] == [(None, Decimal("-1.00"))]


def test_the_model_is_left_as_it_was() -> None:
    (read,) = seq.read_835(remittance(claim("A", *TWO_LINES, paid="98", adjustments=[("CO", "253", "2")])))
    before = repr(read), read.to_text()
    seq.secondary_adjustments(read, spread=True)

    assert (repr(read), read.to_text()) == before


def test_plain_values() -> None:
    found = carried(claim("A", line("99213", "150", "78.40", CUT), status="19")).to_dict()

    assert found["forwarded"] is True
    assert (found["wait_until"], found["adjudicated_on"]) == ("2024-04-05", "2024-03-15")
    assert found["lines"][0]["adjustments"][1] == {"group": "CO", "reason": "253", "amount": "1.60", "quantity": None}
    assert (found["sequestration"], found["balances"], found["gaps"]) == ("1.60", True, [])


def test_a_claim_of_ones_own_without_a_remittance() -> None:
    item = seq.Adjustment("CO", "253", "1.60")
    made = seq.Claim("A", "19", "80", "78.40", lines=[seq.ServiceLine("99213", "80", "78.40", adjustments=[item])])
    found = seq.secondary_adjustments(made)

    assert (found.forwarded, found.wait_until, found.adjudicated_on) == (True, None, None)
    assert found.balances
