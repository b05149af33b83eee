"""The code tables: complete, dated as the lists date them, looked up as people write codes."""

from __future__ import annotations

import pickle
import re
from datetime import date
from typing import Any

import pytest

import sequestration as seq
from sequestration._codes.rows import categories


class TestReasonCodes:
    def test_codes_are_numbers_with_at_most_a_letter(self) -> None:
        assert all(re.fullmatch(r"[ABDPWY]?[0-9]{1,3}", code) for code in seq.CARCS)
        assert "0" not in seq.CARCS

    def test_codes_come_in_the_order_people_count(self) -> None:
        codes = list(seq.CARCS)
        numbers = [code for code in codes if code.isdigit()]
        assert numbers == sorted(numbers, key=int)
        assert codes[: len(numbers) + 3] == [*numbers, "A0", "A1", "A2"]
        assert codes.index("B9") + 1 == codes.index("B10")
        assert codes.index("W9") + 1 == codes.index("Y1")

    @pytest.mark.parametrize(
        "code, start, last_modified, stop",
        [
            ("1", "1995-01-01", None, None),
            ("43", "1995-01-01", None, "2006-07-01"),
            ("45", "1995-01-01", "2017-07-01", None),
            ("133", "2014-07-01", "2017-07-01", None),
            ("223", "2008-06-01", None, None),
            ("253", "2013-06-02", "2013-11-01", None),
            ("38", "1995-01-01", "2013-06-02", "2013-01-01"),  # changed after it was stopped: so the list has it
            ("239", "2012-03-01", "2012-01-29", None),  # changed before it began: so the list has it
        ],
    )
    def test_dates_of_some_codes(
        self, code: str, start: str | None, last_modified: str | None, stop: str | None
    ) -> None:
        entry = seq.CARCS[code]
        days = (entry.start, entry.last_modified, entry.stop)
        assert days == tuple(date.fromisoformat(day) if day else None for day in (start, last_modified, stop))

    def test_four_codes_stopped_on_one_day_of_2018(self) -> None:
        day = date(2018, 5, 1)
        assert [e.code for e in seq.CARCS.values() if e.stop == day] == ["15", "138", "165", "168"]

    def test_unknown_dates_have_bounds(self) -> None:
        for entry in seq.CARCS.values():
            assert (entry.start is None) == (entry.start_between is not None)
        assert seq.CARCS["307"].start_between == (date(2024, 6, 18), date(2025, 11, 1))
        assert seq.CARCS["216"].modified_between == (date(2024, 6, 18), date(2025, 11, 1))

    def test_remark_required(self) -> None:
        required = [
            "16",
            "96",
            "129",
            "148",
            "201",
            "226",
            "227",
            "234",
            "237",
            "250",
            "251",
            "252",
            "267",
            "307",
            "A1",
        ]
        assert all(seq.CARCS[code].remark_required for code in [*required, "17", "125", "D23"])
        assert not any(seq.CARCS[code].remark_required for code in ("1", "45", "253"))

    def test_group_restrictions(self) -> None:
        assert seq.CARCS["23"].groups == (seq.GroupCode.OA,)
        assert seq.CARCS["45"].groups == (seq.GroupCode.CO, seq.GroupCode.PR)
        assert seq.CARCS["253"].groups == ()

    def test_253_and_its_neighbors_are_no_denials(self) -> None:
        for code in ("253", "45", "100", "B13", "144", "237", "209", "23", "1", "2", "3"):
            assert seq.CARCS[code].kind is not seq.CodeKind.DENIAL, code

    def test_categories_are_known_and_used(self) -> None:
        assert {entry.category for entry in seq.CARCS.values()} == set(categories("CARC"))


