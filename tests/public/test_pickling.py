"""Errors and results go to worker processes and come back: all of them survive pickling and copying.

What is frozen can be kept in sets, too, and cannot be changed there. Public classes that need an extra are tried in
the tests of their modules.
"""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import attrs
import pytest

import sequestration as seq
from sequestration._codes.step_rules import StepQuery
from tests.making import DOUBLED, RIGHT, claim, line, remittance

FILE = remittance(
    claim("A-1", line("99213", "150", "78.40", RIGHT, allowed="100")),
    claim("A-2", line("99214", "150", "76.80", DOUBLED, allowed="100", remarks=["N807"]), remarks=["MA28"]),
    claim("A-3", line("99215", "150", "78.4x", RIGHT)),
    provider_adjustments=["PLB*1234567893*20241231*WO:REF*-5.00"],
)
OF_A_PLAN = remittance(claim("A-1", line("99213", "150", "78.40", RIGHT, on="20210301"), plan="16"))


def audit() -> seq.Audit:
    return seq.check_835(FILE, keep="all")


def read() -> list[seq.Claim]:
    with seq.read_835(FILE) as reader:
        return list(reader)


def results() -> dict[str, Any]:
    audited, claims = audit(), read()
    carried = seq.secondary_adjustments(claims[1])
    wrong = seq.check_adjustment(reported="2.60", paid="101.40", on="2024-01-15", allowed="130")
    cost_report = seq.cost_report_reduction("1000000", first_day="2013-01-01", last_day="2013-12-31")
    return {
        "MEDICARE_FFS": seq.MEDICARE_FFS,
        "NONDEFENSE_MANDATORY": seq.NONDEFENSE_MANDATORY,
        "what_if": seq.MEDICARE_FFS.what_if(first_day="2027-04-01", rate="0.04", stacking="compound"),
        "RatePeriod": seq.MEDICARE_FFS.period_on("2022-05-10"),
        "Authority": seq.MEDICARE_FFS.period_on("2022-05-10").authorities[0],
        "MedicarePayment": seq.medicare_payment(allowed="100", deductible="50", coinsurance_rate="0.20"),
        "SecondaryPayment": seq.secondary_payment(
            charge="175", primary_allowed="150", primary_paid="120", allowed="125", accept_in_full="160"
        ),
        "Reduction": seq.expected_reduction("40", on="2019-03-01"),
        "payables": seq.payables_from_paid("0.24", on="2024-03-01"),
        "CostReportReduction": cost_report,
        "CostReportShare": cost_report.shares[0],
        "Finding": wrong,
        "Finding of a file": audited.findings[1],
        "Explanation": wrong.explanations[0],
        "Audit": audited,
        "AuditedFile": audited.files[0],
        "AuditTotals": audited.totals,
        "Totals": audited.totals.by_month["2024-03"],
        "Sums": audited.totals.by_month["2024-03"].by_verdict[seq.Verdict.CORRECT],
        "Problem": audited.problems[0],
        "Claim": claims[1],
        "ServiceLine": claims[1].lines[0],
        "Adjustment": claims[1].lines[0].adjustments[1],
        "Remittance": claims[1].remittance,
        "SecondaryAdjustments": carried,
        "SecondaryLine": carried.lines[0],
        "Imbalance": seq.Imbalance(line=1, amount=Decimal("1.60")),
        "CARCS": seq.CARCS,
        "RARCS": seq.RARCS.search("timely"),
        "PLBS": seq.PLBS,
        "STEPS": seq.STEPS,
        "Carc": seq.carc("CO-253"),
        "Rarc": seq.RARCS["N811"],
        "Plb": seq.PLBS["WO"],
        "AdjustmentCode": seq.adjustment_code("CO-45"),
        "Source": seq.CARCS.source,
        "Step": seq.next_step("CO-29", service_date="2025-03-01"),
        "Deadline": seq.deadlines.timely_filing("2025-03-01"),
        "StepRule": seq.STEPS.rule_for(StepQuery("29", None, frozenset(), seq.carc("29"), None)),
        "Cause": seq.misattributed_causes()[0],
        "Signal": seq.misattributed_causes()[1].signals[0],
        "ClaimTotal": audited.by_claim()[0],
        "CodeTotal": audited.by_code()[0],
        "Expiring": audited.expiring(as_of="2025-01-01")[0],
        "Pattern": audited.patterns()[0],
        "PlanTotal": seq.check_835(OF_A_PLAN).plans()[0],
        "ListedLine": next(iter(seq.service_lines(FILE, "adjusted"))),
        "Posting": claims[1].postings()[0],
        "ProviderAdjustment": claims[1].remittance.provider_adjustments[0],
    }


