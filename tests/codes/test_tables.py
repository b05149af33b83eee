"""The code tables as tables: cut by date, overlaid, read-only, with their sources."""

from __future__ import annotations

import pickle
import tomllib
from datetime import date
from importlib import resources
from pathlib import Path

import attrs
import pytest

import sequestration as seq
from sequestration._codes import shipped
from sequestration._data import shipped_rows

DATA = resources.files("sequestration") / "data"
LISTED = tomllib.loads((DATA / "sources.toml").read_text("utf-8"))


class TestByDate:
    def test_active_on(self) -> None:
        assert "253" not in seq.CARCS.active_on("2013-06-01")
        assert "253" in seq.CARCS.active_on("2013-06-02")
        assert "38" in seq.CARCS.active_on("2013-01-01")
        assert "38" not in seq.CARCS.active_on("2013-01-02")

    @pytest.mark.parametrize("day", ["2006-07-01", "2013-06-02", "2026-01-01"])
    def test_active_are_those_that_began_and_did_not_stop(self, day: str) -> None:
        for table in (seq.CARCS, seq.RARCS):
            active = table.active_on(day)
            for entry in table.values():
                if entry.start is not None and entry.stop_between is None:
                    began, stopped = str(entry.start) <= day, entry.stop is not None and str(entry.stop) < day
                    assert (entry.code in active) == (began and not stopped)

    def test_unknown_dates_count_from_their_bound(self) -> None:
        assert "307" not in seq.CARCS.active_on("2024-06-18")
        assert "307" in seq.CARCS.active_on("2024-06-19")
        assert "N793" in seq.RARCS.active_on("2019-11-15")
        assert "N793" not in seq.RARCS.active_on("2019-11-16")

    def test_changed_since(self) -> None:
        assert {"216", "307", "308"} <= set(seq.CARCS.changed_since("2024-06-19"))
        assert {"216", "307", "308"}.isdisjoint(seq.CARCS.changed_since("2025-11-02"))
        assert list(seq.CARCS.changed_since("9999-12-31")) == []
        assert "253" in seq.CARCS.changed_since("2013-11-01")
        assert "253" not in seq.CARCS.changed_since("2013-11-02")

    def test_the_answer_is_a_table_in_code_order(self) -> None:
        table = seq.CARCS.active_on("2014-01-01")
        assert isinstance(table, seq.CodeTable)
        assert "253" in table.search("sequestration")
        assert list(table) == [code for code in seq.CARCS if code in table]

    def test_a_bad_date(self) -> None:
        with pytest.raises(seq.InvalidDate):
            seq.CARCS.active_on("2014-02-30")


HEAD = "code,start,last_modified,stop,remark_required,groups,scope,title,category,kind,step,confidence\n"