class TestRemarkCodes:
    def test_codes_are_numbers_behind_one_of_three_prefixes(self) -> None:
        assert all(re.fullmatch(r"(M|MA|N)[0-9]{1,3}", code) for code in seq.RARCS)

    def test_unknown_dates_have_bounds(self) -> None:
        for entry in seq.RARCS.values():
            assert (entry.start is None) == (entry.start_between is not None)
        assert seq.RARCS["N793"].stop_between is not None

    def test_order_and_titles(self) -> None:
        codes = list(seq.RARCS)
        prefixes = [code.rstrip("0123456789") for code in codes]
        assert prefixes == sorted(prefixes)
        assert (codes[0], codes[prefixes.index("MA")], codes[prefixes.index("N")]) == ("M1", "MA01", "N1")
        assert codes.index("N99") + 1 == codes.index("N100")
        assert {e.category for e in seq.RARCS.values()} == set(categories("RARC"))

    def test_odd_pairs_of_dates_are_as_the_lists_have_them(self) -> None:
        early, late = seq.RARCS["N127"], seq.RARCS["N101"]
        assert (early.last_modified, early.start) == (date(2004, 8, 1), date(2007, 10, 31))
        assert (late.stop, late.last_modified) == (date(2004, 1, 31), date(2014, 3, 14))

    def test_811_and_the_codes_without_appeal(self) -> None:
        assert seq.RARCS["N811"].start == date(2018, 11, 1)
        assert "sequestration" in seq.RARCS["N811"].title
        assert "appeal" in seq.RARCS["N211"].title
        assert "appeal" in seq.RARCS["MA130"].title


# Words that a billing office does not write: British, translated or vague.
FOREIGN = re.compile(
    r"\b(absent|unusable|particulars|whilst|papers|mend|anew|reckon(ed)?|figured|please|clash(es)?|lacking|cut|told|stands"
    r"|licence|programme|judgement|colour|labour|centre|cancelled|authoris\w*|performer|orderer"
    r"|referrer|(incomplete|absent) or wrong)\b| %",
    re.IGNORECASE,
)
ABBREVIATIONS = {
    *(
        "ABN",
        "ASC",
        "CLIA",
        "CMN",
        "COB",
        "DME",
        "DRG",
        "EFT",
        "EOB",
        "ERISA",
        "EVV",
        "FDA",
        "HIPPS",
        "LCD",
        "MAC",
        "MBI",
    ),
    *("MFP", "MIPS", "MSP", "NCCI", "NCD", "NDC", "NPI", "ORM", "PCP", "PIP", "PPO", "QMB", "SNF", "TIN"),
}


@pytest.mark.parametrize("name", ["CARCS", "RARCS"])
class TestTitles:
    """Every title is a short phrase of a billing office, in this project's own words."""

    def test_each_code_has_one_of_its_own(self, name: str) -> None:
        titles = [entry.title.casefold() for entry in getattr(seq, name).values()]
        assert all(titles)
        assert len(set(titles)) == len(titles)

    def test_they_are_short_phrases_not_sentences(self, name: str) -> None:
        for entry in getattr(seq, name).values():
            title = entry.title
            assert 4 <= len(title) <= 70, title
            assert title == " ".join(title.split())
            assert title.isascii(), title
            assert title[0].isupper() or title[0] in "$e", title  # eRx is written so.
            assert not title.endswith((".", ",", ":")), title
            assert title.count("(") == title.count(")") <= 2, title

    def test_words_are_those_of_a_billing_office(self, name: str) -> None:
        for entry in getattr(seq, name).values():
            assert not FOREIGN.search(entry.title), (entry.code, entry.title)

    def test_abbreviations_are_spelled_as_billers_write_them(self, name: str) -> None:
        for entry in getattr(seq, name).values():
            for word in re.findall(r"[A-Za-z]+", entry.title):
                assert word.upper() not in ABBREVIATIONS or word in ABBREVIATIONS, entry.title

    def test_no_official_phrase(self, name: str) -> None:
        # X12's lists begin an entry so, or separate defects by slashes.
        for entry in getattr(seq, name).values():
            assert not re.search(
                r"Missing/|incomplete/invalid|^Alert|claim/service|^(This|These|You|Your) ", entry.title, re.IGNORECASE
            )

    def test_a_former_code_is_out_of_use(self, name: str) -> None:
        for entry in getattr(seq, name).values():
            if entry.title.endswith("former code"):
                assert entry.stop is not None, entry.code


