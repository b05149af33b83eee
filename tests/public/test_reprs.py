"""Every public object shows itself: a text that does not fail, HTML that is well-formed, and nobody's patient."""

from __future__ import annotations

import pickle
import re
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs
import pytest

import sequestration as seq
from sequestration._dates import for_readers
from tests.making import DOUBLED, claim, line, remittance
from tests.markup import Element, parsed
from tests.paths import ROOT
from tests.public.test_pickling import RESULTS
from tests.schedules import EXAMPLE

EVIL = "<script>alert(1)</script>"
PATIENT = ("PATIENTNAME", "GIVENNAME", "MEMBERNUMBER")


def evil_file() -> bytes:
    """A remittance with markup in every text that a file can bring."""
    bad = line(EVIL, "150", "76.80", [*DOUBLED, ("CO", EVIL, "1"), (EVIL, "97", "1")], remarks=[EVIL])
    unread = line("99213", EVIL, "78.40", on=EVIL)
    return remittance(
        claim(EVIL, bad, plan="MB", payer_number=EVIL, facility=EVIL, remarks=[EVIL], original=EVIL),
        claim("BAD", unread),
        claim("OTHER", bad, plan=EVIL),
        claim("STATUS", bad, status=EVIL),
        payer=EVIL,
        payer_id=EVIL,
        before=[f"PER*BL*{EVIL}"],
        provider_adjustments=[f"PLB*{EVIL}*20241231*{EVIL}:{EVIL}*10"],
    )


def evil() -> dict[str, Any]:
    """What a reader and a check make of that file."""
    audit = seq.check_835(evil_file(), keep="all")
    with seq.read_835(evil_file()) as reader:
        claims = list(reader)
    found = {
        "audit": audit,
        "totals": audit.totals,
        **{f"finding {place}": finding for place, finding in enumerate(audit.findings)},
        **{f"problem {place}": problem for place, problem in enumerate(audit.problems)},
        **{f"netted {place}": total for place, total in enumerate(audit.by_claim())},
        **{f"pattern {place}": each for place, each in enumerate(audit.patterns())},
        **{f"plan {place}": each for place, each in enumerate(audit.plans())},
        **{f"code {place}": total for place, total in enumerate(audit.by_code())},
        **{f"claim {place}": each for place, each in enumerate(claims)},
        **{f"listed {place}": each for place, each in enumerate(seq.service_lines(evil_file(), "adjusted"))},
        "line": claims[0].lines[0],
        **{f"posting {place}": posting for place, posting in enumerate(claims[0].postings())},
        "adjustment": claims[0].lines[0].adjustments[3],
        "remittance": claims[0].remittance,
        "provider adjustment": audit.provider_adjustments[0],
        "file": attrs.evolve(audit.files[0], name=EVIL),
        "authority": seq.Authority(EVIL, EVIL, f"https://{EVIL}"),
        "period": attrs.evolve(seq.MEDICARE_FFS.periods[1], note=EVIL, authorities=(seq.Authority(EVIL, EVIL),)),
        "schedule": seq.MEDICARE_FFS.what_if(first_day="2027-01-01", rate="0.04", note=EVIL),
    }
    assert len(audit.problems) > 2
    assert len(claims) == 4
    return found


OTHERS = {
    "CARCS": seq.CARCS,
    "RARCS": seq.RARCS,
    "PLBS": seq.PLBS,
    "STEPS": seq.STEPS,
    "search": seq.CARCS.search("timely"),
    "nothing found": seq.CARCS.search("zzzqqq"),
    "reader": seq.read_835(remittance(claim("A", line("99213", "150", "78.40")))),
}
EVERY = {**RESULTS, **OTHERS, **evil()}
SHOWN = {
    name: value
    for name, value in EVERY.items()
    if not isinstance(value, (tuple, seq.RemittanceReader)) or isinstance(value, seq.AdjustmentCode)
}


def shown(value: Any) -> Element:
    return parsed(value._repr_html_())


@pytest.mark.parametrize("name", EVERY)
def test_the_text_does_not_fail_and_holds_no_patient(name: str) -> None:
    texts = [repr(EVERY[name]), str(EVERY[name])]

    assert all(texts)
    assert not any(word in text for word in PATIENT for text in texts)
    assert "object at 0x" not in texts[0]


@pytest.mark.parametrize("name", SHOWN)
def test_the_html_is_well_formed_and_holds_no_patient(name: str) -> None:
    found = shown(SHOWN[name])

    assert found.text.strip()
    assert not any(word in found.text for word in PATIENT)
    assert list(found.every("script")) == []
    assert not any(key.startswith("on") for each in found.every() for key in each.attributes)


def test_markup_of_a_file_is_shown_as_the_text_it_is() -> None:
    for name in ("audit", "finding 0", "claim 0", "line", "adjustment", "remittance", "file", "period", "authority"):
        assert EVIL in shown(EVERY[name]).text, name
    assert EVIL[:17] in shown(EVERY["provider adjustment"]).text  # as much of a reference as is kept


