"""Rate schedules by date: strict loading, and look-up by day.

The law that comes with the library is in ``data/law/schedules/*.toml``. It is read on first use by the same loader
that callers use for their own schedules.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial
from itertools import pairwise
from os import PathLike
from typing import Any

import attrs

from sequestration._dates import Day, as_date, for_readers
from sequestration._errors import InvalidArgumentType, InvalidDate, InvalidSchedule
from sequestration._law.freshness import how_current, newest_source, settled_until
from sequestration._law.periods import RatePeriod, percent, rate_of
from sequestration._law.records import (
    authorities_of,
    day_of,
    member_of,
    period_of_record,
    record_of_period,
    refuse_unknown,
    table_of_toml,
    text_of,
)
from sequestration._law.what_if import Assumption, Stacking
from sequestration._messages import quote
from sequestration._plain.result import Result
from sequestration._sources.paths import refuse_text
from sequestration._sources.resources import shipped_bytes, shipped_names

__all__ = [
    "RateSchedule",
    "default_schedule",
    "medicare_advantage",
    "medicare_ffs",
    "nondefense_mandatory",
    "shipped_schedule",
    "shipped_schedule_names",
]

_ONE_DAY = timedelta(days=1)
_SCHEDULE_KEYS = {"name", "title", "verified_on", "newest_source", "based_on", "authorities", "period"}


@attrs.frozen(repr=False)
class RateSchedule(Result):
    """A rate for every day: periods in order, without gaps or overlaps.

    Build one with `from_toml` or `from_records`, or from another schedule with `what_if`.

    Attributes:
        name: Short name of the schedule.
        periods: Periods in order. The first has no first day and the last has no last day.
        title: Title for readers; may be empty.

    Raises:
        InvalidSchedule: The periods do not cover every day exactly once.
    """

    name: str
    periods: tuple[RatePeriod, ...]
    title: str = ""
    _starts: tuple[int, ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        _refuse_gaps(self.name, self.periods)
        starts = tuple(p.first_day.toordinal() for p in self.periods if p.first_day is not None)
        object.__setattr__(self, "_starts", starts)

    @classmethod
    def from_toml(cls, path: str | PathLike[str]) -> RateSchedule:
        """Read a schedule from a TOML file.

        The reference page on schedule files lists the keys. Raises `InvalidSchedule`, which names the file and
        the key, if the file breaks a rule of the format, and `OSError` if it cannot be read.
        """
        refuse_text(path)
        from pathlib import Path  # Our own schedules are read without it.

        file = Path(path)
        return _schedule_of_toml(file.read_bytes(), str(path), lambda name: file.with_name(name).read_bytes())

    @classmethod
    def from_records(cls, records: Iterable[Mapping[str, Any]], *, name: str = "custom") -> RateSchedule:
        """Build a schedule from records of plain values, as `to_records` returns them.

        Each record has the keys `first_day` and `last_day` (a date or ISO text; None or absent for no bound),
        `rate` (text or `Decimal`), `status`, `authorities` (records with `citation`, `says` and optionally
        `url` and `status`), `verified_on` and optionally `newest_source` and `note`. Raises `InvalidSchedule` for a
        record that breaks a rule.
        """
        periods = [period_of_record(record, f"{name}: period {number}") for number, record in enumerate(records, 1)]
        return cls(name, tuple(periods))

    def to_records(self) -> list[dict[str, Any]]:
        """Convert the periods to plain values, which `from_records` reads back."""
        return [record_of_period(period) for period in self.periods]

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON, with the records of `to_records`."""
        return {"name": self.name, "title": self.title, "periods": self.to_records()}

    def rate_on(self, day: Day) -> Decimal:
        """The rate on a day as a share of the payable amount; zero if nothing is withheld.

        Raises `InvalidDate` if `day` is not a date.

        >>> shipped_schedule("medicare_ffs").rate_on("2022-05-10")
        Decimal('0.01')
        """
        return self.period_on(day).rate

    def period_on(self, day: Day) -> RatePeriod:
        """The period that contains a day.

        Raises `InvalidDate` if `day` is not a date.

        >>> print(shipped_schedule("medicare_ffs").period_on("2022-05-10"))
        1% from Apr 1 to Jun 30, 2022 (ordered)
        """
        return self.periods[bisect_right(self._starts, as_date(day).toordinal())]

    @property
    def changes(self) -> tuple[date, ...]:
        """The days on which the rate changes; a change of status alone does not count."""
        return tuple(
            later.first_day
            for earlier, later in pairwise(self.periods)
            if earlier.rate != later.rate and later.first_day is not None
        )

    @property
    def settled_until(self) -> date | None:
        """The last day before the first projected period; None if nothing is projected."""
        return settled_until(self.periods)

    @property
    def verified_on(self) -> date:
        """The day of the last verification: the oldest such day of any period."""
        return min(period.verified_on for period in self.periods)

    @property
    def newest_source(self) -> date | None:
        """The date of the newest source on the law that was found; None if not given.

        `verified_on` is the day of the last check. Nothing newer was found by then.

        >>> law = shipped_schedule("medicare_ffs")
        >>> law.newest_source <= law.verified_on
        True
        """
        return newest_source(self.periods)

    @property
    def how_current(self) -> str:
        """End of settled law, projected days, last check and newest source, in words."""
        return how_current(self.periods)

    def what_if(
        self,
        *,
        first_day: Day,
        last_day: Day | None = None,
        rate: Decimal | str,
        stacking: Stacking | str = Stacking.ADD,
        note: str = "",
    ) -> RateSchedule:
        """Build a new schedule in which another rate applies for some days.

        A statutory PAYGO order could take at most 4% from Medicare (2 U.S.C. 935(a)). No text we know settles how
        PAYGO would combine with the sequester, so that choice is the caller's.

        Args:
            first_day: First day of the new rate (included).
            last_day: Last day of the new rate (included); None for no end.
            rate: Assumed rate as a share between 0 and 1, such as "0.04".
            stacking: How the new rate combines with the rate that is there: "add", "compound" or "replace".
            note: Remark kept with the changed periods.

        Raises:
            InvalidSchedule: The rate or the stacking is not valid, or the resulting rate exceeds 1.
            InvalidDate: A day is not a date, or the last day is before the first.

        >>> law = shipped_schedule("medicare_ffs")
        >>> law.what_if(first_day="2027-04-01", rate="0.04").rate_on("2027-04-01")
        Decimal('0.06')
        """
        first = as_date(first_day)
        last = None if last_day is None else as_date(last_day)
        if last == date.max:
            last = None
        if last is not None and last < first:
            raise InvalidDate(f"last_day {last} is before first_day {first}. Check both dates.")
        where = f"{self.name}: what-if"
        assumption = Assumption(
            first_day=first,
            last_day=last,
            rate=rate_of(rate, where),
            stacking=member_of(Stacking, stacking, where, "stacking"),
            note=note,
            where=where,
        )
        return RateSchedule(f"{self.name} what-if", tuple(assumption.apply(self.periods)), self.title)

    def __repr__(self) -> str:
        return (
            f"<RateSchedule {self.name}: {len(self.periods)} periods, "
            f"settled until {self.settled_until or 'further notice'}, verified on {self.verified_on}"
            f"{f', newest source {self.newest_source}' if self.newest_source else ''}>"
        )

    def __str__(self) -> str:
        rows = [f"{percent(p.rate):>6}  {p.span:<32}  {p.status}" for p in self.periods]
        return "\n".join([self.title or self.name, *rows, self.how_current])

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        columns = ("rate", "first day", "last day", "status", "authorities", "note")
        rows = [
            (
                percent(period.rate),
                for_readers(period.first_day) if period.first_day else "",
                for_readers(period.last_day) if period.last_day else "",
                period.status,
                "; ".join(authority.label for authority in period.authorities),
                period.note,
            )
            for period in self.periods
        ]
        return notebook(table(self.title or self.name, columns, rows, note=self.how_current))


