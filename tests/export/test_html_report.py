"""The report: one file that holds what the audit holds, stands alone, and lets nothing of a file become markup."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from itertools import pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile

import attrs
import pytest

import sequestration as seq
from sequestration._export.report import next_steps
from sequestration._export.report.claims import group_findings
from sequestration._export.report.labels import VERDICTS
from sequestration._worklist.expiry import TimeLeft
from tests.making import DOUBLED, RIGHT, claim, line, remittance
from tests.markup import Element, parsed
from tests.paths import ROOT
from tests.public.test_reprs import EVIL, PATIENT, evil_file
from tests.schedules import EXAMPLE

EXAMPLES = sorted((ROOT / "examples").glob("*.835"))
MISTAKES = ROOT / "examples" / "part_b_mistakes.835"
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"


def to_text(audit: seq.Audit, folder: Path) -> Element:
    seq.write_report(audit, folder / "report.html", as_of="2024-06-20")
    text = (folder / "report.html").read_text("utf-8")
    assert text.startswith("<!doctype html>\n")
    return parsed(text.removeprefix("<!doctype html>\n"))


@pytest.fixture
def mistakes(tmp_path: Path) -> Element:
    return to_text(seq.check_835(MISTAKES, keep="all"), tmp_path)


def section(page: Element, name: str) -> Element:
    return page.one("section", aria_labelledby=name)


def body_of(rows: list[list[str]]) -> list[list[str]]:
    return rows[1:]


# What it holds.


def test_the_head_says_who_which_payments_and_by_which_versions(mistakes: Element) -> None:
    head = mistakes.one("header")
    facts = dict(zip(texts(head, "dt"), texts(head, "dd"), strict=True))

    assert facts == {
        "Payer": "EXAMPLE MEDICARE CONTRACTOR EXAMPLE HEALTH PLAN",
        "Payee NPI": "1234567893",
        "Checks and EFTs": "EFT0001",
        "Payment dates": "Jun 28, 2013 to Mar 15, 2024",
    }
    assert head.one("p", class_="checked").text == "part_b_mistakes.835 · 21 claims · 21 lines · as of Jun 20, 2024"
    heard = seq.MEDICARE_FFS.newest_source
    assert heard is not None
    assert head.one("p", class_="soft").text == (
        f"Made by sequestration {seq.__version__}; law last checked {words(seq.MEDICARE_FFS.verified_on)}; "
        f"newest source {words(heard)}; "
        f"codes of {words(seq.CARCS.release)}, verified {words(seq.CARCS.verified_on)}."
    )


def texts(found: Element, name: str, **wanted: str) -> list[str]:
    return [each.text for each in found.every(name, **wanted)]


def words(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def test_of_a_file_without_findings_the_payments_are_named(tmp_path: Path) -> None:
    page = to_text(seq.check_835(ROOT / "examples" / "part_b_correct.835"), tmp_path)
    head = page.one("header")
    facts = dict(zip(texts(head, "dt"), texts(head, "dd"), strict=True))

    assert facts["Payer"] == "number 11502"
    assert facts["Checks and EFTs"] == "EFT0001"
    assert facts["Payment dates"] == "Mar 15, 2024"


def test_the_outcome_says_what_to_recover_and_what_to_verify(mistakes: Element) -> None:
    outcome = mistakes.one("div", class_="outcome")

    assert outcome.attributes["data-status"] == "needs_review"
    assert texts(outcome, "p") == [
        "Needs review",
        seq.check_835(MISTAKES).headline,
        "$6.72 to recover on 5 claims; $2.40 to verify on 2 claims; 50% of 16 checked lines without issues.",
        "Go to the findings 3 file problems",
    ]
    assert [link.attributes["href"] for link in outcome.every("a")] == ["#findings", "#problems"]


def test_a_share_below_all_is_never_called_all(tmp_path: Path) -> None:
    right = [claim(f"R{number}", line("99213", "150", "78.40", RIGHT)) for number in range(2999)]
    page = to_text(seq.check_835(remittance(*right, claim("W", line("99213", "150", "76.80", DOUBLED)))), tmp_path)

    assert (
        "$1.60 to recover on 1 claim; 99.9% of 3,000 checked lines without issues."
        in page.one("div", class_="outcome").text
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_dollars_add_up_to_the_cent(path: Path, tmp_path: Path) -> None:
    totals = seq.check_835(path).totals
    page = section(to_text(seq.check_835(path), tmp_path), "dollars")
    statement = {row[0]: dollars(row[1]) for row in page.one("table", class_="statement").rows()}
    months = body_of(page.one("details").one("table").rows())
    sums = [[dollars(cell) for cell in row[1:9]] for row in months]

    assert statement["Withheld on lines checked"] == totals.reported
    assert statement["Total withheld"] == totals.withheld
    parts = [statement[name] for name in ("Expected sequestration", "Over-withheld", "Under-withheld", "Rounding")]
    assert sum(parts) == totals.reported
    assert totals.reported + statement["Not checked"] + statement["Taken back by reversals"] == totals.withheld
    assert months[-1][0] == "All months"
    assert [sum(column) for column in zip(*sums[:-1], strict=True)] == sums[-1]
    for expected, over, under, rounding, checked, not_checked, taken_back, withheld in sums:
        assert expected + over + under + rounding == checked
        assert checked + not_checked + taken_back == withheld


def test_cards_months_and_lines_without_a_date(mistakes: Element) -> None:
    page = section(mistakes, "dollars")

    assert list(zip(texts(page, "dt"), texts(page, "dd", class_="amount"), strict=True)) == [
        ("To recover", "$6.72"),
        ("To verify", "$2.40"),
        ("Withheld on lines checked", "$22.44"),
        ("Not checked", "$3.20"),
    ]
    months = [row[0] for row in body_of(page.one("details").one("table").rows())]
    assert months == ["Jun 2013", "Jan 2021", "May 2022", "Mar 2024", "No date", "All months"]


def test_bars_are_as_long_as_their_numbers(mistakes: Element) -> None:
    results = next(table for table in section(mistakes, "dollars").every("table") if "All lines" in table.text)
    rows = [(int(row[1]), row[0]) for row in body_of(results.rows())]
    drawn = [Decimal(bar.attributes["width"] or "") for bar in results.every("rect")]
    most = max(count for count, _ in rows[:-1])

    assert sum(count for count, _ in rows[:-1]) == rows[-1][0] == seq.check_835(MISTAKES).places
    assert drawn == [(Decimal(100 * count) / most).quantize(Decimal("0.01")) for count, _ in rows[:-1]]
    assert all(svg.has("aria_hidden", "true") for svg in mistakes.every("svg"))


def test_causes_and_plans_are_apart(mistakes: Element) -> None:
    audit = seq.check_835(MISTAKES)
    causes = body_of(section(mistakes, "causes").one("table").rows())
    plans = body_of(section(mistakes, "plans").one("table").rows())

    assert [dollars(row[6]) for row in causes] == [abs(pattern.dollars) for pattern in audit.patterns()]
    assert causes[0] == [
        "Over-withheld: calculated on the billed charge",
        "EXAMPLE MEDICARE CONTRACTOR",
        "2%",
        "Mar 1, 2024",
        "Mar 1, 2024",
        "1",
        "$2.20",
        "to you",
    ]
    assert [[row[0], row[5], row[6], row[7]] for row in plans] == [["EXAMPLE HEALTH PLAN", "$2.00", "$1.60", "$0.40"]]
    assert "Not in any total on this page." in section(mistakes, "plans").text


def test_the_page_and_the_totals_have_one_definition_of_dollars_in_question(tmp_path: Path) -> None:
    """Under a wrong group code the right amount was withheld, so a cent of rounding is not in question."""
    group = [("CO", "45", "50"), ("PR", "253", "1.61"), ("PR", "2", "20")]
    audit = seq.check_835(
        remittance(
            claim("RIGHT", line("99213", "150", "78.40", RIGHT)),
            claim("LARGE", line("99213", "150", "76.80", DOUBLED)),
            claim("GROUP", line("99213", "150", "78.39", group)),
        )
    )
    page = to_text(audit, tmp_path)

    assert [(found.claim, found.verdict, found.difference) for found in audit.findings] == [
        ("LARGE", "cut_too_large", Decimal("1.60")),
        ("GROUP", "wrong_group", Decimal("0.01")),
    ]
    assert sum(payer.remittances[0].in_question_cents for payer in group_findings(audit.findings)) == 160
    assert audit.totals.in_question_cents == 160
    assert "$1.60 in question" in section(page, "findings").text
    passed = {right.rule: right.amounts[TimeLeft.PASSED] for right in audit.expiring(as_of="2030-01-01")}
    rights = ("redetermination", "reopening", "reopening_for_good_cause")
    assert passed == dict.fromkeys(rights, Decimal("1.60"))


def test_every_verdict_is_listed_what_needs_review_first() -> None:
    assert set(VERDICTS) == set(seq.Verdict)
    assert [verdict.needs_review for verdict in VERDICTS] == sorted(
        (verdict.needs_review for verdict in VERDICTS), reverse=True
    )


# Last days. The remittance is of Mar 15, 2024: appeal to Jul 18, 2024 (42 CFR 405.942: 120 days after the receipt,
# presumed 5 days later), reopening to Mar 15, 2025 (405.980(c)(1): 1 year), for good cause to Mar 15, 2028 (4 years).


@pytest.mark.parametrize(
    ("as_of", "spans"),
    [
        ("2024-06-17", ("In 31 to 60 days", "Later", "Later")),
        ("2024-06-18", ("Within 30 days", "Later", "Later")),
        ("2024-07-18", ("Within 30 days", "Later", "Later")),
        ("2024-07-19", ("Passed", "Later", "Later")),
        ("2024-12-15", ("Passed", "In 61 to 90 days", "Later")),
        ("2024-12-14", ("Passed", "Later", "Later")),
        ("2025-03-16", ("Passed", "Passed", "Later")),
        ("2028-03-16", ("Passed", "Passed", "Passed")),
    ],
)
def test_dollars_are_in_the_span_of_their_last_day(as_of: str, spans: tuple[str, ...]) -> None:
    data = remittance(
        claim("A", line("99213", "150", "76.80", DOUBLED)), claim("B", line("99213", "150", "76.80", DOUBLED))
    )
    page = parsed(seq.report_html(seq.check_835(data), as_of=as_of).removeprefix("<!doctype html>\n"))
    head, *rows = next(iter(section(page, "last-days").every("table"))).rows()

    assert [row[0] for row in rows] == [
        "Request a redetermination from your MAC",
        "Request a reopening for any reason",
        "Request a reopening for good cause",
    ]
    for row, span in zip(rows, spans, strict=True):
        assert dict(zip(head[1:], row[1:], strict=True)) == {
            name: "$3.202 claims" if name == span else "none" for name in head[1:]
        }


def test_open_days_come_first_and_passed_days_are_marked() -> None:
    data = [
        remittance(claim(name, line("99213", "150", "76.80", DOUBLED)), produced=produced, trace=name)
        for name, produced in (("NEW", "20240501"), ("OLD", "20240315"))
    ]
    page = parsed(seq.report_html(seq.check_835(data), as_of="2024-08-01").removeprefix("<!doctype html>\n"))
    days = body_of(section(page, "last-days").one("details").one("table").rows())

    assert days[0][:2] == ["Sep 3, 2024", "33 days left"]
    assert days[-1][:2] == ["Jul 18, 2024", "passed"]
    assert [row[1] for row in days].count("passed") == 1
    steps = {body.one("b").text: body.text for body in claims_of(page)}
    assert "To protect your appeal rights, request a redetermination from your MAC by Sep 3, 2024." in steps["NEW"]
    assert "The last day to request a redetermination from your MAC passed on Jul 18, 2024." in steps["OLD"]


def test_the_day_is_today_where_none_is_given() -> None:
    before = datetime.now().astimezone().date()
    page = seq.report_html(seq.check_835(MISTAKES))
    after = datetime.now().astimezone().date()

    assert page in (seq.report_html(seq.check_835(MISTAKES), as_of=day) for day in (before, after))
    with pytest.raises(seq.InvalidDate):
        seq.report_html(seq.Audit(), as_of="20-1-1")


# Findings.


def claims_of(page: Element) -> list[Element]:
    return [body for body in section(page, "findings").every("tbody") if "id" in body.attributes]


def test_every_finding_is_there_by_payer_payment_and_claim(mistakes: Element) -> None:
    audit = seq.check_835(MISTAKES, keep="all")
    findings = section(mistakes, "findings")
    lines = [row for row in findings.every("tr") if "data-v" in row.attributes]

    assert texts(findings, "h3") == ["EXAMPLE MEDICARE CONTRACTOR", "EXAMPLE HEALTH PLAN"]
    assert texts(findings, "h4") == [
        "Check or EFT EFT0001, paid Mar 15, 2024",
        "Check or EFT EFT0001, paid Jun 28, 2013",
        "Check or EFT EFT0001, paid Mar 15, 2024",
    ]
    assert len(claims_of(mistakes)) == len(lines) == len(audit.findings) == 21
    assert sorted(row.attributes["data-v"] or "" for row in lines) == sorted(found.verdict for found in audit.findings)
    assert sorted(body.one("b").text for body in claims_of(mistakes)) == sorted(found.claim for found in audit.findings)
    assert claims_of(mistakes)[0].one("b").text == "ON-CHARGE"
    assert all(seq.Verdict(row.attributes["data-v"] or "").needs_review for row in lines[:8])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_arithmetic_of_every_finding_adds_up(path: Path, tmp_path: Path) -> None:
    """Read across: paid + withheld = payable, times the rate = expected. Shown, for programs, and in the finding."""
    audit = seq.check_835(path, keep="all")
    page = to_text(audit, tmp_path)
    of_line = {(found.claim_position, found.line): found for found in audit.findings}
    tried = 0
    for body in claims_of(page):
        for row in (each for each in body.every("tr") if "data-v" in each.attributes):
            cells = [cell.text.partition("group")[0] for cell in row.content if isinstance(cell, Element)]
            values = [text or None for text in (row.attributes["data-r"] or "").split("|")]
            number, paid, reported, payable, rate, expected, difference, on, gone = values
            found = of_line[position_of(body), int(number) if number else None]
            assert [found.paid, found.reported, found.payable, found.rate, found.expected] == [
                Decimal(text) if text else None for text in (paid, reported, payable, rate, expected)
            ]
            assert on == (str(found.on) if found.on else None)
            assert gone == ("False" if found.verdict.needs_review else None)
            shown = [str(dollars(cells[place])) if cells[place] else None for place in (4, 5, 6, 8, 9)]
            assert shown == [paid, reported, payable, expected, difference]
            if payable and "other amounts" not in body.text:
                assert dollars(cells[4]) + Decimal(reported or 0) == dollars(cells[6])
            if expected and rate and payable:
                assert abs(Decimal(expected) - Decimal(rate) * Decimal(payable)) <= Decimal("0.005")
                assert Decimal(cells[7].removesuffix("%")) / 100 == Decimal(rate)
            if difference and reported and expected:
                assert Decimal(difference) == Decimal(reported) - Decimal(expected)
            tried += 1

    assert tried == len(audit.findings)


def position_of(body: Element) -> int:
    found = re.search(r"Claim (\d+) in the file", body.text)
    assert found is not None
    return int(found[1])


def dollars(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("$", "").replace("+", ""))


def test_a_claim_has_its_reasons_and_its_next_step(mistakes: Element) -> None:
    found = next(each for each in claims_of(mistakes) if each.one("b").text == "ON-ALLOWED")
    *_, why, step, origin = texts(found, "p")
    steps = section(mistakes, "steps")

    assert why == "2% of the allowed amount ($130.00); or 2% of the amount before coinsurance ($130.00)."
    assert step == (
        "Next step: Request a clerical error reopening from your MAC by Mar 15, 2025. To protect your appeal rights, "
        "request a redetermination from your MAC by Jul 18, 2024. Request text"
    )
    assert origin == "Claim 8 in the file, transaction 0001; rate by date of service (DTM 472)"
    link = next(each for each in found.every("a") if each.text == "Next step:")
    kind = next(each for each in steps.every("h3") if f"#{each.attributes['id']}" == link.attributes["href"])
    assert kind.text == "Request a clerical error reopening from your MAC"
    assert steps.text.count("Your MAC withheld too much, which is a clerical error.") == 1
    assert "42 CFR 405.980(a)(3)" in steps.text


def test_several_lines_of_a_claim_are_one_claim(tmp_path: Path) -> None:
    lines = [line("99213", "150", "76.80", DOUBLED), line("99214", "150", "76.80", DOUBLED)]
    page = to_text(seq.check_835(remittance(claim("A", *lines))), tmp_path)
    (body,) = claims_of(page)

    assert "$3.20 to recover on 1 claim;" in page.one("div", class_="outcome").text
    assert len([row for row in body.every("tr") if "data-v" in row.attributes]) == 2
    assert body.text.count("Request a clerical error reopening") == 1
    assert "Line 1, line 2: Twice the expected $1.60." in body.text
    (request,) = section(page, "requests").every("pre")
    assert "pay the difference of $3.20" in request.text


def test_each_over_withheld_claim_has_its_request(mistakes: Element) -> None:
    audit = seq.check_835(MISTAKES)
    owed = {found.claim: found for found in audit.findings if found.owed_to is seq.OwedTo.PROVIDER}
    requests = {each.attributes["id"]: each.text for each in section(mistakes, "requests").every("pre")}

    assert sorted(requests.values()) == sorted(map(seq.reopening_request, owed.values()))
    for body in claims_of(mistakes):
        name = body.one("b").text
        links = [link.attributes["href"] or "" for link in body.every("a") if link.text == "Request text"]
        assert [requests[link[1:]] for link in links] == [
            seq.reopening_request(found) for account, found in owed.items() if account == name
        ]


def test_requests_beyond_the_largest_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_steps, "MAX_REQUESTS", 2)
    larger = [("CO", "45", "50"), ("CO", "253", "4.00"), ("PR", "2", "20")]
    data = remittance(
        *(claim(f"C{number}", line("99213", "150", "76.80", DOUBLED)) for number in range(3)),
        claim("LARGE", line("99213", "150", "76.00", larger)),
    )
    found = section(to_text(seq.check_835(data), tmp_path), "requests")

    assert texts(found, "summary") == ["Request for claim LARGE", "Request for claim C0"]
    assert "requests for 2 of 4 over-withheld claims, those with the most dollars." in found.text


def test_the_rate_leads_to_its_authorities(mistakes: Element) -> None:
    ids = {each.attributes["id"]: each for each in mistakes.every() if "id" in each.attributes}
    link = next(each for each in claims_of(mistakes)[0].every("a"))

    assert link.text == "2%"
    assert ids[(link.attributes["href"] or "")[1:]].text == "2%"
    assert "2 U.S.C. 901a(6)" in section(mistakes, "rates").text
    assert "Jul 1, 2022 to Mar 31, 2028" in section(mistakes, "rates").text


def test_a_projected_rate_says_so(tmp_path: Path) -> None:
    right = [("CO", "45", "50"), ("CO", "253", "2.40"), ("PR", "2", "20")]
    data = remittance(claim("A", line("99213", "150", "77.60", right, on="20300501")))
    page = to_text(seq.check_835(data, keep="all", schedule=EXAMPLE), tmp_path)

    assert "1 line under a projected rate, which may still change." in page.one("div", class_="outcome").text
    assert "projected" in claims_of(page)[0].text


def test_adjustments_problems_provider_adjustments_and_files(tmp_path: Path) -> None:
    claims = [
        claim("A", line("99213", "150", "76.80", DOUBLED)),
        claim("B", line("99213", "150", "x", [("CO", "XYZ", "1")])),
    ]
    plb = ["PLB*1*20241231*WO:REF*10*L6*-2.50"]
    audit = seq.check_835([remittance(*claims, provider_adjustments=plb, trace=trace) for trace in ("EFT1", "EFT2")])
    page = to_text(audit, tmp_path)

    codes = body_of(section(page, "codes").one("table").rows())
    assert [(row[0], int(row[3]), dollars(row[4])) for row in codes] == [
        (f"{total.group}-{total.code}", total.count, total.amount) for total in audit.by_code()
    ]
    assert ["PR-2", "Coinsurance", "patient share", "2", "$40.00", "bill patient"] in codes
    opened = section(page, "codes").one("details")
    assert opened.one("summary").text == "Federal sequestration adjustment: 2 claims listed"
    assert [link.attributes["href"] for link in opened.every("a")] == [
        f"#{body.attributes['id']}" for body in claims_of(page)
    ]
    outcome = page.one("div", class_="outcome")
    assert outcome.one("a", href="#problems").text == "4 file problems, 2 read errors among them"
    problems = body_of(section(page, "problems").one("table").rows())
    assert [row[1] for row in problems if row[0] == "error"] == [
        problem.text for problem in audit.problems if problem.level is seq.Severity.ERROR
    ]
    assert [row[0] for row in problems] == sorted(row[0] for row in problems)
    adjustments = body_of(section(page, "provider-adjustments").one("table").rows())
    assert [(row[0], row[2], row[3]) for row in adjustments] == 2 * [("WO", "REF", "$10.00"), ("L6", "", "-$2.50")]
    assert len(body_of(section(page, "files").one("table").rows())) == 2
    assert [row[0] for row in body_of(section(page, "remittances").one("table").rows())] == ["EFT1", "EFT2"]


def test_what_is_counted_and_not_kept_is_told(tmp_path: Path) -> None:
    data = remittance(*(claim(f"C{number}", line("99213", "150", "76.80", DOUBLED)) for number in range(5)))
    page = to_text(seq.check_835(data, limit=2), tmp_path)

    assert len(claims_of(page)) == 2
    assert "$8.00 to recover on 5 lines;" in page.one("div", class_="outcome").text
    assert "Not listed here, but counted above: 3 over-withheld." in section(page, "findings").text


def test_nothing_to_review_and_nothing_checked(tmp_path: Path) -> None:
    page = to_text(seq.check_835(ROOT / "examples" / "part_b_correct.835"), tmp_path)

    assert texts(page.one("div", class_="outcome"), "p")[0] == "No issues found"
    assert "100% of 8 checked lines without issues." in page.one("div", class_="outcome").text
    assert list(page.every("form")) == []
    assert "None to show." in section(page, "findings").text
    empty = to_text(seq.Audit(), tmp_path)
    assert empty.one("title").text.startswith("0 files")
    assert texts(empty.one("div", class_="outcome"), "p")[0] == "Not checked"
    (tmp_path / "bad.835").write_bytes(b"\x89PNG")
    unread = to_text(seq.check_835([tmp_path / "bad.835", ROOT / "examples" / "part_b_correct.835"]), tmp_path)
    assert texts(unread.one("div", class_="outcome"), "p")[0] == "Incomplete"
    assert unread.one("div", class_="outcome").one("a").text == "1 read error"


def test_a_page_of_nothing_checked_says_where_the_reasons_are(tmp_path: Path) -> None:
    plan = remittance(claim("A", line("99213", "150", "80", [("CO", "45", "50"), ("PR", "2", "20")]), plan="16"))
    without, listed = (to_text(seq.check_835(plan, keep=keep), tmp_path) for keep in ("wrong", "all"))
    says = [page.one("div", class_="outcome").text for page in (without, listed)]

    assert all("no line is subject to fee-for-service Medicare sequestration" in text for text in says)
    assert not any("--" in text for text in says)
    assert "create the report with all findings" in says[0]
    assert "The findings give the reasons." in says[1]
    assert "reasons" not in to_text(seq.Audit(), tmp_path).one("div", class_="outcome").text


def test_ten_thousand_findings_stay_small() -> None:
    """Design 7: 8 MB. Each claim is over-withheld, which is the most that a claim can have."""
    audit = seq.check_835(
        remittance(*(claim(f"W{number}", line("99213", "150", "76.80", DOUBLED)) for number in range(2000)))
    )
    few = len(seq.report_html(attrs.evolve(audit, findings=audit.findings[:1000]), as_of="2024-06-20"))
    many = len(seq.report_html(audit, as_of="2024-06-20"))

    assert many + 8 * (many - few) < 8e6


def test_the_page_as_text_and_on_a_stream(tmp_path: Path) -> None:
    audit = seq.check_835(MISTAKES)
    stream = io.StringIO()
    seq.write_report(audit, stream, as_of="2024-06-20")
    seq.write_report(audit, tmp_path / "report.html", as_of=date(2024, 6, 20))

    assert stream.getvalue() == seq.report_html(audit, as_of="2024-06-20")
    assert (tmp_path / "report.html").read_bytes() == stream.getvalue().encode()
    with pytest.raises(TypeError, match=r"^a report needs an Audit, not str$"):
        seq.report_html("audit")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^path must be a file name or a text stream, not NoneType$"):
        seq.write_report(audit, None)  # type: ignore[arg-type]
    with NamedTemporaryFile("w+", encoding="utf-8", newline="") as file:
        seq.write_report(audit, file, as_of="2024-06-20")
        file.seek(0)
        assert file.read() == stream.getvalue()


# How it is built.


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_it_can_be_walked_through_without_eyes(path: Path, tmp_path: Path) -> None:
    page = to_text(seq.check_835(path, keep="all"), tmp_path)
    ids = [each.attributes["id"] for each in page.every() if "id" in each.attributes]
    levels = [int(each.name[1]) for each in page.every() if re.fullmatch("h[1-6]", each.name)]

    assert page.one("html").has("lang", "en")
    assert path.name in page.one("title").text
    assert [len(list(page.every(name))) for name in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert len(ids) == len(set(ids))
    for each in page.every():
        named_by = each.attributes.get("aria-labelledby")
        assert named_by is None or named_by in ids
        if (each.attributes.get("href") or "").startswith("#"):
            assert (each.attributes["href"] or "")[1:] in ids
        if each.attributes.get("tabindex") == "0":
            assert each.has("role", "region")
            assert each.attributes["aria-label"]
    for form in page.every("form"):
        labelled = {label.attributes.get("for") for label in form.every("label")}
        inside = [box for label in form.every("label") for box in label.every("input")]
        assert all(field.attributes.get("id") in labelled or field in inside for field in form.every("input"))
        assert all(button.text.strip() for button in form.every("button"))
    for cell in page.every("th"):
        assert cell.attributes["scope"] in ("col", "row")
        assert cell.text.strip()
    for found in page.every("details"):
        assert isinstance(found.content[0], Element)
        assert found.content[0].name == "summary"


def test_without_the_script_everything_is_there_and_no_dead_control(mistakes: Element) -> None:
    assert "hidden" in mistakes.one("form").attributes
    assert not any("hidden" in found.attributes for found in mistakes.every("details"))


def test_it_loads_nothing(mistakes: Element) -> None:
    style = raw(mistakes.one("style"))

    assert not any("src" in each.attributes for each in mistakes.every())
    assert [link.attributes["href"] for link in mistakes.every("link")] == ["data:,"]
    assert not re.search(r"url\(|@import|@font-face|https?:", style + raw(mistakes.one("script")))
    assert not any(each.name in ("iframe", "object", "embed", "img", "base") for each in mistakes.every())


def test_its_policy_names_its_own_style_and_script_and_nothing_else(mistakes: Element) -> None:
    policy = mistakes.one("meta", http_equiv="Content-Security-Policy").attributes["content"] or ""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    assert rules["default-src"] == "'none'"
    for name in ("style", "script"):
        digest = hashlib.sha256(raw(mistakes.one(name)).encode("utf-8")).digest()
        assert rules[f"{name}-src"] == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert not any("style" in each.attributes for each in mistakes.every())


def raw(found: Element) -> str:
    return "".join(str(part) for part in found.content)


@pytest.mark.parametrize("name", ["report.css", "report.js"])
def test_style_and_script_can_stand_inline(name: str) -> None:
    text = (resources.files("sequestration") / "_export" / "report" / name).read_text("utf-8")

    assert "</" not in text
    assert "<!--" not in text
    assert "\r" not in text


def test_its_colors_can_be_told_apart_by_weak_eyes() -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11: text 4.5 to 1 on both grounds, in light, dark and print."""
    text = (resources.files("sequestration") / "_export" / "report" / "report.css").read_text("utf-8")
    schemes = [
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    ]

    assert len(schemes) == 3
    for colors in schemes:
        for ground in ("back", "raised"):
            for name in ("text", "soft", "accent", "alarm", "good"):
                assert contrast(colors[name], colors[ground]) >= 4.5, (name, ground, colors)