def test_every_public_object_is_tried() -> None:
    """All that is public is a function, an enumeration, an error, or tried here."""
    tried = {type(value) for value in EVERY.values()}
    for name in seq.__all__:
        value = getattr(seq, name)
        if isinstance(value, type) and not issubclass(value, (Enum, Exception)):
            assert value in tried or issubclass(value, seq.CodeTable), name
            assert value is seq.RemittanceReader or hasattr(value, "_repr_html_"), name
        elif isinstance(value, (seq.RateSchedule, seq.CodeTable, seq.StepTable)):
            assert shown(value).text, name
        assert repr(value)


@pytest.mark.parametrize("name", SHOWN)
def test_a_piece_is_small(name: str) -> None:
    assert len(SHOWN[name]._repr_html_()) < 30_000


def test_a_schedule_is_a_table_of_its_periods() -> None:
    found = shown(EXAMPLE)
    head, *rows = found.one("table").rows()

    assert head[:4] == ["rate", "first day", "last day", "status"]
    assert [(row[1], row[2]) for row in rows] == [
        tuple(for_readers(day) if day else "" for day in (period.first_day, period.last_day))
        for period in EXAMPLE.periods
    ]
    assert all(row[4] for row in rows)
    assert found.text.endswith(EXAMPLE.how_current)


def test_a_reduction_is_its_arithmetic() -> None:
    rows = shown(seq.expected_reduction("12.25", on="2024-01-15")).one("table").rows()

    assert [row[:2] for row in rows[1:]] == [
        ["payment before sequestration", "12.25"],
        ["\N{MULTIPLICATION SIGN} rate", "2%"],
        ["= sequestration (CO 253)", "0.25"],
        ["payment", "12.00"],
    ]
    assert rows[3][2] == "0.2450 to the nearest cent"


def test_payments_are_their_steps() -> None:
    first = shown(seq.medicare_payment(allowed="1100", deductible="50", coinsurance="10"))
    second = seq.secondary_payment(charge="175", primary_allowed="150", primary_paid="120", allowed="125")
    accepted, in_full = (
        seq.secondary_payment(
            charge="175", primary_allowed="150", primary_paid="120", allowed="125", accept_in_full=amount
        )
        for amount in ("160", "175")
    )

    assert [row[1] for row in first.one("table").rows()[1:]] == ["1,100.00", "50.00", "10.00", "1,040.00"]
    assert [row[2] for row in shown(second).one("table").rows()[1:]] == ["55.00", "125.00", "30.00", "30.00"]
    assert shown(accepted).one("table").rows()[1] == [
        "amount accepted in full \N{MINUS SIGN} primary payment",
        "160.00 \N{MINUS SIGN} 120.00",
        "40.00",
    ]
    assert shown(in_full).one("table").rows()[1][0] == "amount accepted in full \N{MINUS SIGN} primary payment"


def test_a_cost_report_has_a_row_for_each_rate() -> None:
    found = seq.cost_report_reduction("1000000", first_day="2013-01-01", last_day="2013-12-31")
    rows = shown(found).one("table").rows()

    assert rows[1][1] == "1,000,000.00"
    assert rows[2][1:] == ["2%", "275 of 365 days = 0.7534; ordered from Apr 1, 2013 to Apr 30, 2020"]
    assert rows[-1][:2] == ["= sequestration", "15,068.00"]


def test_a_finding_tells_verdict_base_rate_expected_and_why() -> None:
    found = seq.check_adjustment(reported="2.60", paid="101.40", on="2024-01-15", allowed="130")
    rows = dict(shown(found).one("table").rows())

    assert shown(found).one("caption").text == "Over-withheld"
    assert rows["payment before sequestration"] == "$104.00"
    assert rows["rate"].startswith("2% from")
    assert rows["expected"] == "$2.08"
    assert rows["reported"] == "$2.60"
    assert rows["why"] == "2% of the allowed amount ($130.00)"
    assert repr(found).startswith("<Finding over-withheld; reported $2.60; expected $2.08")


def test_mistakes_that_give_the_same_amount_are_alternatives() -> None:
    found = seq.check_adjustment(reported="2.60", paid="101.40", on="2024-01-15", allowed="130", charge="130")
    rows = shown(found).one("table").rows()
    first = next(at for at, row in enumerate(rows) if row[0] == "why")

    both = "(Each of these gives the same amount. The file does not show which one applies.)"
    assert rows[first : first + 2] == [
        ["why", "2% of the allowed amount ($130.00)"],
        ["or", f"2% of the billed charge ($130.00){both}"],
    ]


def test_an_audit_has_the_worst_first_and_counts_the_rest() -> None:
    audit = seq.check_835(ROOT / "examples" / "part_b_mistakes.835")
    _, _, table, *_ = shown(audit).every("table")
    head, *rows = table.rows()
    differences = [abs(Decimal(row[head.index("difference")])) for row in rows]

    assert differences == sorted(differences, reverse=True)
    assert len(differences) == 8
    assert "16 lines checked" in shown(audit).text
    assert " more" not in table.text

    many = seq.check_835(
        remittance(*(claim(f"C{n}", line("99213", "150", "76.80", DOUBLED)) for n in range(40))), limit=3
    )
    assert "and 37 more" in shown(many).text
    assert len(repr(many)) < 300