def shipped_schedule(name: str) -> RateSchedule:
    """A schedule that comes with the library, by the name of its file.

    Raises `InvalidSchedule` for an unknown name.
    """
    if name not in shipped_schedule_names():
        known = ", ".join(shipped_schedule_names())
        raise InvalidSchedule(f"{quote(name, 40)} is not a schedule. Use one of: {known}.")
    return _shipped(name)


def shipped_schedule_names() -> tuple[str, ...]:
    """The names that `shipped_schedule` accepts."""
    return shipped_names("law/schedules", ".toml")


@cache
def _shipped(name: str) -> RateSchedule:
    return _schedule_of_toml(_shipped_file(f"{name}.toml"), f"{name}.toml", _shipped_file)


# These do not list the files that come with the library, which takes longer than reading one.
medicare_ffs = partial(_shipped, "medicare_ffs")
medicare_advantage = partial(_shipped, "medicare_advantage")
nondefense_mandatory = partial(_shipped, "nondefense_mandatory")


def default_schedule(schedule: RateSchedule | None) -> RateSchedule:
    """The given schedule, or Medicare fee-for-service for None."""
    if schedule is None:
        return medicare_ffs()
    if not isinstance(schedule, RateSchedule):
        raise InvalidArgumentType(
            f"schedule must be a RateSchedule such as MEDICARE_FFS, not {type(schedule).__name__}"
        )
    return schedule