@pytest.mark.parametrize(
    "code, words",
    [
        ("MA48", "responsible party or primary payer"),
        ("N777", "assignment of benefits"),
        ("N418", "wrong place"),
        ("N669", "Medicare fee schedule"),
        ("M62", "treatment authorization code"),
        ("N382", "MBI"),
        ("N525", "global period"),
        ("N115", "LCD"),
        ("N386", "NCD"),
        ("N811", "sequestration"),
    ],
)
def test_titles_say_what_remark_codes_mean(code: str, words: str) -> None:
    assert words.casefold() in seq.RARCS[code].title.casefold()


@pytest.mark.parametrize(
    "code, title",
    [
        ("1", "Deductible"),
        ("2", "Coinsurance"),
        ("3", "Copay"),
        ("18", "Duplicate claim or line"),
        ("29", "Timely filing limit exceeded"),
        ("50", "Not medically necessary"),
        ("197", "Precertification or authorization missing"),
        ("253", "Federal sequestration adjustment"),
    ],
)
def test_titles_of_the_codes_that_billers_see_most(code: str, title: str) -> None:
    assert seq.CARCS[code].title == title


class TestProviderLevelCodes:
    def test_codes_and_signs(self) -> None:
        assert seq.PLBS["WO"].plus == "collected now"
        assert seq.PLBS["L6"].minus == "interest paid"
        assert "No money moves" in seq.PLBS["FB"].note
        assert all(entry.plus != entry.minus for entry in seq.PLBS.values() if entry.code != "CS")

    def test_order(self) -> None:
        assert list(seq.PLBS) == sorted(seq.PLBS)


class TestGroupCodes:
    @pytest.mark.parametrize(
        "group, liability, patient",
        [
            ("CO", "provider", False),
            ("PR", "patient", True),
            ("OA", "no one by itself", False),
            ("PI", "disputed", False),
            ("CR", "as in the claim it corrects", False),
        ],
    )
    def test_who_bears_it(self, group: Any, liability: str, patient: bool) -> None:
        code = seq.GroupCode(group)
        assert (code.liability, code.patient_pays) == (liability, patient)
        assert code.title
        assert code.why

    def test_case_does_not_matter(self) -> None:
        assert seq.GroupCode("co") is seq.GroupCode.CO == "CO"
        with pytest.raises(ValueError):
            seq.GroupCode("XX")


