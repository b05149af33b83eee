"""Rates by date: what a period and a schedule are, their strict loader, look-up by date, what-if.

The law that is shipped lies in ``data/law/*.toml`` and is read, on first use, by the same loader that
callers get for schedules of their own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from os import PathLike
from pathlib import Path
from typing import Any

import attrs

from sequestration._errors import InvalidDate, InvalidSchedule
from sequestration._periods import (
    Authority,
    RatePeriod,
    Status,
    authorities_of,
    day_of,
    member_of,
    percent,
    period_of_record,
    rate_of,
    record_of_period,
    refuse_unknown,
    text_of,
)
from sequestration._values import EXACT, Day, as_date, quoted

__all__ = ["RateSchedule", "Stacking", "shipped_schedule", "shipped_schedule_names"]

_ONE_DAY = timedelta(days=1)
_WHOLE = Decimal(1)


class Stacking(StrEnum):
    """How the rate of a what-if meets the rate that the law has already."""

    ADD = "add"
    """Both rates of the same payable: 2 % and 4 % are 6 %."""
    COMPOUND = "compound"
    """The one taken from what the other leaves: 2 % and 4 % are 5.92 %."""
    REPLACE = "replace"
    """The new rate alone."""


@attrs.frozen(repr=False)
class RateSchedule:
    """A rate for every day: periods in order, without gap or overlap.

    Made by `from_toml` or `from_records`, or from another schedule by `what_if`.
    Raises `InvalidSchedule` when the periods do not cover every day exactly once.
    """

    name: str
    periods: tuple[RatePeriod, ...]
    title: str = ""
    _starts: tuple[int, ...] = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        _refuse_gaps(self.name, self.periods)
        starts = tuple(p.first_day.toordinal() for p in self.periods if p.first_day is not None)
        object.__setattr__(self, "_starts", starts)

    @classmethod
    def from_toml(cls, path: str | PathLike[str]) -> RateSchedule:
        """Read a schedule from a TOML file; see the page on schedules for its keys.

        Raises `InvalidSchedule`, naming file and key, for whatever breaks a rule of the format, and the
        `OSError` that it is when the file cannot be read.
        """
        file = Path(path)
        return _schedule_of_toml(file.read_bytes(), str(path), lambda name: file.with_name(name).read_bytes())

    @classmethod
    def from_records(cls, records: Iterable[Mapping[str, Any]], *, name: str = "custom") -> RateSchedule:
        """A schedule from records of plain values, such as `to_records` gives.

        Keys: `first_day`, `last_day` (date or ISO text; None or absent for no bound), `rate` (text or
        `Decimal`), `status`, `authorities` (records with `citation`, `says` and perhaps `url`),
        `verified_on`, and perhaps `note`. Raises `InvalidSchedule`.
        """
        periods = [period_of_record(record, f"{name}: period {number}") for number, record in enumerate(records, 1)]
        return cls(name, tuple(periods))

    def to_records(self) -> list[dict[str, Any]]:
        """The periods as plain values, for JSON or a frame; `from_records` takes them back."""
        return [record_of_period(period) for period in self.periods]

    def rate_on(self, day: Day) -> Decimal:
        """The rate on a day, as a share of the payable; zero where nothing is due.

        >>> shipped_schedule("medicare_ffs").rate_on("2022-05-10")
        Decimal('0.01')
        """
        return self.period_on(day).rate

    def period_on(self, day: Day) -> RatePeriod:
        """The one period that holds a day.

        >>> print(shipped_schedule("medicare_ffs").period_on("2022-05-10"))
        1 % from 2022-04-01 to 2022-06-30 (ordered)
        """
        return self.periods[bisect_right(self._starts, as_date(day).toordinal())]

    @property
    def changes(self) -> tuple[date, ...]:
        """The days on which the rate changes (a change of status alone is none)."""
        return tuple(
            later.first_day
            for earlier, later in pairwise(self.periods)
            if earlier.rate != later.rate and later.first_day is not None
        )

    @property
    def settled_until(self) -> date | None:
        """The last day before the first projected period; None where nothing is projected."""
        for period in self.periods:
            if period.projected:
                return period.first_day - _ONE_DAY if period.first_day else None
        return None

    @property
    def verified_on(self) -> date:
        """The day on which the law was last checked: the oldest such day of any period."""
        return min(period.verified_on for period in self.periods)

    @property
    def how_current(self) -> str:
        """Until when it is settled, what is projected, and when it was last checked."""
        settled = f"settled until {self.settled_until or 'further notice'}"
        projected = " and ".join(period.span for period in _joined(p for p in self.periods if p.projected))
        checked = f"verified on {self.verified_on}"
        return "; ".join([settled, *([f"projected {projected}"] if projected else []), checked])

    def what_if(
        self,
        *,
        first_day: Day,
        last_day: Day | None = None,
        rate: Decimal | str,
        stacking: Stacking | str = Stacking.ADD,
        note: str = "",
    ) -> RateSchedule:
        """A new schedule in which another rate holds from `first_day` to `last_day`, both inside.

        `rate` is the assumed rate (for a statutory PAYGO order at most 0.04: 2 U.S.C. 935(a)); `stacking`
        says how it meets the rate that is there. How PAYGO would stack on the sequester is not settled
        by any text we know, so it is the caller's choice. Raises `InvalidSchedule` and `InvalidDate`.
        """
        first = as_date(first_day)
        last = None if last_day is None else as_date(last_day)
        if last == date.max:
            last = None
        if last is not None and last < first:
            raise InvalidDate(f"a what-if cannot end on {last}, before it begins on {first}")
        where = f"{self.name}: what-if"
        assumed = rate_of(rate, where)
        how = member_of(Stacking, stacking, where, "stacking")
        periods: list[RatePeriod] = []
        for period in self.periods:
            before, inside, after = _cut_out(period, first, last)
            periods += [*before, *(_assume(part, assumed, how, note, where) for part in inside), *after]
        return RateSchedule(f"{self.name} what-if", tuple(periods), self.title)

    def __repr__(self) -> str:
        return (
            f"<RateSchedule {self.name}: {len(self.periods)} periods, "
            f"settled until {self.settled_until or 'further notice'}, verified on {self.verified_on}>"
        )

    def __str__(self) -> str:
        rows = [f"{percent(p.rate):>6}  {p.span:<30}  {p.status}" for p in self.periods]
        return "\n".join([self.title or self.name, *rows, self.how_current])

    def _repr_html_(self) -> str:
        from sequestration._html import joined, notebook, table

        columns = ("rate", "first day", "last day", "status", "authorities", "note")
        rows = [
            (
                percent(period.rate),
                period.first_day,
                period.last_day,
                period.status,
                joined((authority.citation for authority in period.authorities), "; "),
                period.note,
            )
            for period in self.periods
        ]
        return notebook(table(self.title or self.name, columns, rows, note=self.how_current))


@cache
def shipped_schedule(name: str) -> RateSchedule:
    """A schedule of the law that comes with the library, by the name of its file.

    Raises `InvalidSchedule` for a name that is not there.
    """
    if name not in shipped_schedule_names():
        known = ", ".join(shipped_schedule_names())
        raise InvalidSchedule(f"there is no schedule {quoted(name, 40)}; there are {known}")
    folder = resources.files("sequestration") / "data" / "law"
    return _schedule_of_toml(
        (folder / f"{name}.toml").read_bytes(), f"{name}.toml", lambda file: (folder / file).read_bytes()
    )


def shipped_schedule_names() -> tuple[str, ...]:
    """The names that `shipped_schedule` knows."""
    folder = resources.files("sequestration") / "data" / "law"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


# What follows tells how old the facts are, reads a file, and what if.


def _joined(periods: Iterable[RatePeriod]) -> list[RatePeriod]:
    """Periods in order, those that follow each other without a gap made one."""
    joined: list[RatePeriod] = []
    for period in periods:
        if joined and joined[-1].last_day and period.first_day == joined[-1].last_day + _ONE_DAY:
            joined[-1] = attrs.evolve(joined[-1], last_day=period.last_day)
        else:
            joined.append(period)
    return joined


_LARGEST_TOML = 1 << 20  # bytes; the law of fifteen years takes ten thousand
_MOST_DOTS = 200  # of a line: tomllib takes the square of the depth of a dotted key
_SCHEDULE_KEYS = {"name", "title", "verified_on", "based_on", "authorities", "period"}


def _schedule_of_toml(content: bytes, file: str, read_beside: Callable[[str], bytes]) -> RateSchedule:
    """A schedule from the bytes of a file; `read_beside` reads another one of its folder.

    The file may name one schedule beside it as `based_on`: then it has that one's periods, each with
    the file's own authorities after those that are there, so that no date stands in two places.
    """
    table = _table_of_toml(content, file)
    refuse_unknown(table, _SCHEDULE_KEYS, file)
    name = text_of(table, "name", file)
    title = text_of(table, "title", file) if "title" in table else ""
    checked = day_of(table, "verified_on", file) if "verified_on" in table else None
    own = authorities_of(table.get("authorities", []), file, required=False)
    if "based_on" in table:
        if "period" in table:
            raise InvalidSchedule(f"{file}: based_on and period exclude each other")
        base_file = text_of(table, "based_on", file)
        if Path(base_file).name != base_file or not base_file.isprintable():
            raise InvalidSchedule(f"{file}: based_on is the name of a file in the same folder, not {quoted(base_file)}")
        base_table = _table_of_toml(read_beside(base_file), base_file)
        if "based_on" in base_table:
            raise InvalidSchedule(f"{file}: based_on names {base_file}, which is itself based on another")
        base = _schedule_of_toml(read_beside(base_file), base_file, read_beside)
        periods = [
            attrs.evolve(
                period,
                authorities=period.authorities + own,
                verified_on=min(period.verified_on, checked or period.verified_on),
            )
            for period in base.periods
        ]
    else:
        records: list[Any] = table.get("period", [])
        if not isinstance(records, list) or not records:
            raise InvalidSchedule(f"{file}: there is no [[period]]")
        periods = [
            period_of_record(record, f"{file}: period {number}", verified_on=checked, shared=own)
            for number, record in enumerate(records, 1)
        ]
    try:
        return RateSchedule(name, tuple(periods), title)
    except InvalidSchedule as error:
        raise InvalidSchedule(f"{file}: {error}") from None


def _table_of_toml(content: bytes, file: str) -> dict[str, Any]:
    import tomllib  # only now: the import of the library reads no data

    if len(content) > _LARGEST_TOML or max(map(_dots, content.splitlines()), default=0) > _MOST_DOTS:
        raise InvalidSchedule(f"{file}: the file is too large, or too deep, for a schedule")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidSchedule(f"{file}: the file is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:  # bad TOML, a duplicate key, a number or a nesting without end
        raise InvalidSchedule(f"{file}: {error}") from None


def _dots(line: bytes) -> int:
    return line.count(b".")


def _refuse_gaps(name: str, periods: Sequence[RatePeriod]) -> None:
    if not periods:
        raise InvalidSchedule(f"{name}: a schedule has at least one period")
    if periods[0].first_day is not None:
        raise InvalidSchedule(f"{name}: period 1: the first period has no first_day, so that no day is left out")
    if periods[-1].last_day is not None:
        raise InvalidSchedule(
            f"{name}: period {len(periods)}: the last period has no last_day, so that no day is left out"
        )
    for number, (earlier, later) in enumerate(pairwise(periods), 2):
        where = f"{name}: period {number}"
        if later.first_day is None or earlier.last_day is None:
            raise InvalidSchedule(f"{where}: first_day, and last_day of the period before, are missing")
        if later.first_day <= earlier.last_day:
            raise InvalidSchedule(
                f"{where}: first_day {later.first_day} overlaps the period before, which ends {earlier.last_day}"
            )
        if later.first_day != earlier.last_day + _ONE_DAY:
            raise InvalidSchedule(f"{where}: there is a gap between {earlier.last_day} and first_day {later.first_day}")
        if later.last_day is not None and later.last_day < later.first_day:
            raise InvalidSchedule(f"{where}: last_day {later.last_day} is before first_day {later.first_day}")


def _cut_out(
    period: RatePeriod, first: date, last: date | None
) -> tuple[list[RatePeriod], list[RatePeriod], list[RatePeriod]]:
    """The parts of a period before, inside and after the days from first to last."""
    start, end = period.first_day, period.last_day
    before = after = False
    if first > (start or date.min):
        before = True
        if end is not None and end < first:
            return [period], [], []
    if last is not None and (end is None or end > last):
        after = True
        if start is not None and start > last:
            return [], [], [period]
    inside = attrs.evolve(period, first_day=first if before else start, last_day=last if after else end)
    return (
        [attrs.evolve(period, last_day=first - _ONE_DAY)] if before else [],
        [inside],
        [attrs.evolve(period, first_day=last + _ONE_DAY)] if after and last is not None else [],
    )


def _assume(period: RatePeriod, rate: Decimal, how: Stacking, note: str, where: str) -> RatePeriod:
    if how is Stacking.ADD:
        total = EXACT.add(period.rate, rate)
    elif how is Stacking.COMPOUND:
        left = EXACT.multiply(EXACT.subtract(_WHOLE, period.rate), EXACT.subtract(_WHOLE, rate))
        total = EXACT.subtract(_WHOLE, left)
    else:
        total = rate
    assumption = Authority("what-if", f"assumed by the caller: {percent(rate)}, stacking {how}")
    return attrs.evolve(
        period,
        rate=rate_of(total, where),
        status=Status.WHAT_IF,
        authorities=(*period.authorities, assumption),
        note="; ".join(
            part for part in (note, "the law's own rate of these days is projected" if period.projected else "") if part
        ),
    )
