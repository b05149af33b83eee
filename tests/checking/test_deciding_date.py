"""The date that decides: by kind of claim, and among the dates of a claim that was read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

import sequestration as seq
from sequestration._checking.deciding_date import Dates, is_institutional

FIRST, LAST = "2022-06-15", "2022-07-15"


@pytest.mark.parametrize(
    ("kind", "decides"),
    [
        (seq.ClaimType.PROFESSIONAL, FIRST),
        (seq.ClaimType.DME, FIRST),
        (seq.ClaimType.OUTPATIENT, LAST),
        (seq.ClaimType.INPATIENT, LAST),
        (seq.ClaimType.SNF, LAST),
        (seq.ClaimType.HOME_HEALTH, LAST),
        (seq.ClaimType.HOSPICE, LAST),
        (seq.ClaimType.PLAN_PAYMENT, "2022-06-01"),
    ],
)
def test_which_date_decides(kind: seq.ClaimType, decides: str) -> None:
    assert seq.deciding_date(kind, from_date=FIRST, through_date=LAST) == date.fromisoformat(decides)
    assert seq.deciding_date(kind.value.upper(), from_date=FIRST, through_date=LAST) == date.fromisoformat(decides)


def test_there_are_no_other_kinds() -> None:
    assert [kind.value for kind in seq.ClaimType] == [
        "professional",
        "dme",
        "outpatient",
        "inpatient",
        "snf",
        "home_health",
        "hospice",
        "plan_payment",
    ]


@pytest.mark.parametrize(
    ("kind", "dates", "missing"),
    [
        ("professional", {"through_date": LAST}, "from_date"),
        ("dme", {"through_date": LAST}, "from_date"),
        ("dme", {}, "from_date"),
        ("plan_payment", {"through_date": LAST}, "from_date"),
        ("inpatient", {"from_date": FIRST}, "through_date"),
        ("outpatient", {"from_date": FIRST}, "through_date"),
        ("hospice", {}, "through_date"),
    ],
)
def test_no_other_date_stands_in_for_the_one_that_decides(kind: str, dates: dict[str, str], missing: str) -> None:
    with pytest.raises(seq.InvalidDate, match=f"a claim of type {kind} depends on {missing}"):
        seq.deciding_date(kind, **dates)


@pytest.mark.parametrize("kind", list(seq.ClaimType))
def test_dates_in_the_wrong_order_are_refused(kind: seq.ClaimType) -> None:
    with pytest.raises(seq.InvalidDate, match="through_date 2022-06-14 is before from_date 2022-06-15"):
        seq.deciding_date(kind, from_date=FIRST, through_date="2022-06-14")
    assert seq.deciding_date(kind, from_date="2022-06-01", through_date="2022-06-01") == date.fromisoformat(
        "2022-06-01"
    )


@pytest.mark.parametrize("kind", ["", "837P", "home health", None, 1])
def test_a_kind_that_there_is_not_is_refused(kind: object) -> None:
    with pytest.raises(ValueError, match=r"is not a claim type. Use one of: professional, dme"):
        seq.deciding_date(kind, from_date=FIRST)  # type: ignore[arg-type]


def test_a_date_that_does_not_decide_is_checked_too() -> None:
    with pytest.raises(seq.InvalidDate, match="No such day exists"):
        seq.deciding_date("professional", from_date=FIRST, through_date="2022-13-01")


def test_a_stay_that_ends_in_the_suspension_is_not_cut() -> None:
    on = seq.deciding_date("inpatient", from_date="2020-04-28", through_date="2020-05-02")

    assert seq.expected_reduction("10000", on=on).amount == 0
    assert seq.expected_reduction("10000", on="2020-04-28").amount == Decimal("200.00")


def test_a_coverage_month_decides_from_any_of_its_days() -> None:
    rates = [
        seq.MEDICARE_ADVANTAGE.rate_on(seq.deciding_date("plan_payment", from_date=day))
        for day in ("2022-03-31", "2022-04-30", "2022-06-30", "2022-07-31")
    ]

    assert rates == [Decimal(0), Decimal("0.01"), Decimal("0.01"), Decimal("0.02")]


# Among the dates of a claim that was read.


def line(
    dates: dict[str, str | None] | None = None, *, qualifier: str = "HC", revenue_code: str = ""
) -> seq.ServiceLine:
    return seq.ServiceLine("99213", "150", "80", dates, qualifier=qualifier, revenue_code=revenue_code)


def claim(
    *lines: seq.ServiceLine,
    dates: dict[str, str | None] | None = None,
    plan: str = "MB",
    facility_code: str = "11",
    inpatient_segment: bool = False,
    institutional_group: bool = False,
    drg: str = "",
) -> seq.Claim:
    return seq.Claim(
        "A",
        "1",
        "150",
        "80",
        plan=plan,
        facility_code=facility_code,
        lines=lines,
        dates=dates,
        inpatient_segment=inpatient_segment,
        institutional_group=institutional_group,
        drg=drg,
    )


def read(found: seq.Claim, of: seq.ServiceLine | None) -> list[str | None]:
    return [None if reading.on is None else str(reading.on) for reading in Dates(found).of(of)]


@pytest.mark.parametrize(
    ("found", "institutional"),
    [
        (claim(line()), False),
        (claim(line(), plan="MA"), True),
        (claim(line(), inpatient_segment=True), True),
        (claim(line(), institutional_group=True), True),
        (claim(line(qualifier="NU")), True),
        (claim(line(), line(revenue_code="0450")), True),
        (claim(line(qualifier="HP")), True),
        (claim(line(), drg="470"), True),
        (claim(line(), drg="000"), False),
        (claim(line(), facility_code="21"), False),
        (claim(line(), facility_code="13"), False),
        (claim(), False),
    ],
)
def test_what_shows_an_institution(found: seq.Claim, institutional: bool) -> None:
    assert is_institutional(found) is institutional


@pytest.mark.parametrize(
    ("of_claim", "of_line", "days"),
    [
        pytest.param({}, {"472": "2022-06-30"}, ["2022-06-30"], id="day of service"),
        pytest.param({"232": FIRST, "233": LAST}, {"472": "2022-06-30"}, ["2022-06-30"], id="before the claim's"),
        pytest.param({}, {"150": FIRST, "151": LAST}, [FIRST, LAST], id="range, doubtful"),
        pytest.param({}, {"472": "2022-06-30", "150": FIRST, "151": LAST}, ["2022-06-30"], id="day before range"),
        pytest.param({}, {"150": FIRST}, [FIRST], id="first day alone"),
        pytest.param({"232": FIRST, "233": LAST}, {}, [FIRST, LAST], id="the claim's, doubtful"),
        pytest.param({"232": FIRST}, {}, [FIRST], id="the claim's first day"),
        pytest.param({"232": FIRST}, {"151": LAST}, [FIRST], id="a last day alone decides nothing"),
        pytest.param({"232": FIRST}, {"472": None}, [None], id="unreadable, no fallback"),
        pytest.param(
            {"232": FIRST}, {"150": None, "151": LAST}, [None], id="a range's first day unreadable, no fallback"
        ),
        pytest.param({"232": None, "233": LAST}, {}, [None], id="the claim's unreadable, no fallback"),
        pytest.param({"050": FIRST}, {}, [None], id="the day of receipt decides nothing"),
        pytest.param({"233": LAST}, {}, [None], id="the last day decides nothing"),
    ],
)
def test_dates_of_a_professional_line(
    of_claim: dict[str, str | None], of_line: dict[str, str | None], days: list[str | None]
) -> None:
    its_line = line(of_line)

    assert read(claim(its_line, dates=of_claim), its_line) == days


def test_the_claim_s_range_is_doubtful_for_a_line_without_a_date_and_not_for_the_claim_where_another_has_one() -> None:
    bare = line()
    found = claim(bare, line({"472": LAST}), dates={"232": FIRST, "233": LAST})

    assert read(found, bare) == [FIRST, LAST]
    assert read(found, None) == [FIRST]


@pytest.mark.parametrize(
    ("of_claim", "of_lines", "days"),
    [
        pytest.param({"232": FIRST, "233": LAST}, [{}], [FIRST, LAST], id="its own, doubtful"),
        pytest.param({"232": FIRST}, [{"472": LAST}], [FIRST], id="its own"),
        pytest.param({}, [{"472": LAST}, {"472": FIRST}], [FIRST], id="its earliest line's"),
        pytest.param({}, [{"150": FIRST, "151": LAST}], [FIRST, LAST], id="its line's range, doubtful"),
        pytest.param(
            {"232": FIRST, "233": LAST}, [{"150": FIRST, "151": LAST}], [FIRST, LAST], id="a range in its own"
        ),
        pytest.param({"232": FIRST}, [{"150": FIRST, "151": LAST}], [FIRST, LAST], id="a range beside its first day"),
        pytest.param({"232": FIRST}, [{"150": None, "151": LAST}], [FIRST, LAST], id="a range of which a day is known"),
        pytest.param({"232": FIRST}, [{"150": None, "151": None}], [FIRST], id="a range of which none is known"),
        pytest.param({}, [{"150": FIRST, "151": None}], [FIRST], id="a range whose last day is unreadable"),
        pytest.param({}, [{"150": None, "151": LAST}], [None], id="a range whose first day is unreadable"),
        pytest.param({}, [{"150": FIRST, "151": FIRST}, {"472": LAST}], [FIRST, FIRST], id="a day of a line is no end"),
        pytest.param({"232": None}, [{"150": FIRST, "151": LAST}], [None], id="its own unreadable, no fallback"),
        pytest.param({}, [{"472": FIRST}, {"472": None}], [None], id="one unreadable"),
        pytest.param({}, [{}], [None], id="none"),
        pytest.param({}, [], [None], id="no lines"),
    ],
)
def test_dates_of_a_professional_claim_as_a_whole(
    of_claim: dict[str, str | None], of_lines: list[dict[str, str | None]], days: list[str | None]
) -> None:
    assert read(claim(*(line(dates) for dates in of_lines), dates=of_claim), None) == days


@pytest.mark.parametrize(
    ("of_claim", "of_lines", "facility", "days"),
    [
        pytest.param({"232": FIRST, "233": LAST}, [{"472": FIRST}], "13", [LAST], id="through"),
        pytest.param({"232": FIRST, "233": LAST}, [], "11", [LAST], id="stay"),
        pytest.param({"232": FIRST, "233": LAST}, [], "21", [LAST, FIRST], id="skilled nursing, doubtful"),
        pytest.param({"232": FIRST, "233": LAST}, [], "18", [LAST, FIRST], id="swing bed, doubtful"),
        pytest.param({"232": FIRST, "233": LAST}, [], "0211", [LAST, FIRST], id="a whole bill type, doubtful"),
        pytest.param({"232": FIRST, "233": LAST}, [], "211", [LAST, FIRST], id="a bill type of three digits, doubtful"),
        pytest.param({"232": FIRST, "233": LAST}, [], "0111", [LAST], id="a whole bill type of a hospital"),
        pytest.param({"233": LAST}, [], "21", [LAST], id="skilled nursing, one date"),
        pytest.param({"232": FIRST}, [{"472": LAST}], "13", [FIRST], id="a lone first day is the end"),
        pytest.param({"232": FIRST, "233": None}, [], "13", [None], id="unreadable, no fallback"),
        pytest.param({}, [{"472": FIRST}, {"150": FIRST, "151": LAST}], "13", [LAST], id="latest of the lines"),
        pytest.param({}, [{"472": FIRST}, {"472": None}], "13", [None], id="one line unreadable"),
        pytest.param({}, [{"150": FIRST, "151": LAST}], "21", [LAST, FIRST], id="a range of lines, doubtful in a stay"),
        pytest.param({"233": LAST}, [{"472": FIRST}], "21", [LAST, FIRST], id="a stay whose first day is a line's"),
        pytest.param({"232": LAST}, [{"472": FIRST}], "21", [LAST, FIRST], id="a stay whose end alone is its own"),
        pytest.param({"232": None, "233": LAST}, [{"472": FIRST}], "21", [LAST, FIRST], id="a stay's unreadable first"),
        pytest.param({"233": None}, [{"472": FIRST}], "21", [None], id="a stay's unreadable end"),
        pytest.param({}, [{"472": FIRST}, {"472": None}], "21", [None], id="a stay with an unreadable line"),
        pytest.param({}, [{}], "13", [None], id="none"),
        pytest.param({"050": LAST}, [], "13", [None], id="the day of receipt decides nothing"),
    ],
)
def test_dates_of_an_institution(
    of_claim: dict[str, str | None], of_lines: list[dict[str, str | None]], facility: str, days: list[str | None]
) -> None:
    found = claim(*(line(dates) for dates in of_lines), dates=of_claim, plan="MA", facility_code=facility)

    assert read(found, None) == days
    for its_line in found.lines:
        assert read(found, its_line) == days


def test_a_date_that_is_inferred_says_so() -> None:
    (inferred,) = Dates(claim(line({"472": FIRST}), plan="MA")).of(None)
    (known,) = Dates(claim(dates={"232": FIRST, "233": LAST}, plan="MA")).of(None)

    assert inferred.inferred
    assert "has no through date" in inferred.rule
    assert not known.inferred
    assert known.rule == "through date of the claim (DTM 233)"


def test_a_doubtful_rule_says_so() -> None:
    ranged = line({"150": FIRST, "151": LAST})

    assert ["unclear" in reading.rule for reading in Dates(claim(ranged)).of(ranged)] == [False, True]
