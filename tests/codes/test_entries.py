"""The code tables: complete, dated as the lists date them, looked up as people write codes."""

from __future__ import annotations

import hashlib
import pickle
from collections import Counter
from datetime import date
from typing import Any

import pytest

import sequestration as seq
from sequestration._codes.tables import categories


class TestReasonCodes:
    def test_every_code_ever_issued_is_there_once(self) -> None:
        assert len(seq.CARCS) == 407
        assert sum(entry.stop is None for entry in seq.CARCS.values()) == 297
        series = Counter(code[0] if code[0].isalpha() else "" for code in seq.CARCS)
        assert series == {"": 308, "P": 32, "B": 23, "D": 23, "A": 9, "W": 9, "Y": 3}
        assert not {"309", "D24", "D25", "P33", "0"} & set(seq.CARCS)

    def test_codes_come_in_the_order_people_count(self) -> None:
        codes = list(seq.CARCS)
        assert codes[:3] == ["1", "2", "3"]
        assert codes[:308] == [str(number) for number in range(1, 309)]
        assert codes[308:311] == ["A0", "A1", "A2"]
        assert codes.index("B9") + 1 == codes.index("B10")
        assert codes[-4:] == ["W9", "Y1", "Y2", "Y3"]

    def test_every_date_is_the_one_of_the_lists(self) -> None:
        lines = sorted(_dated(entry, entry.remark_required) for entry in seq.CARCS.values())
        assert _checksum(lines) == "8528c64c222793baad49c05210fc358c906256918f0bd8279a6879ffdc9f5f2f"

    @pytest.mark.parametrize(
        "field, count, days, weighed",
        [
            ("start", 405, 296223477, 41632079536),
            ("last_modified", 193, 141800995, 19816415360),
            ("stop", 110, 80639616, 10684989070),
        ],
    )
    def test_dates_add_up(self, field: str, count: int, days: Any, weighed: int) -> None:
        assert _sums(seq.CARCS.values(), field) == (count, days, weighed)

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
        unknown = [e.code for e in seq.CARCS.values() if e.start is None]
        assert unknown == ["307", "308"]
        assert seq.CARCS["307"].start_between == (date(2024, 6, 18), date(2025, 11, 1))
        assert seq.CARCS["216"].modified_between == (date(2024, 6, 18), date(2025, 11, 1))

    def test_remark_required(self) -> None:
        required = [entry.code for entry in seq.CARCS.values() if entry.remark_required]
        active = ["16", "96", "129", "148", "201", "226", "227", "234", "237", "250", "251", "252", "267", "307", "A1"]
        assert sorted(required) == sorted([*active, "17", "125", "D23"])

    def test_group_restrictions(self) -> None:
        restricted = Counter(" ".join(e.groups) for e in seq.CARCS.values() if e.groups)
        assert restricted == {"OA": 9, "CO": 7, "PR": 6, "CO OA": 2, "OA CO": 1, "CO PR": 1, "CO PI": 1}
        assert seq.CARCS["253"].groups == ()

    def test_253_and_its_neighbors_are_no_denials(self) -> None:
        for code in ("253", "45", "100", "B13", "144", "237", "209", "23", "1", "2", "3"):
            assert seq.CARCS[code].kind is not seq.CodeKind.DENIAL, code

    def test_titles_are_short_and_unlike(self) -> None:
        titles = [entry.title for entry in seq.CARCS.values()]
        assert len(set(titles)) == len(titles)
        assert max(len(title) for title in titles) < 70

    def test_categories_are_known_and_used(self) -> None:
        assert {entry.category for entry in seq.CARCS.values()} == set(categories("CARC"))