class TestCodesOfANewerList:
    def test_laid_over_as_a_new_table(self, tmp_path: Path) -> None:
        path = tmp_path / "newer.csv"
        path.write_text(
            HEAD
            + "co-399,2026-11-01,,,yes,CO PR,,A reason to come,coding,denial,appeal,low\n"
            + "4,1995-01-01,2020-03-01,2026-12-31,no,,,Another title,coding,denial,correct and resubmit,high\n",
            "utf-8-sig",
        )
        table = seq.CARCS.with_codes(path, release="2026-11-01")

        assert table["399"].title == "A reason to come"
        assert (table["399"].groups, table["399"].remark_required) == ((seq.GroupCode.CO, seq.GroupCode.PR), True)
        assert (table["4"].title, table["4"].stop) == ("Another title", date(2026, 12, 31))
        assert {code: table[code] for code in seq.CARCS if code != "4"} == {
            c: seq.CARCS[c] for c in seq.CARCS if c != "4"
        }
        assert list(table).index("399") == list(table).index("A0") - 1
        assert (table.release, table.source.origins[-1]) == (date(2026, 11, 1), str(path))
        assert "399" in table.search("reason to come")
        assert seq.next_step(table["399"]).action is seq.Action.APPEAL
        assert "399" not in seq.CARCS
        assert pickle.loads(pickle.dumps(table))["399"] == table["399"]

    def test_columns_that_the_file_does_not_have_stay_as_they_are(self, tmp_path: Path) -> None:
        path = tmp_path / "newer.csv"
        path.write_text("code,stop\n307,2026-12-31\n", "utf-8")
        texts = tmp_path / "texts.csv"
        texts.write_text("code,text\n307,Their words\n399,Newer\n", "utf-8")
        table = seq.CARCS.with_texts(texts).with_codes(path)

        assert table["307"] == attrs.evolve(seq.CARCS["307"], stop=date(2026, 12, 31), text="Their words")
        assert (table.newer, table.release) == (("399",), seq.CARCS.release)

    @pytest.mark.parametrize("table", [seq.CARCS, seq.RARCS, seq.PLBS], ids=["carc", "rarc", "plb"])
    def test_every_shipped_code_stays_itself(self, table: seq.CodeTable[seq.Carc], tmp_path: Path) -> None:
        path = tmp_path / "codes.csv"
        path.write_text("code\n" + "".join(f"{code}\n" for code in table), "utf-8")

        assert dict(table.with_codes(path)) == dict(table)

    def test_the_shipped_file_itself_can_be_laid_over(self, tmp_path: Path) -> None:
        path = tmp_path / "rarc.csv"
        path.write_bytes((DATA / "codes" / "rarc.csv").read_bytes())

        assert dict(seq.RARCS.with_codes(path)) == dict(seq.RARCS)

    @pytest.mark.parametrize(
        "content, says",
        [
            ("", "is empty"),
            ("code,stop\n", "the file has no codes"),
            ("code,words\n253,x\n", "row 1: unknown column 'words'"),
            ("stop\n2026-12-31\n", "row 1: the column code is missing"),
            ("code,stop\n253,2026-13-01\n", "row 2: stop: '2026-13-01' is not a valid date"),
            ("code,stop\n253,2013-01-01\n", "row 2: stop: 2013-01-01 is before the start"),
            ("code,stop\n253,12/31/2026\n", r"row 2: stop: '12/31/2026' is not a date \(YYYY-MM-DD\) or two dates"),
            ("code,stop\n253,\nCO-253,\n", "row 3: the code 253 appears twice"),
            ("code,stop\nhello,\n", "row 2: 'hello' is not a reason code"),
            ("code,groups\n253,CO XX\n", "row 2: groups must be from CO, .*, not 'XX'"),
            ("code,kind\n253,good\n", "row 2: kind must be one of"),
            ("code,step\n253,wait\n", "row 2: step must be one of"),
            ("code,remark_required\n253,maybe\n", "row 2: remark_required must be yes or no"),
            ("code,category\n253,odd\n", "row 2: unknown category"),
            ("code,title\n399,New\n", "row 2: category is empty"),
            ("code,title\n253,\n", "row 2: title is empty"),
        ],
    )
    def test_a_bad_file_is_refused_with_its_place(self, content: str, says: str, tmp_path: Path) -> None:
        path = tmp_path / "newer.csv"
        path.write_text(content, "utf-8")
        with pytest.raises(seq.InvalidTable, match=f"newer.csv.*{says}"):
            seq.CARCS.with_codes(path)

    def test_bounds_of_an_unknown_date_are_in_their_order(self, tmp_path: Path) -> None:
        path = tmp_path / "newer.csv"
        path.write_text("code,stop\n253,2027-01-01/2026-01-01\n", "utf-8")
        with pytest.raises(seq.InvalidTable, match="row 2: stop: 2027-01-01 is not before 2026-01-01"):
            seq.CARCS.with_codes(path)

    def test_a_shipped_table_stands_in_the_order_of_its_codes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shipped, "shipped_rows", lambda *file: reversed(list(shipped_rows(*file))))
        shipped.plbs.cache_clear()
        with pytest.raises(seq.InvalidTable, match=r"is repeated or out of order after"):
            shipped.plbs()

    def test_a_bad_release_and_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(seq.InvalidDate):
            seq.CARCS.with_codes(tmp_path / "none.csv", release="2026")
        with pytest.raises(FileNotFoundError):
            seq.CARCS.with_codes(tmp_path / "none.csv")


