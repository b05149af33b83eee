"""Findings whose payment was reversed in the same files: nothing is left to do about them."""

from __future__ import annotations

import pytest

import sequestration as seq
from tests.audit.test_by_claim import TAKEN_BACK, WRONG, files, original, reversal
from tests.making import DOUBLED, RIGHT, Claim, claim, line

LOW = [("CO", "45", "50"), ("CO", "253", "0.80"), ("PR", "2", "20")]
LOW_PAID = original(adjustments=LOW, paid="79.20")
LOW_TAKEN_BACK = reversal(adjustments=LOW, paid="-79.20")


def owed(audit: seq.Audit) -> tuple[str, str]:
    return str(audit.reversed_since[seq.OwedTo.PROVIDER]), str(audit.reversed_since[seq.OwedTo.MEDICARE])


@pytest.mark.parametrize(
    ("contents", "reversed_since"),
    [
        (((WRONG,), (TAKEN_BACK, original())), ("1.60", "0.00")),
        (((original(), TAKEN_BACK), (WRONG,)), ("1.60", "0.00")),
        (((LOW_PAID,), (LOW_TAKEN_BACK, original())), ("0.00", "0.80")),
        (((WRONG,), (TAKEN_BACK, original("ICN2", original="ICN1"))), ("1.60", "0.00")),
    ],
)
def test_nothing_is_left_of_a_claim_that_was_reversed_and_corrected(
    contents: tuple[tuple[Claim, ...], ...], reversed_since: tuple[str, str]
) -> None:
    audit = seq.check_835(files(*contents))

    assert owed(audit) == reversed_since
    assert len(audit.findings) == 1, "the wrong payment is still told"
    assert audit.open_findings() == []
    assert audit.expiring(as_of="2024-04-01") == []
    assert "BEGIN:VEVENT" not in audit.to_ics(as_of="2024-04-01")


def test_a_correction_that_is_wrong_again_stays_open() -> None:
    again = original("ICN2", DOUBLED, "76.80", original="ICN1")
    audit = seq.check_835(files((WRONG,), (TAKEN_BACK, again)))

    assert owed(audit) == ("1.60", "0.00")
    (found,) = audit.open_findings()
    assert found.payer_claim_number == "ICN2"
    assert [str(total.still_open) for total in audit.by_claim()] == [str(found.difference)]


def test_a_correction_with_the_number_of_its_original_cannot_be_told_from_it() -> None:
    audit = seq.check_835(files((WRONG,), (TAKEN_BACK, original(adjustments=DOUBLED, paid="76.80"))))

    assert owed(audit) == ("1.60", "0.00")
    assert len(audit.open_findings()) == 2


def test_a_correction_of_a_correction_is_found_by_its_own_number() -> None:
    wrong = original("ICN2", DOUBLED, "76.80", original="ICN1")
    back = reversal("ICN2", DOUBLED, "-76.80")
    audit = seq.check_835(files((original(),), (reversal(), wrong), (back, original("ICN3", original="ICN2"))))

    assert owed(audit) == ("1.60", "0.00")
    assert audit.open_findings() == []


def test_what_was_not_reversed_stays_open() -> None:
    for contents in (((WRONG,),), ((WRONG,), (reversal("ICN9", DOUBLED, "-76.80"),))):
        audit = seq.check_835(files(*contents))
        assert owed(audit) == ("0.00", "0.00")
        assert audit.open_findings() == audit.findings
        assert "Reversed since" not in str(audit)


def test_people_read_that_nothing_is_left_to_do() -> None:
    audit = seq.check_835(files((WRONG,), (TAKEN_BACK, original())))
    page = seq.report_html(audit, as_of="2024-04-01")

    for text in (audit.to_text(as_of="2024-04-01"), audit.masked().to_text()):
        question, since, *_ = text.splitlines()[1:]
        assert question == "$1.60 in question: $1.60 owed to you"
        assert since == "Reversed since in these files, so nothing is left to do: $1.60 owed to you"
        assert "none: this payment was reversed in these files" in text
        assert "Last days to act" not in text
        assert "Next steps:" not in text
    assert "Reversed since in these files, so nothing is left to do: $1.60 owed to you." in page
    assert "Next step: <span>none: this payment was reversed in these files.</span>" in page
    assert "Reopening requests" not in page
    assert "Last days to act" not in page
    assert "Reversed since, owed to you" in audit._repr_html_()
    assert audit.to_dict()["reversed_since"] == {"provider": "1.60", "medicare": "0.00"}


