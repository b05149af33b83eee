"""Claims netted over files by the payer's number: still open, given back, taken twice."""

from __future__ import annotations

import pickle
from array import array
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from tests.making import DOUBLED, RIGHT, Claim, Triple, claim, line, remittance

UNCUT = [("CO", "45", "50"), ("PR", "2", "20")]


def original(number: str = "ICN1", adjustments: Any = RIGHT, paid: str = "78.40", **more: Any) -> Claim:
    return claim("A", line("99213", "150", paid, adjustments), payer_number=number, **more)


def reversal(number: str = "ICN1", adjustments: Any = RIGHT, paid: str = "-78.40", **more: Any) -> Claim:
    negated: list[Triple] = [(group, reason, f"-{amount}") for group, reason, amount in adjustments]
    return claim("A", line("99213", "-150", paid, negated), payer_number=number, status="22", **more)


def files(*contents: tuple[Claim, ...]) -> list[bytes]:
    return [remittance(*claims, trace=f"EFT{number}") for number, claims in enumerate(contents)]


def amounts(audit: seq.Audit) -> list[tuple[str, ...]]:
    """Number, reported, expected, taken back, still open, given back, taken twice."""
    names = ("payer_claim_number", "reported", "expected", "taken_back", "still_open", "given_back", "taken_twice")
    return [tuple(str(total.to_dict()[name]) for name in names) for total in audit.by_claim()]


WRONG = original(adjustments=DOUBLED, paid="76.80")
TAKEN_BACK = reversal(adjustments=DOUBLED, paid="-76.80")


def test_a_right_claim_has_no_row() -> None:
    assert seq.check_835(files((original(),))).by_claim() == []


def test_a_wrong_claim_is_open() -> None:
    assert amounts(seq.check_835(files((WRONG,)))) == [("ICN1", "3.20", "1.60", "0.00", "1.60", "0.00", "0.00")]


@pytest.mark.parametrize(
    "contents",
    [
        ((WRONG,), (TAKEN_BACK, original())),
        ((WRONG, TAKEN_BACK, original()),),
        ((WRONG,), (original(), TAKEN_BACK)),
        ((WRONG,), (TAKEN_BACK,), (original(),)),
        ((original(), TAKEN_BACK), (WRONG,)),
        ((WRONG,), (TAKEN_BACK, original("ICN2", original="ICN1"))),
        ((WRONG,), (reversal("ICN3", DOUBLED, "-76.80", original="ICN1"), original("ICN2", original="ICN3"))),
    ],
)
def test_a_claim_that_was_reversed_and_corrected_was_given_back(contents: tuple[tuple[Claim, ...], ...]) -> None:
    for audit in (seq.check_835(files(*contents)), seq.check_835(files(*contents), keep="all")):
        assert amounts(audit) == [("ICN1", "4.80", "1.60", "3.20", "0.00", "1.60", "0.00")]
        (total,) = audit.by_claim()
        assert (total.claim, total.payments, total.reversals, total.unpaired) == ("A", 2, 1, 0)


def test_a_reversal_whose_original_is_not_there() -> None:
    (total,) = seq.check_835(files((reversal(),))).by_claim()

    assert (total.payments, total.reversals, total.unpaired) == (0, 1, 1)
    assert (str(total.reported), str(total.taken_back), str(total.expected)) == ("0.00", "1.60", "0.00")


@pytest.mark.parametrize(("number", "still_open"), [("ICN1", "0.00"), ("ICN2", "1.60")])
def test_of_payments_of_one_amount_a_reversal_takes_back_the_one_it_names(number: str, still_open: str) -> None:
    suspended = claim("A", line("99213", "150", "78.40", RIGHT, on="20210301"), payer_number="ICN1")
    again = original("ICN2", original="ICN1")
    (total,) = seq.check_835(files((suspended,), (again,), (reversal(number),))).by_claim()

    assert (total.payments, total.reversals, str(total.still_open)) == (2, 1, still_open)


def test_the_amount_says_more_than_the_number_where_a_reversal_fits_two_payments() -> None:
    """A payer may name its first number when it takes back a later payment."""
    again = original("ICN2", original="ICN1")
    (total,) = seq.check_835(files((WRONG,), (again,), (reversal("ICN1"),))).by_claim()

    assert str(total.still_open) == "1.60", "the payment of twice the cut stands"


def test_a_payment_again_without_a_reversal_is_taken_twice() -> None:
    assert amounts(seq.check_835(files((original(),), (original(),)))) == [
        ("ICN1", "3.20", "3.20", "0.00", "0.00", "0.00", "1.60")
    ]
    assert amounts(seq.check_835(files((original(),), (reversal(), original())))) == [
        ("ICN1", "3.20", "1.60", "1.60", "0.00", "0.00", "0.00")
    ]


def test_a_remittance_that_came_twice_takes_nothing_twice() -> None:
    for claims in ((original(),), (WRONG,)):
        once, (data,) = seq.check_835(files(claims)), files(claims)
        by_hand = seq.check_835([data])
        by_hand.merge(once)

        assert amounts(seq.check_835([data, data])) == amounts(by_hand) == amounts(once)
        assert amounts(seq.check_835(data[: data.index(b"GE*")] + data[data.index(b"ST*") :])) == amounts(once)


def test_claims_of_one_number_at_two_payers_are_two() -> None:
    one, two = (remittance(WRONG, payer_id=payer) for payer in ("11502", "12502"))

    assert [row[4] for row in amounts(seq.check_835([one, two]))] == ["1.60", "1.60"]