class TestTextsOfTheCallersOwn:
    def test_laid_over_as_a_new_table(self, tmp_path: Path) -> None:
        path = tmp_path / "texts.csv"
        path.write_text('code,text\n253,"Their words, not ours"\nCO-45,More of them\n\n399,A newer one\n', "utf-8-sig")
        table = seq.CARCS.with_texts(path)
        assert table["253"].text == "Their words, not ours"
        assert table["45"].text == "More of them"
        assert table["253"].title == seq.CARCS["253"].title
        assert (table["1"].text, seq.CARCS["253"].text) == ("", "")
        assert table.newer == ("399",)
        assert next(iter(table.search("not ours"))) == "253"
        assert "Their words" in table["253"].to_text()
        assert table.active_on("2026-01-01")["253"].text

    @pytest.mark.parametrize(
        "content, says",
        [
            ("", "is empty"),
            ("code;text\n253;x\n", "row 1: unknown column"),
            ("code\n253\n", "row 1: the column text is missing"),
            ("code,text,code\n1,x,1\n", "row 1: the column code appears twice"),
            ("code,text\n253,x\n253,y\n", "row 3: the code 253 appears twice"),
            ("code,text\nCO-253,x\n253,y\n", "row 3: the code 253 appears twice"),
            ("code,text\n253\n", "row 2: 1 cells for 2 columns"),
            ("code,text\n253,\n", "row 2: text is empty"),
            ("code,text\n,x\n", "row 2: code is empty"),
            ("code,text\nhello,x\n", "row 2: 'hello' is not a reason code"),
            ('code,text\n253,"x\n', "not a CSV file"),
        ],
    )
    def test_wrong_files_name_file_and_row(self, tmp_path: Path, content: str, says: str) -> None:
        path = tmp_path / "wrong.csv"
        path.write_text(content, "utf-8")
        with pytest.raises(seq.InvalidTable) as caught:
            seq.CARCS.with_texts(path)
        assert says in str(caught.value)
        assert str(caught.value).startswith(str(path))
        again = pickle.loads(pickle.dumps(caught.value))
        assert (str(again), again.row) == (str(caught.value), caught.value.row)

    def test_no_text_at_all(self, tmp_path: Path) -> None:
        path = tmp_path / "latin.csv"
        path.write_bytes("code,text\n253,Kürzung\n".encode("latin-1"))
        with pytest.raises(seq.InvalidTable, match="not UTF-8"):
            seq.CARCS.with_texts(path)
        with pytest.raises(FileNotFoundError):
            seq.CARCS.with_texts(tmp_path / "nothing.csv")

    def test_other_tables_too(self, tmp_path: Path) -> None:
        path = tmp_path / "texts.csv"
        path.write_text("text,code\nTheirs,n811\n", "utf-8")
        assert seq.RARCS.with_texts(str(path))["N811"].text == "Theirs"


