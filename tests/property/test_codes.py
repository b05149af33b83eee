"""What holds of every code, however it is written, on every day."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration._codes.entries import code_order
from sequestration._codes.spelling import split_code

pytestmark = pytest.mark.slow

ONE_DAY = timedelta(days=1)
groups = st.sampled_from([None, *seq.GroupCode])
codes = st.sampled_from(list(seq.CARCS))
days = st.dates(date(1990, 1, 1), date(2035, 12, 31))
separators = st.sampled_from(["", "-", " ", ":", ".", "/", "_", " - ", "\u2013", " \u2014 ", "\u00a0", "\u2212"])
zeros = st.integers(0, 4).map("0".__mul__)
tables: st.SearchStrategy[Any] = st.sampled_from([seq.CARCS, seq.RARCS, seq.PLBS])
PREFIXES = {"CARC": ("", "CARC ", "carc:"), "RARC": ("", "RARC ", "rarc-"), "PLB": ("", "PLB ", "plb")}


@st.composite
def decorated(draw: st.DrawFn) -> tuple[Any, str, str]:
    """A table, one of its codes, and that code as somebody may write it."""
    table = draw(tables)
    code = draw(st.sampled_from(list(table)))
    letters, number = code.rstrip("0123456789"), code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    written = code
    if table.name != "PLB" and number:
        written = f"{letters}{draw(separators) if letters else ''}{draw(zeros)}{number}"
    if number and not letters:
        written += draw(st.sampled_from(["", ".0", ".00"]))
    if table.name == "CARC" and draw(st.booleans()):
        written = f"{draw(st.sampled_from(list(seq.GroupCode)))}{draw(separators)}{written}"
    written = f"{draw(st.sampled_from(PREFIXES[table.name]))}{written}"
    blank = draw(st.sampled_from(["", " ", "\t", "\u00a0"]))
    return table, code, blank + (written.lower() if draw(st.booleans()) else written) + blank


class TestParsingAndPrintingAreInverse:
    @given(group=groups, code=codes)
    def test_what_is_printed_is_parsed_again(self, group: Any, code: str) -> None:
        pair = seq.AdjustmentCode(group, seq.CARCS[code])
        assert seq.adjustment_code(str(pair)) == pair

    @given(group=groups, code=codes, separator=separators, lower=st.booleans(), blanks=st.sampled_from(["", " ", "\t"]))
    def test_what_people_write_is_printed_in_one_way(
        self, group: Any, code: str, separator: str, lower: bool, blanks: str
    ) -> None:
        written = f"{blanks}{group}{separator}{code}{blanks}" if group else f"{blanks}{code}{blanks}"
        pair = seq.adjustment_code(written.lower() if lower else written)
        assert str(pair) == (f"{group}-{code}" if group else code)
        assert seq.carc(written) is pair.carc

    @given(st.text(max_size=12))
    def test_any_text_is_a_code_or_an_error_of_ours(self, text: str) -> None:
        with suppress(seq.UnknownCode):
            group, code = split_code(text)
            assert split_code(f"{group or ''}{code}") == (group, code)

    @given(st.integers())
    def test_any_number(self, number: int) -> None:
        if 1 <= number <= 308:
            assert seq.carc(number).code == str(number)
        else:
            with pytest.raises(seq.UnknownCode):
                seq.carc(number)

    @given(st.sampled_from(list(seq.RARCS)), st.booleans())
    def test_remark_codes(self, code: str, lower: bool) -> None:
        assert seq.RARCS.look_up(f" {code.lower() if lower else code} ").code == code

    @given(st.sampled_from([*seq.CARCS, *seq.RARCS, *seq.PLBS]), st.sampled_from([*seq.CARCS, *seq.RARCS, *seq.PLBS]))
    def test_order_is_total(self, one: Any, other: Any) -> None:
        assert (code_order(one) == code_order(other)) is (one == other)


class TestSpelling:
    @settings(max_examples=1000)
    @given(decorated())
    def test_a_code_is_found_however_it_is_decorated(self, case: tuple[Any, str, str]) -> None:
        table, code, written = case
        assert table[written] is table[code]
        assert table.canonical(written) == code
        assert written in table

    @settings(max_examples=3000)
    @given(tables, st.text("0123456789.- CORPBANMWL\u2013\u0665\u00b2", max_size=9))
    def test_what_is_found_has_the_number_that_is_written(self, table: Any, written: str) -> None:
        # An independent reading: one run of digits, which is the number of the code, and no letter but those
        # of the code, of a group and of the table's name.
        found = table.get(written)
        if found is None:
            return
        text = re.sub(r"\.0+$", "", written.strip())
        letters, number = found.code.rstrip("0123456789"), found.code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        runs = re.findall(r"[0-9]+", text)
        assert [run.lstrip("0") for run in runs] == ([number.lstrip("0")] if number else [])
        assert re.sub(r"[^A-Z]", "", text).removeprefix(table.name) in {letters, *(g + letters for g in seq.GroupCode)}

    @given(st.sampled_from(list(seq.CARCS)), st.integers(1, 2))
    def test_a_point_within_a_number_is_no_code(self, code: str, place: int) -> None:
        if len(code) > place and code.isdigit() and set(code[place:]) != {"0"}:
            assert f"{code[:place]}.{code[place:]}" not in seq.CARCS

    @given(tables, tables)
    def test_every_table_reads_its_own_codes_as_themselves(self, one: Any, other: Any) -> None:
        assert all(one.canonical(code) == code for code in one)
        assert all(one.get(code) is one[code] for code in other if code in list(one))


class TestSearch:
    @pytest.mark.parametrize("name", ["CARCS", "RARCS", "PLBS"])
    def test_every_code_is_first_by_its_own_title(self, name: str) -> None:
        table = getattr(seq, name)
        for code, entry in table.items():
            if entry.title:
                assert next(iter(table.search(entry.title))) == code, entry.title

    @given(st.text(max_size=40))
    def test_any_words_give_codes_of_the_table_each_once(self, words: str) -> None:
        found = list(seq.CARCS.search(words))
        assert set(found) <= set(seq.CARCS)
        assert len(found) == len(set(found))

    @given(codes)
    def test_a_code_finds_itself(self, code: str) -> None:
        assert next(iter(seq.CARCS.search(code))) == code


class TestDates:
    @pytest.mark.parametrize("name", ["CARCS", "RARCS"])
    def test_active_on_agrees_with_start_and_stop_on_both_sides(self, name: str) -> None:
        table = getattr(seq, name)
        for code, entry in table.items():
            if entry.start is not None:
                assert code not in _on(table, code, entry.start - ONE_DAY)
                if entry.stop is None or entry.stop >= entry.start:
                    assert code in _on(table, code, entry.start)
            if entry.stop is not None and (entry.start is None or entry.start <= entry.stop):
                assert code in _on(table, code, entry.stop)
                assert code not in _on(table, code, entry.stop + ONE_DAY)

    @given(days)
    def test_active_codes_are_a_part_in_code_order(self, day: date) -> None:
        active = list(seq.CARCS.active_on(day))
        assert active == sorted(active, key=code_order)
        assert set(active) == {code for code, entry in seq.CARCS.items() if entry.is_active(day)}

    @given(days, days)
    def test_what_became_active_or_stopped_has_changed_since(self, one: date, other: date) -> None:
        earlier, later = sorted([one, other])
        before, after = set(seq.CARCS.active_on(earlier)), set(seq.CARCS.active_on(later))
        changed = set(seq.CARCS.changed_since(earlier))
        assert before ^ after <= changed

    @given(days, days)
    def test_less_has_changed_since_later(self, one: date, other: date) -> None:
        earlier, later = sorted([one, other])
        assert set(seq.CARCS.changed_since(later)) <= set(seq.CARCS.changed_since(earlier))


def _on(table: Any, code: str, day: date) -> Any:
    """A table of that one code, cut to a day: cutting the whole table for each would take long."""
    return type(table)(table.name, [table[code]], table.source).active_on(day)