def test_the_json_marks_each_finding_and_gives_one_that_was_reversed_no_step() -> None:
    """ICN1 was reversed and is right again, ICN2 is wrong still, and a right payment has nothing to reverse."""
    left = original("ICN2", DOUBLED, "76.80")
    audit = seq.check_835(files((WRONG, left), (TAKEN_BACK, original())), keep="all")
    gone, still, *others = audit.to_dict()["findings"]

    assert [each["payer_claim_number"] for each in (gone, still)] == ["ICN1", "ICN2"]
    assert (gone["reversed_since"], gone["step"]) == (True, None)
    assert (still["reversed_since"], still["step"]["action"]) == (False, "request reopening")
    assert {each["reversed_since"] for each in others} == {None}
    assert [each["reversed_since"] for each in audit.masked().to_dict()["findings"]][:2] == [True, False]


@pytest.mark.parametrize("day", [None, "2024-04-01"])
def test_but_for_that_a_finding_is_the_same_in_the_json_and_alone(day: str | None) -> None:
    audit = seq.check_835(files((WRONG, LOW_PAID), (TAKEN_BACK, original("ICN2", DOUBLED, "76.80"))), keep="all")

    for found, finding in zip(audit.to_dict(as_of=day)["findings"], audit.findings, strict=True):
        alone = finding.to_dict(day)
        assert alone["reversed_since"] is None
        step = None if found["reversed_since"] else alone["step"]
        assert found == alone | {"reversed_since": found["reversed_since"], "step": step}


def test_the_mark_follows_what_is_added_to_an_audit() -> None:
    """A payment of one audit may be reversed in the files of the next."""
    first, second = files((WRONG,), (TAKEN_BACK, original()))
    audit = seq.check_835(first)

    assert [each["reversed_since"] for each in audit.to_dict()["findings"]] == [False]
    audit.merge(seq.check_835(second))
    assert [each["reversed_since"] for each in audit.to_dict()["findings"]] == [True]


def test_a_notebook_lists_what_is_left_to_do() -> None:
    """ICN1 was reversed, so that ICN2 is the only finding to act on."""
    told = "Reversed since in these files, so nothing is left to do: 1 finding"
    left = original("ICN2", LOW, "79.20")
    some, none = (seq.check_835(files((WRONG, *more), (TAKEN_BACK, original()))) for more in ((left,), ()))

    assert "Needs review, largest amounts first" in some._repr_html_()
    assert "ICN1" not in some._repr_html_()
    assert "ICN2" in some._repr_html_()
    assert told in some._repr_html_()
    assert "Needs review, largest" not in none._repr_html_()
    assert told in none._repr_html_()
    assert "nothing is left to do" not in seq.check_835(files((WRONG,)))._repr_html_()


def test_dollars_of_both_sides_are_told_apart() -> None:
    low, low_taken_back = original("ICN7", LOW, "79.20"), reversal("ICN7", LOW, "-79.20")
    audit = seq.check_835(files((WRONG, low), (TAKEN_BACK, low_taken_back)))

    assert str(audit.reversed_since[seq.OwedTo.PROVIDER]) == "1.60"
    assert audit.to_text().splitlines()[2] == (
        "Reversed since in these files, so nothing is left to do: $1.60 owed to you, $0.80 owed to Medicare"
    )


def test_a_cent_that_was_not_due_was_owed_to_the_provider() -> None:
    """Sequestration was suspended on that day, so a cent is no rounding."""
    cent = [("CO", "45", "50"), ("CO", "253", "0.01"), ("PR", "2", "20")]
    back = [(group, code, f"-{amount}") for group, code, amount in cent]
    paid = claim("A", line("99213", "150", "79.99", cent, on="20200601"), payer_number="ICN1")
    taken_back = claim("A", line("99213", "-150", "-79.99", back, on="20200601"), payer_number="ICN1", status="22")

    assert owed(seq.check_835(files((paid,), (taken_back,)))) == ("0.01", "0.00")


def test_only_what_needs_review_is_settled_by_a_reversal() -> None:
    """A right line of the same claim is none of it, though no one is owed anything of either."""
    group = [("CO", "45", "50"), ("PR", "253", "1.60"), ("PR", "2", "20")]
    back = [[(code, reason, f"-{amount}") for code, reason, amount in each] for each in (group, RIGHT)]
    paid = claim("A", line("99213", "150", "78.40", group), line("99214", "150", "78.40", RIGHT), payer_number="ICN1")
    reversed_ = [line(code, "-150", "-78.40", each) for code, each in zip(("99213", "99214"), back, strict=True)]
    taken_back = claim("A", *reversed_, payer_number="ICN1", status="22")
    audit = seq.check_835(files((paid,), (taken_back,)), keep="all")

    settled = {finding.verdict.value: audit._reversed_since.has_settled(finding) for finding in audit.findings}
    assert settled == {"wrong_group": True, "correct": False, "reversal": False}