def test_what_was_held_back_is_open_too() -> None:
    uncut = claim("U", line("99213", "150", "80", UNCUT, allowed="100"))
    audit = seq.check_835(files((uncut, original())))

    assert amounts(audit) == [("PU", "0.00", "1.60", "0.00", "-1.60", "0.00", "0.00")]


def test_a_payment_that_cannot_be_judged_leaves_the_expected_amount_unknown() -> None:
    unknown = claim("A", line("99213", "150", "78.40", RIGHT, on=None), payer_number="ICN2", original="ICN1")
    (total,) = seq.check_835(files((unknown,))).by_claim()

    assert (total.payer_claim_number, total.expected, total.to_dict()["expected"]) == ("ICN1", None, None)
    assert "expected unknown" in str(total)
    assert "unknown" in total._repr_html_()


def test_numbers_that_refer_to_each_other_and_claims_without_any() -> None:
    circle = (original("ICN1", original="ICN2"), original("ICN2", original="ICN1"))
    assert len(seq.check_835(files(circle)).by_claim()) <= 2
    assert seq.check_835(files((original(""), original("", DOUBLED, "76.80")))).by_claim() == []
    assert [row[0] for row in amounts(seq.check_835(files((reversal("", original="ICN7"),))))] == ["ICN7"]
    assert seq.check_835(files((original(), reversal(charge="")))).by_claim()[0].unpaired == 1


@pytest.mark.parametrize("keep", ["wrong", "all"])
def test_rows_do_not_depend_on_which_payments_are_plain(keep: str) -> None:
    """Of two accounts under one number, both audits name the same; the first payment is none that is plain."""
    first = claim("B", line("99213", "150", "78.40", RIGHT, extra=["REF*6R*1"]), payer_number="ICN1", status="19")
    (total,) = seq.check_835(files((first, original())), keep=keep).by_claim()
    (turned,) = seq.check_835(files((original(), first)), keep=keep).by_claim()

    assert total == turned
    assert (total.claim, total.payments) == ("A", 2)


def test_a_reversal_takes_back_the_payment_that_is_in_question() -> None:
    """Two payments have its number, charge and sequestration; one of them was for a day of the suspension."""
    suspended = claim("A", line("99213", "150", "78.40", RIGHT, on="20210115"), payer_number="ICN1")
    right = original(original="ICN1")
    for payments in ((suspended, right), (right, suspended)):
        assert amounts(seq.check_835(files((*payments, reversal())), keep="all")) == [
            ("ICN1", "3.20", "1.60", "1.60", "0.00", "1.60", "0.00")
        ]


def test_another_payer_is_left_out() -> None:
    assert seq.check_835(files((claim("A", line("99213", "150", "76.80", DOUBLED), plan="16"),))).by_claim() == []


def test_masked_and_pickled(tmp_path: Path) -> None:
    audit = seq.check_835(files((WRONG,), (TAKEN_BACK, original("ICN2", original="ICN1"))))
    (masked,) = audit.masked().by_claim()
    (total,) = pickle.loads(pickle.dumps(audit)).by_claim()

    assert total == audit.by_claim()[0]
    assert "ICN" not in f"{masked} {masked.to_dict()} {masked._repr_html_()}"
    assert (masked.claim[0], masked.payer_claim_number[0]) == ("#", "#")
    assert (masked.given_back, masked.reported) == (total.given_back, total.reported)


def test_plain_payments_are_packed() -> None:
    """Column by column, unless a text has the separator in it or an amount could not be read."""
    payments = [claim(f"A{n}", line("99213", "150", "78.40", RIGHT), payer_number=f"ICN{n}") for n in range(3)]
    (block,) = seq.check_835(files(tuple(payments))).history._plain

    assert (block.numbers, block.claims, block.originals) == ("ICN0\x1fICN1\x1fICN2", "A0\x1fA1\x1fA2", "\x1f\x1f")
    assert (block.charges, block.cents) == (array("q", [15000] * 3), array("q", [160] * 3))


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.claim_history._MAX_NOTABLE", 3)
    audit = seq.check_835(files(*[(original(f"N{n}", DOUBLED, "76.80"), original("P")) for n in range(5)]))

    assert [total.payer_claim_number for total in audit.by_claim()] == ["N0", "N1", "N2", "P"]


@pytest.mark.slow
def test_the_same_for_any_number_of_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.jobs.tasks._MIN_BYTES_FOR_JOBS", 0)
    monkeypatch.setattr("sequestration._audit.jobs.tasks._BYTES_OF_A_PACK", 1)
    contents = files((WRONG, original("ICN5")), (TAKEN_BACK, original()), (reversal("ICN5"),))
    for number, data in enumerate(contents):
        (tmp_path / f"{number}.835").write_bytes(data)
    one, two = (seq.check_835(tmp_path, jobs=jobs).by_claim() for jobs in (1, 2))

    assert one == two
    assert [(total.payer_claim_number, total.unpaired) for total in one] == [("ICN1", 0), ("ICN5", 0)]


def test_odd_numbers_and_amounts_survive_the_packing() -> None:
    big = "9" * 17 + ".00"
    wide = claim(
        "W", line("99213", big, "78.40", [("CO", "45", f"{int(big[:-3]) - 100}"), *RIGHT[1:]]), payer_number="I\x1fW"
    )
    audit = seq.check_835(files((wide, original()), (wide,)))

    assert [(row[0], row[6]) for row in amounts(audit)] == [("I\x1fW", "1.60")]