def contrast(one: str, other: str) -> float:
    dark, light = sorted(luminance(color) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_same_audit_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        seq.write_report(seq.check_835(MISTAKES), tmp_path / name)

    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


# What a file brings.


def test_markup_of_a_file_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "<b>&amp;.835"
    path.write_bytes(evil_file())
    page = to_text(seq.check_835(path, keep="all"), tmp_path)

    assert len(list(page.every("script"))) == 1
    assert not any(list(bold.every()) for bold in page.every("b"))
    assert not any(key.startswith("on") for each in page.every() for key in each.attributes)
    assert "<b>&amp;.835" in page.one("title").text
    for place in ("findings", "codes", "problems", "provider-adjustments"):
        assert EVIL[:10] in section(page, place).text, place


def test_no_patient_is_in_it(tmp_path: Path) -> None:
    audit = seq.check_835(evil_file(), keep="all")
    seq.write_report(audit, tmp_path / "report.html")

    assert not any(word in (tmp_path / "report.html").read_text("utf-8") for word in PATIENT)


def test_of_a_masked_audit_no_account_number_is_in_it(tmp_path: Path) -> None:
    out = line("99213", "150", "70", [("CO", "45", "50"), ("PR", "2", "20")])
    data = remittance(
        claim("SECRET-1", line("99213", "150", "76.80", DOUBLED)),
        claim("SECRET-2", out),
        provider_adjustments=["PLB*1*20241231*WO:SECRET-1*10"],
    )
    page = to_text(seq.check_835(data, keep="all").masked(), tmp_path)

    assert sorted(body.one("b").text for body in claims_of(page)) == ["#1", "#2"]
    assert "claim #2" in section(page, "problems").text
    assert "SECRET" not in (tmp_path / "report.html").read_text("utf-8")
    assert "SECRET-1" in to_text(seq.check_835(data, keep="all"), tmp_path).text


@pytest.mark.parametrize(("months", "is_open"), [(24, True), (25, False)])
def test_up_to_two_years_of_months_are_unfolded(months: int, is_open: bool) -> None:
    days = [f"{2017 + number // 12}{number % 12 + 1:02}15" for number in range(months)]
    claims = [claim(f"A{day}", line("99213", "150", "78.40", RIGHT, on=day)) for day in days]
    page = seq.report_html(seq.check_835(remittance(*claims)), as_of="2024-06-01")

    assert (f"<details open><summary>By service month ({months})" in page) is is_open
    assert f"By service month ({months})" in page