class TestRemarkCodes:
    def test_every_code_is_there_once(self) -> None:
        assert len(seq.RARCS) == 1216
        assert Counter(code.rstrip("0123456789") for code in seq.RARCS) == {"M": 144, "MA": 134, "N": 938}
        stopped = [e for e in seq.RARCS.values() if e.stop or e.stop_between]
        assert len(stopped) == 79
        assert sum(e.alert for e in seq.RARCS.values()) - sum(e.alert for e in stopped) == 190

    def test_every_date_is_the_one_of_the_lists(self) -> None:
        lines = sorted(_dated(entry, entry.alert) for entry in seq.RARCS.values())
        assert _checksum(lines) == "0c9596bc3c4bb5e158fb45deab54f03000ddf8d4c066d03c64f4a5bd04d74684"

    @pytest.mark.parametrize(
        "field, count, days, weighed",
        [
            ("start", 1171, 857682867, 195728450334),
            ("last_modified", 374, 274282086, 61301082021),
            ("stop", 78, 57143379, 12935288583),
        ],
    )
    def test_dates_add_up(self, field: str, count: int, days: Any, weighed: int) -> None:
        assert _sums(seq.RARCS.values(), field) == (count, days, weighed)

    def test_unknown_dates_have_bounds(self) -> None:
        unknown = [e.code for e in seq.RARCS.values() if e.start is None]
        assert unknown == [f"N{number}" for number in range(896, 941)]
        assert all(seq.RARCS[code].start_between for code in unknown)
        assert seq.RARCS["N793"].stop_between is not None

    def test_order_and_titles(self) -> None:
        codes = list(seq.RARCS)
        assert (codes[0], codes[144], codes[-1]) == ("M1", "MA01", "N940")
        titled = [e for e in seq.RARCS.values() if e.title]
        assert len(titled) == 716
        assert all(e.category in categories("RARC") for e in titled)
        assert {e.category for e in titled} == set(categories("RARC"))

    def test_odd_pairs_of_dates_are_as_the_lists_have_them(self) -> None:
        early, late = seq.RARCS["N127"], seq.RARCS["N101"]
        assert (early.last_modified, early.start) == (date(2004, 8, 1), date(2007, 10, 31))
        assert (late.stop, late.last_modified) == (date(2004, 1, 31), date(2014, 3, 14))

    def test_811_and_the_codes_without_appeal(self) -> None:
        assert seq.RARCS["N811"].start == date(2018, 11, 1)
        assert "sequestration" in seq.RARCS["N811"].title
        assert "appeal" in seq.RARCS["N211"].title
        assert "appeal" in seq.RARCS["MA130"].title


class TestProviderLevelCodes:
    def test_codes_and_signs(self) -> None:
        assert len(seq.PLBS) == 42
        assert seq.PLBS["WO"].plus == "collected now"
        assert seq.PLBS["L6"].minus == "interest paid"
        assert "No money moves" in seq.PLBS["FB"].note
        assert all(entry.plus != entry.minus for entry in seq.PLBS.values() if entry.code != "CS")

    def test_order(self) -> None:
        assert list(seq.PLBS)[:7] == ["50", "51", "72", "90", "AH", "AM", "AP"]


class TestGroupCodes:
    @pytest.mark.parametrize(
        "group, liability, patient",
        [
            ("CO", "provider", False),
            ("PR", "patient", True),
            ("OA", "nobody by itself", False),
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

    @pytest.mark.parametrize("written", [None, 253.0, True, b"253", ["253"]])
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

    def test_the_mapping_holds_canonical_codes_only(self) -> None:
        assert "45" in seq.CARCS
        assert "CO-45" not in seq.CARCS
        with pytest.raises(seq.UnknownCode) as caught:
            seq.CARCS["CO-45"]
        assert caught.value.nearest == ("45",)

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
        with pytest.raises(seq.UnknownCode, match="no remark code"):
            seq.RARCS.look_up("811")
        assert seq.PLBS.look_up("wo").code == "WO"
        with pytest.raises(seq.UnknownCode, match="WO"):
            seq.PLBS["WX"]
        with pytest.raises(seq.UnknownCode, match="no provider-level code"):
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
            ("CO-23", "OA only"),
            ("OA-45", "CO or PR only"),
            ("PR-29", "late filing"),
            ("CR-45", "4010"),
        ],
    )
    def test_unusual_but_not_forbidden(self, unusual: str, says: str) -> None:
        pair = seq.adjustment_code(unusual)
        assert says in pair.unusual
        assert "unusual" in pair.to_text()

    def test_laid_out_in_lines_a_pair_says_who_is_liable_and_a_reason_alone_does_not(self) -> None:
        reason, pair = seq.adjustment_code("253").to_text(), seq.adjustment_code("CO-253").to_text()

        assert reason == seq.CARCS["253"].to_text()
        assert pair.splitlines() == [*reason.splitlines(), pair.splitlines()[-1]]
        assert "under CO" in pair
        assert "liable: provider" in pair


def _dated(entry: Any, flag: bool) -> str:
    days = [day.isoformat() if day else "" for day in (entry.start, entry.last_modified, entry.stop)]
    return ",".join([entry.code, *days, "yes" if flag else "no"])


def _checksum(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _sums(entries: Any, field: str) -> tuple[int, int, int]:
    """How many dates, the sum of their days, and that sum weighed by the letters of each code."""
    dated = [(entry.code, getattr(entry, field).toordinal()) for entry in entries if getattr(entry, field)]
    return len(dated), sum(day for _, day in dated), sum(day * sum(map(ord, code)) for code, day in dated)