def _shipped_file(name: str) -> bytes:
    return shipped_bytes(f"law/schedules/{name}")


def _schedule_of_toml(content: bytes, file: str, read_beside: Callable[[str], bytes]) -> RateSchedule:
    """Build a schedule from the bytes of a file.

    The file may name one schedule in the same folder as `based_on`, which `read_beside` reads. It then has the
    periods of that schedule, each with the file's own authorities added, so that no date is written down twice.
    """
    table = table_of_toml(content, file)
    refuse_unknown(table, _SCHEDULE_KEYS, file)
    name = text_of(table, "name", file)
    title = text_of(table, "title", file) if "title" in table else ""
    checked = day_of(table, "verified_on", file) if "verified_on" in table else None
    newest = day_of(table, "newest_source", file) if "newest_source" in table else None
    own = authorities_of(table.get("authorities", []), file, required=False)
    if "based_on" in table:
        periods = [
            attrs.evolve(
                period,
                authorities=period.authorities + own,
                verified_on=min(period.verified_on, checked or period.verified_on),
                newest_source=max((day for day in (period.newest_source, newest) if day), default=None),
            )
            for period in _base_of(table, file, read_beside).periods
        ]
    else:
        records: list[Any] = table.get("period", [])
        if not isinstance(records, list) or not records:
            raise InvalidSchedule(f"{file}: no [[period]] found")
        periods = [
            period_of_record(record, f"{file}: period {number}", checked, own, newest)
            for number, record in enumerate(records, 1)
        ]
    try:
        return RateSchedule(name, tuple(periods), title)
    except InvalidSchedule as error:
        raise InvalidSchedule(f"{file}: {error}") from None


def _base_of(table: Mapping[str, Any], file: str, read_beside: Callable[[str], bytes]) -> RateSchedule:
    """The schedule that a file is based on, from a file in the same folder."""
    if "period" in table:
        raise InvalidSchedule(f"{file}: use either based_on or period, not both")
    from pathlib import Path

    name = text_of(table, "based_on", file)
    if Path(name).name != name or not name.isprintable():
        raise InvalidSchedule(f"{file}: based_on must be the name of a file in the same folder, not {quote(name)}")
    content = read_beside(name)
    if "based_on" in table_of_toml(content, name):
        raise InvalidSchedule(f"{file}: based_on names {name}, which is itself based on another")
    return _schedule_of_toml(content, name, read_beside)


def _refuse_gaps(name: str, periods: Sequence[RatePeriod]) -> None:
    if not periods:
        raise InvalidSchedule(f"{name}: a schedule needs at least one period")
    if periods[0].first_day is not None:
        raise InvalidSchedule(f"{name}: period 1: the first period must not have a first_day")
    if periods[-1].last_day is not None:
        raise InvalidSchedule(f"{name}: period {len(periods)}: the last period must not have a last_day")
    for number, (earlier, later) in enumerate(pairwise(periods), 2):
        where = f"{name}: period {number}"
        if later.first_day is None or earlier.last_day is None:
            raise InvalidSchedule(f"{where}: first_day or the last_day of the previous period is missing")
        if later.first_day <= earlier.last_day:
            raise InvalidSchedule(
                f"{where}: first_day {later.first_day} overlaps the previous period, which ends {earlier.last_day}"
            )
        if later.first_day != earlier.last_day + _ONE_DAY:
            raise InvalidSchedule(f"{where}: gap between {earlier.last_day} and first_day {later.first_day}")
        if later.last_day is not None and later.last_day < later.first_day:
            raise InvalidSchedule(f"{where}: last_day {later.last_day} is before first_day {later.first_day}")