RESULTS = results()
PROTOCOLS = range(2, pickle.HIGHEST_PROTOCOL + 1)


def test_the_file_shows_what_it_should() -> None:
    audited = audit()

    assert audited.counts[seq.Verdict.CORRECT] == 1
    assert audited.counts[seq.Verdict.CUT_TOO_LARGE] == 1
    assert audited.problems
    assert audited.problems[0].facts
    assert audited.findings[1].explanations


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", RESULTS)
def test_a_result_comes_back_equal(name: str, protocol: int) -> None:
    result = RESULTS[name]
    again = pickle.loads(pickle.dumps(result, protocol))

    assert type(again) is type(result)
    assert again == result
    assert again is not result
    assert repr(again) == repr(result)
    assert str(again) == str(result)


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_can_be_copied(name: str) -> None:
    result = RESULTS[name]
    for again in (copy.copy(result), copy.deepcopy(result)):
        assert type(again) is type(result)
        assert again == result


CHANGING = {
    "Adjustment",
    "Audit",
    "AuditTotals",
    "AuditedFile",
    "Claim",
    "ProviderAdjustment",
    "Remittance",
    "ServiceLine",
    "Sums",
    "Totals",
}
"""Results that grow or may be corrected by their owner; like the tables, which are mappings, they have no hash."""

UNHASHED = {*CHANGING, "CARCS", "RARCS", "PLBS", "STEPS"}


@pytest.mark.parametrize("name", [name for name in RESULTS if name not in UNHASHED])
def test_a_result_that_does_not_change_has_a_hash_that_goes_with_it(name: str) -> None:
    result = RESULTS[name]

    assert hash(pickle.loads(pickle.dumps(result))) == hash(copy.deepcopy(result)) == hash(result)
    assert len({result, copy.deepcopy(result)}) == 1


@pytest.mark.parametrize("name", UNHASHED)
def test_a_result_that_may_change_has_no_hash(name: str) -> None:
    with pytest.raises(TypeError, match="unhashable type"):
        hash(RESULTS[name])


@pytest.mark.parametrize("name", [name for name in RESULTS if name not in {*CHANGING, "payables"}])
def test_a_result_that_does_not_change_cannot_be_changed(name: str) -> None:
    result = RESULTS[name]
    values = [each for each in dir(result) if not each.startswith("_") and not callable(getattr(result, each))]

    assert values
    for each in values:
        with pytest.raises(AttributeError):  # which that of attrs is, too
            setattr(result, each, None)


@pytest.mark.parametrize("name", [name for name, result in RESULTS.items() if hasattr(result, "to_dict")])
def test_a_result_that_comes_back_has_the_same_plain_values(name: str) -> None:
    assert pickle.loads(pickle.dumps(RESULTS[name])).to_dict() == RESULTS[name].to_dict()


def test_equality_is_no_empty_word() -> None:
    """Each kind of result differs from one with another value, so that the tests above can fail."""
    for name, result in RESULTS.items():
        if attrs.has(type(result)):
            field = next(field.name for field in attrs.fields(type(result)) if field.eq)
            changed = copy.copy(result)
            object.__setattr__(changed, field, object())
            assert changed != result, name


