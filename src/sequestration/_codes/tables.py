"""Code tables: mappings that can be searched, filtered by date and extended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

import attrs

from sequestration._codes.entries import Carc, Plb, Rarc, code_order
from sequestration._codes.rows import COLUMNS, EntriesOfRows, categories, lay_over
from sequestration._codes.spelling import CodeLike, provider_level_code, remark_code, shorten, split_code, squeeze
from sequestration._data import Row, rows_of_file, sources
from sequestration._dates import Day, as_date, for_readers
from sequestration._errors import InvalidArgumentType, InvalidTable, UnknownCode
from sequestration._messages import counted, quote, to_text
from sequestration._provenance import DataSource

if TYPE_CHECKING:
    from sequestration._codes.search import Entry, Index

__all__ = ["CodeTable", "DatedCodeTable"]

C = TypeVar("C", Carc, Rarc, Plb)
D = TypeVar("D", Carc, Rarc)

_MAX_SUGGESTIONS = 5
_MAX_IN_REPR = 8
_LAST_WORD = re.compile(r"[A-Z]{0,2}\d[A-Z\d]*$|[A-Z\d]+$", re.ASCII)


class CodeTable(Mapping[str, C], Generic[C]):
    """An immutable mapping of codes to entries, in code order (1, 2, ... 10).

    A code is found however it is written: "253", 253, "CO-253", "N 811". Iteration gives the canonical spelling.
    The result of a search is a table of the same kind, best match first.

    Args:
        name: Kind of the codes: CARC, RARC or PLB.
        codes: Entries in order.
        source: Origin of the entries; None for that of the shipped table.
        newer: Codes of an overlay that the table does not have.

    >>> from sequestration import CARCS
    >>> CARCS["45"].title
    'Charge above the contracted or fee schedule amount'
    >>> CARCS["CO-45"] is CARCS[45], "CO-45" in CARCS, CARCS.get("999")
    (True, True, None)
    """

    __slots__ = ("_codes", "_index", "_name", "_newer", "_source")

    def __init__(
        self,
        name: str,
        codes: Iterable[C] | EntriesOfRows[C],
        source: DataSource | None = None,
        newer: Iterable[str] = (),
    ) -> None:
        self._name = name
        self._source = source
        self._newer = tuple(newer)
        self._codes: Mapping[str, C] = (
            codes if isinstance(codes, EntriesOfRows) else {code.code: code for code in codes}
        )
        self._index: Index | None = None

    def __getitem__(self, code: CodeLike) -> C:
        known = self._known(code)
        if known is None:
            raise self._unknown(code)
        return self._codes[known]

    def __contains__(self, code: object) -> bool:
        return self._known(code) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def look_up(self, text: CodeLike) -> C:
        """Look up a code as it is written: "CO-253", "b15", "N 811", 253.0.

        Raises `UnknownCode`, which names the nearest codes, and `InvalidArgumentType` for what is neither text nor a
        number.

        >>> from sequestration import CARCS, RARCS
        >>> RARCS.look_up("n811").code, CARCS.look_up("CO 253").code
        ('N811', '253')
        """
        return self[self.canonical(text)]

    def canonical(self, text: CodeLike) -> str:
        """Normalize a code to the table's spelling, whether or not the table has it.

        Raises `UnknownCode` for text that is not a code, and `InvalidArgumentType` for what is neither text nor a
        number.
        """
        try:
            return _CANONICAL[self.name](text)
        except UnknownCode:
            raise self._unknown(text) from None

    def search(self, words: str) -> Self:
        """Search for words and return a table of the same kind, best match first.

        The search covers titles, categories, the official wording if it was added, and the words billers
        use. It tolerates one typo. A code finds itself. The table is empty where nothing matches.

        >>> from sequestration import CARCS
        >>> list(CARCS.search("timely"))[:2]
        ['29', '286']
        """
        if self._index is None:
            from sequestration._codes.search import Index  # Most callers look up a code that they know.

            titles = categories(self.name)
            self._index = Index(self.name, [_entry(code, titles) for code in self.values()])
        found: list[str] = self._index.find(words)
        try:
            named: list[str] = [self.look_up(words).code]
        except UnknownCode:
            named = []
        return self._with(self[code] for code in dict.fromkeys([*named, *found]))

    def with_texts(self, path: str | PathLike[str]) -> Self:
        """Build a new table with the official wording from the caller's licensed copy.

        The file is CSV in UTF-8 with the columns code and text. Codes that this table does not have are kept in
        `newer`. Raises `InvalidTable`, which names the file and the row, and `OSError` if the file cannot be read.
        """
        texts: dict[str, str] = {}
        for row in rows_of_file(path, ("code", "text")):
            code = self._code_of(row)
            if code in texts:
                row.refuse(f"the code {code} appears twice")
            texts[code] = row.filled("text")
        overlaid = [attrs.evolve(code, text=texts.get(code.code, code.text)) for code in self.values()]
        return type(self)(self.name, overlaid, self._source, [code for code in texts if code not in self])

    def with_codes(self, path: str | PathLike[str], *, release: Day | None = None) -> Self:
        """Build a new table with the codes of a newer list added.

        The file is CSV in UTF-8 with the column code and any other columns of this table; dates are YYYY-MM-DD. A
        code that the table has changes in the columns of the file. A code that it does not have is added. No code is
        removed: a code that is no longer in use has a stop date. `release` is the release of the newer list.
        Raises `InvalidTable`, which names file, row and column, `InvalidDate` for a bad release date, and `OSError` if
        the file cannot be read.
        """
        released = self.release if release is None else as_date(release)
        codes = dict(self._codes)
        seen: set[str] = set()
        for row in rows_of_file(path, ("code",), COLUMNS[self.name][1:]):
            code = self._code_of(row)
            if code in seen:
                row.refuse(f"the code {code} appears twice")
            seen.add(code)
            codes[code] = lay_over(self.name, code, codes.get(code), row)
        if not seen:
            raise InvalidTable("the file has no codes", fspath(path))
        newest = self.newest_source if release is None else max(released, self.newest_source or released)
        origins = (*self.source.origins, fspath(path))
        source = attrs.evolve(self.source, origins=origins, release=released, newest_source=newest)
        newer = [code for code in self.newer if code not in codes]
        return type(self)(self.name, sorted(codes.values(), key=lambda entry: code_order(entry.code)), source, newer)

    @property
    def name(self) -> str:
        """Kind of the codes: CARC, RARC or PLB."""
        return self._name

    @property
    def source(self) -> DataSource:
        """Origin of the codes and confidence in them."""
        return self._source or sources()[f"codes/{self.name.lower()}.csv"]

    @property
    def newer(self) -> tuple[str, ...]:
        """Codes of an overlay that are not in the table, perhaps newer than its release."""
        return self._newer

    @property
    def release(self) -> date:
        """Release of the official list that the table shows."""
        return self.source.release

    @property
    def verified_on(self) -> date:
        """Day on which the table was last checked against its sources."""
        return self.source.verified_on

    @property
    def newest_source(self) -> date | None:
        """Date of the newest source found by then; None if the sources bear no date."""
        return self.source.newest_source

    def to_records(self) -> list[dict[str, Any]]:
        """Convert the codes to plain values for JSON or a frame."""
        return [code.to_dict() for code in self.values()]

    def _with(self, codes: Iterable[C]) -> Self:
        return type(self)(self.name, codes, self._source, self.newer)

    def _code_of(self, row: Row) -> str:
        try:
            return self.canonical(row.filled("code"))
        except UnknownCode as error:
            row.refuse(str(error))

    def _unknown(self, code: object) -> UnknownCode:
        """Build the error for a code that is not in the table, with the nearest codes."""
        text = shorten(to_text(code))
        try:
            canonical = _CANONICAL[self.name](text)
        except UnknownCode as error:
            return UnknownCode(error.text, text, self._nearest_to_text(text))
        reason = f"{quote(text)} is not in the {self.name} list of {for_readers(self.release)}, though it may be newer"
        return UnknownCode(reason, text, self._nearest(canonical))

    def _known(self, code: object) -> str | None:
        """The canonical spelling of a code that the table has; None if it lacks the code."""
        if isinstance(code, str) and code in self._codes:
            return code
        try:
            canonical = _CANONICAL[self.name](cast("CodeLike", code))
        except (UnknownCode, InvalidArgumentType):
            return None
        return canonical if canonical in self._codes else None

    def _nearest_to_text(self, text: str) -> tuple[str, ...]:
        """The code without its punctuation, else those nearest to its last word."""
        meant = self._known(squeeze(text))
        if meant is not None:
            return (meant,)
        tail = _LAST_WORD.search(text.upper())
        return self._nearest(tail.group() if tail else "")

    def _nearest(self, code: str) -> tuple[str, ...]:
        if code in self._codes:
            return (code,)
        from sequestration._codes.search import near

        close = near(code, self) if code else []
        return tuple(sorted(close, key=lambda other: (other[0] != code[0], code_order(other)))[:_MAX_SUGGESTIONS])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, tuple(self.values()), self.source, self.newer)

    def __repr__(self) -> str:
        codes = f" ({', '.join(self)})" if 0 < len(self) <= _MAX_IN_REPR else ""
        return f"<{self.name}: {self._count}{codes}, {self.source.how_current}>"

    def __str__(self) -> str:
        return "\n".join(str(code) for code in self.values()) or f"no {self.name} code"

    def _repr_html_(self) -> str:
        from sequestration._html import MAX_ROWS, notebook, table

        shown = [code._columns() for code in islice(self.values(), MAX_ROWS)]
        columns = tuple(shown[0]) if shown else ()
        rows = [tuple(cells.values()) for cells in shown]
        note, more = self.source.how_current, len(self) - len(shown)
        return notebook(table(f"{self.name}: {self._count}", columns, rows, note=note, more=more))

    @property
    def _count(self) -> str:
        return counted(len(self), "code")


class DatedCodeTable(CodeTable[D], Generic[D]):
    """A code table whose codes have a start date and a stop date.

    Args:
        name: Kind of the codes: CARC or RARC.
        codes: Entries in order.
        source: Origin of the entries; None for that of the shipped table.
        newer: Codes of an overlay that the table does not have.
    """

    __slots__ = ()

    def active_on(self, day: Day) -> Self:
        """Table of the codes that an original decision on a day may use.

        An unknown start date counts from the day after its earlier bound. Stopped codes remain valid in reversals
        and in secondary claims. Raises `InvalidDate`.

        >>> from sequestration import CARCS
        >>> "253" in CARCS.active_on("2014-01-06"), "253" in CARCS.active_on("2013-04-01")
        (True, False)
        """
        on = as_date(day)
        return self._with(code for code in self.values() if code.is_active(on))

    def changed_since(self, day: Day) -> Self:
        """Table of the codes that started, changed or stopped on a day or later.

        Codes that may have changed by then are included. Raises `InvalidDate`.
        """
        since = as_date(day)
        return self._with(code for code in self.values() if code.changed(since))


def _entry(code: Carc | Rarc | Plb, titles: Mapping[str, str]) -> Entry:
    """The search entry of a code; a stopped code ranks after its equals."""
    from sequestration._codes.search import Entry

    if isinstance(code, Plb):
        return Entry(code.code, code.title, f"{code.plus} {code.minus} {code.note} {code.text}", "")
    further = f"{titles.get(code.category, '')} {code.text}"
    return Entry(code.code, code.title, further, code.category, bool(code.stop or code.stop_between))


def _reason_code(written: CodeLike) -> str:
    return split_code(written)[1]


_CANONICAL: dict[str, Callable[[CodeLike], str]] = {
    "CARC": _reason_code,
    "RARC": remark_code,
    "PLB": provider_level_code,
}
