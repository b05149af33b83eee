"""The request for a reopening: all that a MAC needs to find and correct the claim, and nobody's name."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration import strategies
from tests.making import DOUBLED, claim, line, remittance

SUSPENDED = [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")]
WRONG = line("99213", "150", "76.80", DOUBLED, allowed="100", extra=["REF*6R*LINE7"])
NOT_DUE = line("99214", "150", "78.40", SUSPENDED, on="20210115")
ON_ALLOWED = line("99214", "250", "156", [("CO", "45", "50"), ("CO", "253", "4"), ("PR", "2", "40")])
FILE = remittance(
    claim("A-1", WRONG, ON_ALLOWED, payer_number="ICN1"),
    claim("A-2", NOT_DUE),
    trace="EFT9",
)

REQUEST = """\
REQUEST FOR CLERICAL ERROR REOPENING

To:                                     EXAMPLE MEDICARE CONTRACTOR
Payer claim number (ICN/DCN):           ICN1
Provider NPI:                           1234567893
Patient account number:                 A-1
Check or EFT number:                    EFT9
Payment date:                           Mar 15, 2024
Beneficiary name and Medicare number:   ________________________________

The sequestration adjustment (CARC 253) of this claim was not calculated
correctly. This is a clerical error, which is corrected through a reopening (42
CFR 405.980(a)(3) and 42 CFR 405.927).

Line 1, procedure 99213: more was withheld than the rate in effect on the date
of service requires.
Line control number:                    LINE7
Date of service:                        Mar 1, 2024
Billed charge:                          $150.00
Allowed amount:                         $100.00
Medicare payment before sequestration:  $80.00
Sequestration rate:                     2% (Jul 1, 2022 to Mar 31, 2028)
Authority for the rate:                 2 U.S.C. 901a(6)(A) and (C);
                                        sequestration orders for fiscal years
                                        2022 to 2027
Amount withheld (CO-253):               $3.20
Correct amount at this rate:            $1.60
Withheld in error:                      $1.60

Line 2, procedure 99214: more was withheld than the rate in effect on the date
of service requires.
Date of service:                        Mar 1, 2024
Billed charge:                          $250.00
Medicare payment before sequestration:  $160.00
Sequestration rate:                     2% (Jul 1, 2022 to Mar 31, 2028)
Authority for the rate:                 2 U.S.C. 901a(6)(A) and (C);
                                        sequestration orders for fiscal years
                                        2022 to 2027
Amount withheld (CO-253):               $4.00
Correct amount at this rate:            $3.20
Withheld in error:                      $0.80

We ask that you reopen this claim, correct the sequestration adjustment to the
amount shown, and pay the difference of $2.40.

