"""The report: one file that holds what the audit holds, stands alone, and lets nothing of a file become markup."""

from __future__ import annotations

import base64
import hashlib
import re
from decimal import Decimal
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

import sequestration as seq
from tests.making import claim, line, remittance
from tests.markup import Element, parsed
from tests.paths import ROOT
from tests.public.test_reprs import EVIL, PATIENT, evil_file
from tests.schedules import EXAMPLE

EXAMPLES = sorted((ROOT / "examples").glob("*.835"))
MISTAKES = ROOT / "examples" / "part_b_mistakes.835"
WRONG = [("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")]
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"


def to_text(audit: seq.Audit, folder: Path) -> Element:
    seq.write_report(audit, folder / "report.html")
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


def test_the_summary_has_the_sums_of_the_audit(mistakes: Element) -> None:
    audit = seq.check_835(MISTAKES)
    tiles = section(mistakes, "summary").one("dl", class_="tiles")
    shown = dict(
        zip((term.text for term in tiles.every("dt")), (value.text for value in tiles.every("dd")), strict=True)
    )

    assert shown["Dollars in question"] == str(audit.totals.in_question)
    assert shown["Owed to you"] == str(audit.totals.by_owed_to[seq.OwedTo.PROVIDER])
    assert shown["Owed to Medicare"] == str(audit.totals.by_owed_to[seq.OwedTo.MEDICARE])
    assert shown["Cut taken"] == str(audit.totals.reported)
    assert shown["Cut that the law takes"] == str(audit.totals.expected)
    assert section(mistakes, "summary").one("p", class_="outcome").text == "8 of 21 places need a look."


def test_bars_are_as_long_as_their_numbers(mistakes: Element) -> None:
    audit = seq.check_835(MISTAKES)
    verdicts, months = section(mistakes, "summary").every("table")

    counts = {verdict.words.capitalize(): count for verdict, count in audit.counts.items() if count}
    assert {row[0].removesuffix(" needs a look"): int(row[1]) for row in body_of(verdicts.rows())} == counts
    assert {row[0] for row in body_of(verdicts.rows()) if row[0].endswith(" needs a look")} == {
        f"{verdict.words.capitalize()} needs a look"
        for verdict, count in audit.counts.items()
        if count and verdict.needs_review
    }
    assert [row[0] for row in body_of(months.rows())] == sorted(audit.totals.by_month)
    for table, numbers in ((verdicts, 1), (months, 3)):
        drawn = [Decimal(bar.attributes["width"] or "") for bar in table.every("rect")]
        told = [Decimal(row[numbers]) for row in body_of(table.rows())]
        assert max(drawn) == 100
        assert drawn == [(100 * number / max(told)).quantize(Decimal("0.01")) for number in told]
        assert all(svg.has("aria_hidden", "true") for svg in table.every("svg"))


def test_every_finding_is_there_the_worst_first(mistakes: Element) -> None:
    findings = list(mistakes.every("details", class_="finding"))
    audit = seq.check_835(MISTAKES, keep="all")

    assert sorted(found.one("summary").text for found in findings) == sorted(heads(audit))
    looks = [found.has("class_", "look") for found in findings]
    assert looks == sorted(looks, reverse=True)
    assert looks.count(True) == 8
    assert findings[0].one("summary").text == "Over-withheld claim ON-CHARGE, line 1, 99213 $2.20 over-withheld"
    assert {found.attributes["data-verdict"] for found in findings} <= set(seq.Verdict)


def heads(audit: seq.Audit) -> list[str]:
    return [
        f"{found.verdict.words.capitalize()} {found.place} {found._difference_text.split(',')[0]}".removesuffix(
            " was taken"
        ).rstrip()
        for found in audit.findings
    ]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_arithmetic_of_every_finding_adds_up(path: Path, tmp_path: Path) -> None:
    audit = seq.check_835(path, keep="all")
    findings = list(to_text(audit, tmp_path).every("details", class_="finding"))
    tried = 0
    for found in findings:
        tables = [table for table in found.every("table") if table.one("caption").text == "Arithmetic"]
        rows = {row[0]: row[1:] for table in tables for row in body_of(table.rows())}
        if "paid" in rows:
            base = [rows[name] for name in rows if name == "paid" or name.startswith("+ ")]
            payable = rows["= payable before sequestration"]
            assert sum(dollars(row[0]) for row in base) == dollars(payable[0])
            if "= cut that is due" in rows:
                rate = Decimal(rows[f"{TIMES} rate"][0].removesuffix("%")) / 100
                due = dollars(rows["= cut that is due"][0])
                assert abs(due - rate * dollars(payable[0])) <= Decimal("0.005")
                if f"reported {MINUS} due" in rows:
                    cut = dollars(rows["+ cut reported (CO 253)"][0])
                    assert dollars(rows[f"reported {MINUS} due"][0]) == cut - due
            tried += 1

    assert len(findings) == len(audit.findings)
    assert tried >= len(findings) // 2