class TestLookingUp:
    @pytest.mark.parametrize(
        "written", [253, "253", "CO253", "CO-253", "co 253", "CO:253", " co-253 ", "0253", "CO 0253"]
    )
    def test_as_people_write_253(self, written: Any) -> None:
        assert seq.carc(written) is seq.CARCS["253"]
        assert seq.adjustment_code(written).carc is seq.CARCS["253"]

    @pytest.mark.parametrize(
        "written, group, code",
        [
            ("PR 2", seq.GroupCode.PR, "2"),
            ("PR2", seq.GroupCode.PR, "2"),
            ("P2", None, "P2"),
            ("PRP2", seq.GroupCode.PR, "P2"),
            ("B15", None, "B15"),
            ("b15", None, "B15"),
            ("cob15", seq.GroupCode.CO, "B15"),
            ("OA23", seq.GroupCode.OA, "23"),
            ("pi.204", seq.GroupCode.PI, "204"),
            ("CR/45", seq.GroupCode.CR, "45"),
            ("A0", None, "A0"),
        ],
    )
    def test_pairs(self, written: Any, group: Any, code: str) -> None:
        assert seq.adjustment_code(written) == (group, seq.CARCS[code])

    def test_a_pair_unpacks_and_prints(self) -> None:
        group, entry = seq.adjustment_code("co 45")
        assert group is seq.GroupCode.CO
        assert entry.code == "45"
        assert str(seq.adjustment_code("co 45")) == "CO-45"

    @pytest.mark.parametrize(
        "written, nearest",
        [("2533", "253"), ("25e", "25"), ("CO-29x", "29"), ("B155", "B15"), ("XX-45", "45"), ("A9", "A0")],
    )
    def test_unknown_codes_name_the_nearest(self, written: Any, nearest: str) -> None:
        with pytest.raises(seq.UnknownCode) as caught:
            seq.carc(written)
        assert nearest in caught.value.nearest
        assert nearest in str(caught.value)

    @pytest.mark.parametrize("written", ["", "   ", "CO", "253x9", "12345", "CO--", "5.5", "٢٥٣", "²", "x" * 1000])
    def test_what_is_no_code(self, written: Any) -> None:
        with pytest.raises(seq.UnknownCode) as caught:
            seq.carc(written)
        assert len(str(caught.value)) < 200

    @pytest.mark.parametrize("written", [None, True, b"253", ["253"]])
    def test_other_types(self, written: Any) -> None:
        with pytest.raises(TypeError):
            seq.carc(written)

    def test_errors_are_key_errors_and_pickle(self) -> None:
        with pytest.raises(seq.UnknownCode) as caught:
            seq.CARCS["999"]
        error = caught.value
        assert isinstance(error, KeyError)
        assert isinstance(error, seq.SequestrationError)
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), again.code, again.nearest) == (str(error), error.code, error.nearest)
        assert "may be newer" in str(error)

    def test_the_mapping_has_canonical_codes_and_finds_others(self) -> None:
        assert "45" in seq.CARCS
        assert "CO-45" in seq.CARCS
        assert "CO-45" not in list(seq.CARCS)
        assert seq.CARCS["CO-45"] is seq.CARCS["45"]

    def test_a_newer_code_need_not_break_reading(self) -> None:
        assert seq.CARCS.get("399") is None
        assert seq.CARCS.canonical("co-399") == "399"
        assert seq.RARCS.get("N999") is None

    @pytest.mark.parametrize("written, code", [("n811", "N811"), (" N811 ", "N811"), ("ma1", "MA01"), ("M15", "M15")])
    def test_remark_codes(self, written: Any, code: str) -> None:
        assert seq.RARCS.look_up(written).code == code

    def test_unknown_remark_and_provider_level_codes(self) -> None:
        with pytest.raises(seq.UnknownCode, match="N811"):
            seq.RARCS.look_up("N8111")
        with pytest.raises(seq.UnknownCode, match="not a remark code"):
            seq.RARCS.look_up("811")
        assert seq.PLBS.look_up("wo").code == "WO"
        with pytest.raises(seq.UnknownCode, match="WO"):
            seq.PLBS["WX"]
        with pytest.raises(seq.UnknownCode, match="not a provider-level code"):
            seq.PLBS.look_up("forward")


class TestUnusualPairs:
    @pytest.mark.parametrize(
        "usual", ["CO-253", "CO-45", "PR-45", "PR-1", "PR-3", "OA-23", "CO-29", "PR-96", "253", "OA-18"]
    )
    def test_usual(self, usual: str) -> None:
        assert seq.adjustment_code(usual).unusual == ""

    @pytest.mark.parametrize(
        "unusual, says",
        [
            ("PR-253", "unassigned"),
            ("OA-253", "later payer"),
            ("CO-1", "QMB"),
            ("CO-23", "only under OA"),
            ("OA-45", "only under CO or PR"),
            ("PR-29", "late filing"),
            ("CR-45", "4010"),
        ],
    )
    def test_unusual_but_not_forbidden(self, unusual: str, says: str) -> None:
        pair = seq.adjustment_code(unusual)
        assert says in pair.unusual
        assert "unusual" in pair.to_text()

    def test_what_x12_allows_comes_first(self) -> None:
        assert seq.adjustment_code("PR-18").unusual == (
            "X12 allows 18 only under OA or CO; the patient is not responsible for a duplicate"
        )

    def test_laid_out_in_lines_a_pair_says_who_is_liable_and_a_reason_alone_does_not(self) -> None:
        reason, pair = seq.adjustment_code("253").to_text(), seq.adjustment_code("CO-253").to_text()

        assert reason == seq.CARCS["253"].to_text()
        assert pair.splitlines() == [*reason.splitlines(), pair.splitlines()[-1]]
        assert "under CO" in pair
        assert "liable: provider" in pair