Requested by:                           ________________________________
Telephone:                              ________________________________
Signature and date:                     ________________________________"""


def findings(data: bytes = FILE) -> list[seq.Finding]:
    return seq.check_835(data).findings


def claims(data: bytes = FILE) -> list[seq.Claim]:
    return list(seq.read_835(data))


def test_the_request_of_a_claim_has_all_that_a_mac_asks_for() -> None:
    first, second, _ = findings()

    assert seq.reopening_request([first, second], claim=claims()[0]) == REQUEST


def test_without_the_claim_charge_and_allowed_amount_are_left_out() -> None:
    text = seq.reopening_request(findings()[:2])

    rows = REQUEST.splitlines(keepends=True)
    assert text == "".join(row for row in rows if not row.startswith(("Billed charge", "Allowed amount")))


def test_one_finding_may_stand_alone() -> None:
    text = seq.reopening_request(findings()[1])

    assert "Line 1," not in text
    assert "pay the difference of $0.80." in " ".join(text.split())


def test_what_was_withheld_in_the_suspension_names_the_suspension() -> None:
    text = " ".join(seq.reopening_request(findings()[2]).split())

    assert "procedure 99214: sequestration was withheld, but none was in effect on the date of service. Date" in text
    assert "Sequestration rate: 0% (May 1, 2020 to Mar 31, 2022)" in text
    assert "CARES Act section 3709(a), PL 116-136;" in text
    assert "Correct amount at this rate: $0.00 Withheld in error: $1.60" in text


def test_a_claim_judged_as_a_whole_has_its_own_charge() -> None:
    made = claim(
        "A",
        line("99213", "150", "80", [("CO", "45", "50"), ("PR", "2", "20")]),
        paid="76.80",
        adjustments=[("CO", "253", "3.20")],
        first_day="20240301",
    )
    (finding,) = findings(remittance(made))
    text = seq.reopening_request(finding, claim=claims(remittance(made))[0])

    assert "\nClaim level: more was withheld" in text
    assert re.search(r"^Billed charge: +\$150\.00$", text, re.MULTILINE)
    assert "Allowed amount" not in text


def test_what_the_remittance_does_not_say_is_said_to_be_missing() -> None:
    finding = seq.check_adjustment(reported="2.60", paid="101.40", on="2024-01-15", allowed="130")

    assert seq.reopening_request(finding).count("not in the remittance") == 6


def test_a_charge_that_could_not_be_read_is_left_out() -> None:
    first, of_claim = findings()[0], claims()[0]
    unread = attrs.evolve(of_claim, lines=[attrs.evolve(of_claim.lines[0], charge=None)])

    assert "Billed charge" not in seq.reopening_request(first, claim=unread)


def test_a_finding_without_a_period_names_no_rate() -> None:
    assert "Sequestration rate" not in seq.reopening_request(attrs.evolve(findings()[0], period=None))


def test_large_amounts_have_commas() -> None:
    finding = seq.check_adjustment(reported="5000.00", paid="95000.00", on="2024-01-15")

    assert "pay the difference of $3,000.00." in " ".join(seq.reopening_request(finding).split())


@pytest.mark.parametrize(
    "reported, paid, says",
    [
        ("0.80", "99.20", "under-withheld"),
        ("2.00", "98.00", "correct"),
        ("2.01", "97.99", "off by rounding"),
    ],
)
def test_a_request_needs_money_owed_to_the_provider(reported: str, paid: str, says: str) -> None:
    finding = seq.check_adjustment(reported=reported, paid=paid, on="2024-01-15")

    with pytest.raises(seq.InvalidArgument, match=f"^this finding: nothing is owed to you \\({says}\\)"):
        seq.reopening_request(finding)


def test_a_refusal_names_the_line() -> None:
    right = line("99213", "150", "78.40", SUSPENDED)
    found = seq.check_835(remittance(claim("A-1", WRONG, right)), keep="all").findings

    with pytest.raises(seq.InvalidArgument, match=r"^claim A-1, line 2, 99213: nothing is owed"):
        seq.reopening_request(found)


def test_findings_of_several_claims_need_several_requests() -> None:
    with pytest.raises(seq.InvalidArgument, match=r"^These findings are from several claims\. Write one request per"):
        seq.reopening_request(findings())


def test_two_claims_of_one_account_are_two_claims() -> None:
    found = findings(remittance(claim("A", WRONG, payer_number="ICN1"), claim("A", WRONG, payer_number="ICN1")))

    assert len(found) == 2
    with pytest.raises(seq.InvalidArgument, match="several claims"):
        seq.reopening_request(found)


def test_another_claim_is_refused() -> None:
    with pytest.raises(seq.InvalidArgument, match=r"^claim must be the claim of these findings$"):
        seq.reopening_request(findings()[0], claim=claims()[1])


@pytest.mark.parametrize("wrong", ["A-1", 5, None, [5], ["A-1"]])
def test_only_findings_are_taken(wrong: Any) -> None:
    with pytest.raises(seq.InvalidArgumentType, match="reopening_request takes findings, not"):
        seq.reopening_request(wrong)


def test_no_finding_is_no_request() -> None:
    with pytest.raises(seq.InvalidArgument, match=r"^reopening_request needs at least one finding$"):
        seq.reopening_request([])


def test_the_claim_is_a_claim() -> None:
    wrong: Any = "A-1"
    with pytest.raises(seq.InvalidArgumentType, match="claim must be a Claim from read_835, not str"):
        seq.reopening_request(findings()[0], claim=wrong)


def test_no_patient_is_in_it() -> None:
    text = seq.reopening_request(findings()[:2], claim=claims()[0])

    assert not any(word in text for word in ("PATIENTNAME", "GIVENNAME", "MEMBERNUMBER"))


def test_texts_of_a_file_stay_in_their_row() -> None:
    first = findings()[0]
    strange = "A\x1b[2J\nWithheld in error: $9"
    text = seq.reopening_request(
        attrs.evolve(first, claim=strange, payer=strange, trace_number=strange, procedure=strange)
    )

    assert len(re.findall(r"^Withheld in error", text, re.MULTILINE)) == 1
    assert "\x1b" not in text


@pytest.mark.slow
@given(st.data())
def test_every_planted_over_withholding_can_be_requested_to_the_cent(data: st.DataObject) -> None:
    made = data.draw(strategies.remittances(mistakes=["doubled", "on_charge", "on_allowed"]))
    for finding in seq.check_835(made.data).findings:
        if finding.owed_to is not seq.OwedTo.PROVIDER:
            continue
        text = " ".join(seq.reopening_request(finding).split())
        (asked,) = re.findall(r"pay the difference of \$([\d,.]+)\. Requested", text)
        (planted,) = [item for item in made.planted if (item.claim, item.line) == (finding.claim, finding.line)]

        assert Decimal(asked.replace(",", "")) == planted.reported - planted.expected