def dollars(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def test_a_finding_unfolds_to_its_reasons_and_its_next_step(mistakes: Element) -> None:
    found = next(each for each in mistakes.every("details") if "ON-ALLOWED" in each.one("summary").text)
    where = dict(next(t for t in found.every("table") if t.one("caption").text == "Where and why").rows())
    step = dict(next(t for t in found.every("table") if t.one("caption").text == "What to do").rows())

    assert where["payer"] == "EXAMPLE MEDICARE CONTRACTOR"
    assert where["date of service"] == "Mar 1, 2024: date of service (DTM 472)"
    assert where["why"] == "2% of the allowed amount ($130.00)"
    assert where["or"].startswith("2% of the amount before coinsurance ($130.00)")
    assert step["next step"].startswith("request reopening: ")
    assert "42 CFR 405.980(a)(3)" in step["next step"]
    assert step["last day"].startswith("Jul 18, 2024: request a redetermination")
    assert "Mar 15, 2025: request a reopening" in step["last day"]


def test_the_rate_leads_to_its_authorities(mistakes: Element) -> None:
    ids = {each.attributes["id"]: each for each in mistakes.every() if "id" in each.attributes}
    found = next(each for each in mistakes.every("details", class_="finding"))
    link = found.one("a")
    target = (link.attributes["href"] or "")[1:]

    assert link.text == f"{seq.MEDICARE_FFS.period_on('2022-07-01').span}, ordered"
    assert ids[target].text == "2%"
    assert "2 U.S.C. 901a(6)" in section(mistakes, "rates").text


def test_a_projected_rate_says_so(tmp_path: Path) -> None:
    right = [("CO", "45", "50"), ("CO", "253", "2.40"), ("PR", "2", "20")]
    data = remittance(claim("A", line("99213", "150", "77.60", right, on="20300501")))
    page = to_text(seq.check_835(data, keep="all", schedule=EXAMPLE), tmp_path)

    assert "1 place is judged by a projected rate, which may turn out otherwise." in section(page, "summary").text
    assert "projected; it may turn out otherwise" in page.one("details", class_="finding").text


def test_adjustments_problems_provider_adjustments_and_files(tmp_path: Path) -> None:
    claims = [
        claim("A", line("99213", "150", "76.80", WRONG)),
        claim("B", line("99213", "150", "x", [("CO", "XYZ", "1")])),
    ]
    plb = ["PLB*1*20241231*WO:REF*10*L6*-2.50"]
    audit = seq.check_835([remittance(*claims, provider_adjustments=plb, trace=trace) for trace in ("EFT1", "EFT2")])
    page = to_text(audit, tmp_path)

    codes = body_of(section(page, "codes").one("table").rows())
    assert [(row[0], int(row[3]), Decimal(row[4])) for row in codes] == [
        (f"{total.group}-{total.code}", total.count, total.amount) for total in audit.by_code()
    ]
    assert ["CO-253", "Federal sequestration adjustment", "reduction", "2", "6.40", "write off"] in codes
    assert section(page, "summary").one("a", href="#problems").text == "4 problems of the input, 2 of them errors"
    problems = body_of(section(page, "problems").one("table").rows())
    assert [row[1] for row in problems if row[0] == "error"] == [
        problem.text for problem in audit.problems if problem.level is seq.Severity.ERROR
    ]
    assert [row[0] for row in problems] == sorted(row[0] for row in problems)
    adjustments = body_of(section(page, "provider-adjustments").one("table").rows())
    assert [(row[0], row[2], row[3]) for row in adjustments] == 2 * [("WO", "REF", "10.00"), ("L6", "", "-2.50")]
    assert len(body_of(section(page, "files").one("table").rows())) == 2


def test_what_is_counted_and_not_kept_is_told(tmp_path: Path) -> None:
    data = remittance(*(claim(f"C{number}", line("99213", "150", "76.80", WRONG)) for number in range(5)))
    page = to_text(seq.check_835(data, limit=2), tmp_path)

    assert len(list(page.every("details", class_="finding"))) == 2
    assert "Counted above but not listed: 3 over-withheld." in section(page, "findings").text


def test_nothing_to_look_at(tmp_path: Path) -> None:
    page = to_text(seq.check_835(ROOT / "examples" / "part_b_correct.835"), tmp_path)

    assert section(page, "summary").one("p", class_="outcome").text == "Nothing to look at."
    assert list(page.every("form")) == []
    assert "There are none to show." in section(page, "findings").text
    assert to_text(seq.Audit(), tmp_path).one("title").text.startswith("0 files")


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
    text = (resources.files("sequestration") / "_export" / name).read_text("utf-8")

    assert "</" not in text
    assert "<!--" not in text
    assert "\r" not in text


def test_its_colors_can_be_told_apart_by_weak_eyes() -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11: text 4.5 to 1 on both grounds, in light, dark and print."""
    text = (resources.files("sequestration") / "_export" / "report.css").read_text("utf-8")
    schemes = [
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    ]

    assert len(schemes) == 3
    for colors in schemes:
        for ground in ("back", "raised"):
            for name in ("text", "soft", "accent", "alarm"):
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
    assert list(page.every("b")) == []
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
        claim("SECRET-1", line("99213", "150", "76.80", WRONG)),
        claim("SECRET-2", out),
        provider_adjustments=["PLB*1*20241231*WO:SECRET-1*10"],
    )
    page = to_text(seq.check_835(data, keep="all").masked(), tmp_path)

    assert "claim #1" in section(page, "findings").text
    assert "claim #2" in section(page, "problems").text
    assert "SECRET" not in (tmp_path / "report.html").read_text("utf-8")
    assert "SECRET-1" in to_text(seq.check_835(data, keep="all"), tmp_path).text
