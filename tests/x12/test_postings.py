"""What a posting system books of a claim: rows that sum to its charge and its payment, whatever the file says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

import sequestration as seq
from tests.making import RIGHT, Triple, claim, line, remittance

Row: TypeAlias = tuple[int | None, str, str]
BEFORE_THE_CUT: Sequence[Triple] = (("CO", "45", "50"), ("PR", "2", "20"))


def read(made: Any, **options: Any) -> seq.Claim:
    """The claim as the reader returns it."""
    (found,) = seq.read_835(remittance(made, **options))
    return found


def rows(postings: Sequence[seq.Posting]) -> list[Row]:
    """Line, side or code (with a question mark where it is unexplained) and amount of each row."""
    return [
        (
            row.line,
            (f"{row.group}-{row.reason}" if row.group else row.kind.value) + ("?" if row.unexplained else ""),
            str(row.amount),
        )
        for row in postings
    ]


def posted(made: Any) -> list[Row]:
    found = read(made)
    postings = found.postings()
    assert sum(row.amount for row in postings) == found.charge
    assert sum(row.amount for row in postings if row.kind is seq.PostingKind.PAYMENT) == found.paid
    assert all(bool(row.note) >= row.unexplained for row in postings)
    return rows(postings)


def test_a_line_posts_its_payment_and_each_adjustment() -> None:
    assert posted(claim("A", line("99213", "150", "78.40", RIGHT))) == [
        (1, "payment", "78.40"),
        (1, "CO-45", "50.00"),
        (1, "CO-253", "1.60"),
        (1, "PR-2", "20.00"),
    ]


def test_a_posting_names_its_claim_check_and_line() -> None:
    made = claim("A-1", line("99213", "150", "78.40", RIGHT, extra=["REF*6R*LINE7"]), payer_number="ICN1")
    row = read(made, trace="EFT9").postings()[2]

    assert row.to_dict() == {
        "claim": "A-1",
        "payer_claim_number": "ICN1",
        "trace_number": "EFT9",
        "payment_date": "2024-03-15",
        "line": 1,
        "line_control_number": "LINE7",
        "procedure": "99213",
        "kind": "adjustment",
        "group": "CO",
        "reason": "253",
        "amount": "1.60",
        "unexplained": False,
        "note": "",
    }
    assert row.payment_date == date(2024, 3, 15)


def test_a_253_at_the_claim_is_taken_off_what_the_lines_were_paid() -> None:
    """Two lines of 80.00 each before sequestration; 2% of 160.00 stands at the claim, which is paid 156.80."""
    made = claim(
        "A",
        line("99213", "150", "80", BEFORE_THE_CUT),
        line("99214", "150", "80", BEFORE_THE_CUT),
        paid="156.80",
        adjustments=[("CO", "253", "3.20")],
    )

    assert posted(made)[-2:] == [(None, "payment", "-3.20"), (None, "CO-253", "3.20")]
    assert read(made).postings()[-2].note == "claim-level adjustments change what the service lines were paid"


def test_a_253_at_the_claim_that_the_lines_show_already_needs_no_row_beside_it() -> None:
    """The line is paid 78.40 and lacks 1.60, which stands at the claim."""
    made = claim("A", line("99213", "150", "78.40", BEFORE_THE_CUT), adjustments=[("CO", "253", "1.60")])

    assert posted(made)[0] == (1, "payment", "78.40")
    assert posted(made)[-1] == (None, "CO-253", "1.60")
    assert len(posted(made)) == 4


def test_a_stay_without_decisions_at_its_lines_is_posted_at_the_claim() -> None:
    made = claim(
        "A",
        line("", "10000", "0", qualifier="NU"),
        paid="7840",
        adjustments=[("CO", "45", "2000"), ("CO", "253", "160")],
    )

    assert posted(made) == [(None, "payment", "7840.00"), (None, "CO-45", "2000.00"), (None, "CO-253", "160.00")]


def test_a_claim_without_lines_is_posted_at_the_claim() -> None:
    made = claim("A", charge="150", paid="78.40", adjustments=RIGHT)

    assert [line for line, *_ in posted(made)] == [None] * 4


def test_a_denied_line_has_no_payment() -> None:
    assert posted(claim("A", line("99213", "150", "0", [("CO", "50", "150")]))) == [(1, "CO-50", "150.00")]


def test_a_reversal_is_posted_with_the_signs_it_has() -> None:
    back = [(group, reason, f"-{amount}") for group, reason, amount in RIGHT]
    made = claim("A", line("99213", "-150", "-78.40", back), status="22")

    assert posted(made)[0] == (1, "payment", "-78.40")
    assert posted(made)[2] == (1, "CO-253", "-1.60")


def test_a_line_out_of_balance_has_a_row_that_says_so() -> None:
    made = claim("A", line("99213", "150", "78.40", BEFORE_THE_CUT), line("99214", "150", "78.40", RIGHT))

    assert posted(made)[3] == (1, "adjustment?", "1.60")
    assert str(read(made).postings()[3]) == (
        "claim A, line 1: unexplained adjustment $1.60 "
        "(charge minus payment and adjustments of the service line is not zero)"
    )


def test_a_missing_line_leaves_its_payment_and_the_rest_at_the_claim() -> None:
    made = claim("A", line("99213", "150", "78.40", RIGHT), charge="300", paid="156.80")

    assert posted(made)[-2:] == [(None, "payment?", "78.40"), (None, "adjustment?", "71.60")]


def test_a_set_of_adjustments_written_twice_is_taken_off_again() -> None:
    made = claim("A", line("99213", "150", "78.40", RIGHT), adjustments=RIGHT)

    assert posted(made)[-1] == (None, "adjustment?", "-71.60")


def test_a_charge_of_a_line_that_cannot_be_read_is_named_beside_the_difference() -> None:
    made = claim("A", line("99213", "15x", "78.40", RIGHT), charge="151", paid="78.40")
    (difference,) = [row for row in read(made).postings() if row.unexplained]

    assert (str(difference.amount), difference.note) == ("1.00", "could not be read: charge of line 1")


@pytest.mark.parametrize(
    "made, unread, last",
    [
        (line("99213", "150", "78.4x", RIGHT), "payment of line 1", (None, "payment?", "78.40")),
        (
            line("99213", "150", "78.40", [("CO", "45", "x"), *RIGHT[1:]]),
            "CO-45 of line 1",
            (None, "adjustment?", "50.00"),
        ),
    ],
)
def test_an_amount_that_cannot_be_read_is_posted_as_a_difference(made: Any, unread: str, last: Row) -> None:
    made = claim("A", made, charge="150", paid="78.40")
    differences = [row for row in read(made).postings() if row.unexplained]

    assert rows(differences) == [last]
    assert differences[0].note == f"could not be read: {unread}"
    assert posted(made)


def test_a_charge_that_cannot_be_read_at_a_line_changes_no_sum() -> None:
    made = claim("A", line("99213", "x", "78.40", RIGHT), charge="150")

    assert not any(row.unexplained for row in read(made).postings())
    assert posted(made)


@pytest.mark.parametrize("name, charge, paid", [("charge", "x", "78.40"), ("payment", "150", "1.234")])
def test_nothing_is_posted_of_a_claim_whose_sums_cannot_be_read(name: str, charge: str, paid: str) -> None:
    found = read(claim("A", line("99213", "150", "78.40", RIGHT), charge=charge, paid=paid))

    with pytest.raises(seq.InvalidAmount, match=f"^claim A: the {name} could not be read, so it can't be posted$"):
        found.postings()


def test_a_kind_may_be_text() -> None:
    assert seq.Posting(claim="A", kind="payment", amount=Decimal("1.00")).kind is seq.PostingKind.PAYMENT  # type: ignore[arg-type, unused-ignore]