def test_the_head_of_an_audit_names_files_payers_and_remittances() -> None:
    head = dict(next(shown(seq.check_835(ROOT / "examples" / "part_b_mistakes.835")).every("table")).rows())

    assert head == {
        "File": "part_b_mistakes.835",
        "Payer": "EXAMPLE MEDICARE CONTRACTOREXAMPLE HEALTH PLAN",
        "Check or EFT": "EFT0001",
        "Payment dates": "Jun 28, 2013 to Mar 15, 2024",
        "Read": "21 claims, 21 lines",
    }


def test_lists_of_an_audit_are_tables_and_still_lists() -> None:
    audit = seq.check_835(ROOT / "examples" / "part_b_mistakes.835", keep="all")
    lists: dict[str, Any] = {
        "findings": audit.findings,
        "problems": audit.problems,
        "files": audit.files,
        "provider adjustments": seq.check_835(ROOT / "examples" / "part_a.835").provider_adjustments,
        "by code": audit.by_code(),
        "by claim": audit.by_claim(),
        "patterns": audit.patterns(),
        "plans": audit.plans(),
        "expiring": audit.expiring(as_of="2024-06-01"),
    }

    for name, found in lists.items():
        rows = shown(found).one("table").rows()
        assert found, name
        assert len(rows) == 1 + min(len(found), 20), name
        assert len({len(row) for row in rows}) == 1, name
        plain = list(found)
        again = pickle.loads(pickle.dumps(found))
        assert again == plain == found, name
        assert type(again) is type(found), name
        assert repr(found) == repr(plain), name
        assert len(shown(found[:1]).one("table").rows()) == 2, name
    assert shown(audit.findings[:0]).text == "none"


def test_counts_are_a_table_of_those_above_zero() -> None:
    counts = seq.check_835(ROOT / "examples" / "part_b_mistakes.835").counts
    rows = shown(counts).one("table").rows()

    assert rows[1:] == [[verdict.words, str(count)] for verdict, count in counts.items() if count]
    assert pickle.loads(pickle.dumps(counts)) == dict(counts)
    assert shown(seq.Audit().counts).text == "none"


def test_a_search_is_a_table_and_a_long_one_is_capped() -> None:
    found = shown(seq.CARCS.search("timely"))

    assert [row[:2] for row in found.one("table").rows()[1:3]] == [
        [code, seq.CARCS[code].title] for code in list(seq.CARCS.search("timely"))[:2]
    ]
    assert f"and {len(seq.CARCS) - 20} more" in shown(seq.CARCS).text


@pytest.mark.parametrize(
    ("payer", "number", "shown"),
    [
        ("A PAYER", "P1", ["payer                   A PAYER, claim P1"]),
        ("A PAYER", "", ["payer                   A PAYER"]),
        ("", "P1", ["payer                   claim P1"]),
        ("", "", []),
    ],
)
def test_a_claim_tells_its_payer_and_the_number_there_as_far_as_they_are_known(
    payer: str, number: str, shown: list[str]
) -> None:
    claim = seq.Claim("A-1", "1", "100", "98", payer_control_number=number, remittance=seq.Remittance(payer=payer))
    rows = claim.to_text().splitlines()

    assert [row for row in rows if row.startswith("payer")] == shown
    assert [row for row in rows if "$" in row] == ["charge                  $100.00", "paid                    $98.00"]


def test_a_capped_claim_says_so() -> None:
    lines = [seq.ServiceLine("99213", "1", "1", number=number) for number in range(1, 31)]

    assert "and 10 more lines" in shown(seq.Claim("A", "1", "30", "30", lines=lines)).text


@pytest.mark.slow
def test_the_import_and_the_arithmetic_load_no_html() -> None:
    import subprocess
    import sys

    code = (
        "import sys, sequestration as seq; seq.expected_reduction('40', on='2024-01-01'); seq.check_835(sys.argv[1]);"
        "print([name for name in sys.modules if re.search('html|_report', name)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import re; {code}", str(ROOT / "examples" / "part_a.835")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"


def test_masked_shows_no_account_number_anywhere() -> None:
    """A payer may repeat an account number in the reference of a provider adjustment."""
    data = remittance(
        claim("SECRET1", line("99213", "150", "76.80", DOUBLED)),
        provider_adjustments=["PLB*1*20241231*WO:SECRET1*10*L6*-2.50"],
    )
    masked = seq.check_835(data, keep="all").masked()

    assert [item.reference for item in masked.provider_adjustments] == ["#1", ""]
    assert masked.findings[0].claim == "#1"
    assert not re.search("SECRET", f"{masked.to_dict()} {masked!r} {shown(masked).text}")