class TestShapes:
    @pytest.mark.parametrize("name", ["CARCS", "RARCS", "PLBS"])
    def test_tables_are_read_only_pickle_and_compare(self, name: str) -> None:
        table = getattr(seq, name)
        assert table is getattr(seq, name)
        assert pickle.loads(pickle.dumps(table)) == table
        with pytest.raises(TypeError):
            table["1"] = None
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            next(iter(table.values())).title = "x"

    @pytest.mark.parametrize("name", ["CARCS", "RARCS", "PLBS"])
    def test_every_entry_has_text_and_plain_values(self, name: str) -> None:
        for record, entry in zip(getattr(seq, name).to_records(), getattr(seq, name).values(), strict=True):
            assert record["code"] == entry.code
            assert all(isinstance(value, (str, bool, list, type(None))) for value in record.values())
            assert entry.to_text().startswith(f"{entry.code}  ")
            assert str(entry).startswith(f"{entry.code}: ")

    def test_repr_and_str(self) -> None:
        carc = LISTED["codes/carc.csv"]
        assert repr(seq.CARCS) == (
            f"<CARC: {carc['rows']} codes, release {carc['release']}, verified on {carc['verified_on']}, "
            f"newest source {carc['newest_source']}>"
        )
        assert repr(seq.PLBS).endswith(f"verified on {seq.PLBS.verified_on}>")
        assert repr(seq.CARCS.search("hospice")).startswith("<CARC: 1 code (B9), release")
        assert repr(seq.carc(253)).startswith("Carc(code='253', title=")
        assert str(seq.carc(43)) == "43: Gramm-Rudman sequestration (stopped Jul 1, 2006)"
        assert str(seq.CARCS.search("zzzzz")) == "no CARC code"
        assert "required" in seq.carc(16).to_text()
        assert "by Nov 1, 2025" in seq.carc(307).to_text()
        assert "lowers the check" in seq.PLBS["WO"].to_text()

    def test_every_data_file_has_a_source(self) -> None:
        with resources.as_file(DATA) as folder:
            files = {path for path in folder.rglob("*.*") if path.suffix in {".csv", ".toml"}}
            there = {path.relative_to(folder).as_posix() for path in files}
        assert set(LISTED) == there - {"sources.toml"}

    def test_a_file_that_says_itself_when_it_was_verified_says_what_its_source_says(self) -> None:
        own = {name: tomllib.loads((DATA / name).read_text("utf-8")) for name in LISTED if name.endswith(".toml")}
        dated = {name: table["verified_on"] for name, table in own.items() if "verified_on" in table}
        assert len(dated) >= 4
        assert dated == {name: LISTED[name]["verified_on"] for name in dated}

    def test_a_file_says_how_new_its_newest_source_is_as_its_source_does(self) -> None:
        own = {name: tomllib.loads((DATA / name).read_text("utf-8")) for name in LISTED if name.endswith(".toml")}
        dated = {name: table["newest_source"] for name, table in own.items() if "newest_source" in table}
        assert set(dated) >= {name for name in own if name.startswith("law/") and "verified_on" in own[name]}
        assert dated == {name: LISTED[name]["newest_source"] for name in dated}
        for name, entry in LISTED.items():
            assert entry.get("newest_source", entry["verified_on"]) <= entry["verified_on"], name

    def test_the_law_and_the_dated_lists_have_a_newest_source(self) -> None:
        dated = {name for name, entry in LISTED.items() if "newest_source" in entry}
        assert dated == {name for name in LISTED if name.startswith("law/")} | {"codes/carc.csv", "codes/rarc.csv"}

    def test_a_newer_list_is_heard_of_by_its_release(self, tmp_path: Path) -> None:
        path = tmp_path / "newer.csv"
        path.write_text("code,stop\n253,2033-03-01\n", "utf-8")
        assert seq.CARCS.with_codes(path).newest_source == seq.CARCS.newest_source
        later = seq.CARCS.with_codes(path, release="2027-03-01")
        assert str(later.newest_source) == str(later.release) == "2027-03-01"
        assert "newest source 2027-03-01" in repr(later)
        assert seq.CARCS.with_codes(path, release="2026-03-01").newest_source == seq.CARCS.newest_source
        assert str(seq.PLBS.with_texts(self.texts(tmp_path)).newest_source) == "None"

    @staticmethod
    def texts(folder: Path) -> Path:
        path = folder / "texts.csv"
        path.write_text("code,text\nWO,official\n", "utf-8")
        return path

    def test_the_source_of_a_table_is_that_of_its_file(self) -> None:
        assert seq.CARCS.source.file == "codes/carc.csv"
        assert seq.CARCS.source.confidence is seq.Confidence.HIGH
        assert seq.CARCS.release == LISTED["codes/carc.csv"]["release"]

    @pytest.mark.parametrize(
        ("name", "codes"),
        [("codes/carc.csv", set(seq.CARCS)), ("codes/rarc.csv", set(seq.RARCS)), ("codes/plb.csv", set(seq.PLBS))],
        ids=["carc", "rarc", "plb"],
    )
    def test_a_table_has_as_many_rows_as_its_source_says(self, name: str, codes: set[str]) -> None:
        assert len(codes) == LISTED[name]["rows"] == len((DATA / name).read_text("utf-8").splitlines()) - 1