def test_every_public_class_is_tried() -> None:
    tried = {type(result) for result in RESULTS.values()}
    classes = {value for name in seq.__all__ if isinstance(value := getattr(seq, name), type)}
    untried = {kind for kind in classes - tried if not issubclass(kind, (Enum, BaseException))}

    assert untried == {seq.RemittanceReader}


def test_a_reader_is_not_copied_for_two_would_read_one_file_by_turns() -> None:
    reader = seq.read_835(FILE)

    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=r"a reader cannot be copied or pickled\. Use list"):
            copied(reader)
    assert [found.control_number for found in reader] == ["A-1", "A-2", "A-3"]


def test_a_schedule_that_comes_back_still_answers() -> None:
    again = pickle.loads(pickle.dumps(seq.MEDICARE_FFS))

    assert again.rate_on("2022-05-10") == seq.MEDICARE_FFS.rate_on("2022-05-10")
    assert again.settled_until == seq.MEDICARE_FFS.settled_until
    assert seq.expected_reduction("12.25", on="2024-01-15", schedule=again) == seq.expected_reduction(
        "12.25", on="2024-01-15"
    )


def test_a_claim_that_comes_back_is_judged_the_same() -> None:
    claims = pickle.loads(pickle.dumps(read()))

    assert [seq.check_claim(found) for found in claims] == [seq.check_claim(found) for found in read()]
    assert claims[0].remittance is claims[1].remittance


PUBLIC = [getattr(seq, name) for name in seq.__all__]
KINDS = [value for value in PUBLIC if isinstance(value, type) and issubclass(value, Enum)]
MEMBERS: list[Enum] = [member for kind in KINDS for member in kind]


def test_there_are_members_to_try() -> None:
    assert {seq.Verdict.CORRECT, seq.ClaimType.DME, seq.RateStatus.WHAT_IF, seq.ProblemCode.CUT_OFF} <= {*MEMBERS}


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_a_member_comes_back_as_itself(member: object) -> None:
    assert pickle.loads(pickle.dumps(member)) is member


# Errors: as they are raised, and as anybody may make them.


def raised(call: Any, *arguments: Any, **options: Any) -> seq.SequestrationError:
    with pytest.raises(seq.SequestrationError) as caught:
        call(*arguments, **options)
    return caught.value


def errors() -> list[seq.SequestrationError | seq.SequestrationWarning]:
    return [
        seq.SequestrationWarning("a text"),
        seq.SequestrationError("a text"),
        raised(seq.expected_reduction, "0.005", on="2024-01-15"),
        raised(seq.expected_reduction, 1.5, on="2024-01-15"),
        raised(seq.expected_reduction, "1", on="2022-13-01"),
        raised(seq.expected_reduction, "1", on=20220501),
        raised(seq.check_835, b"", keep="some"),
        raised(seq.check_claim, "A-1"),
        raised(seq.RateSchedule.from_records, []),
        raised(seq.check_835, b"no remittance"),
        seq.X12Error("the file is empty", "remit.835", 106, 3, "ST"),
        seq.X12Error("the file is empty"),
        raised(seq.carc, "999"),
        seq.InvalidTable("the column code is missing", "ours.csv", 1),
        seq.MissingExtra("this needs narwhals: pip install narwhals"),
        seq.UnknownColumn("there is no column 'paid'; columns are 'a', 'b'"),
        seq.ColumnExists("there is a column 'expected' already"),
    ]


def test_every_class_of_error_is_tried() -> None:
    known = {value for name in seq.__all__ if is_error(value := getattr(seq, name))}

    assert {type(error) for error in errors()} == known


def is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_errors_come_back(protocol: int) -> None:
    for error in errors():
        again = pickle.loads(pickle.dumps(error, protocol))

        assert type(again) is type(error)
        assert again.args == error.args
        assert vars(again) == vars(error)
        assert str(again) == str(error) != ""


def test_an_error_of_a_file_comes_back_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" * 20)
    error = raised(seq.check_835, file)
    again = pickle.loads(pickle.dumps(error))

    assert isinstance(again, seq.X12Error)
    assert again.file == str(file)
    assert str(file) in str(again)
