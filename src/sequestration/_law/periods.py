"""Periods of a rate schedule, and a strict reader of their records.

An unknown key or a bad value raises `InvalidSchedule`, which names the file and the key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

import attrs

from sequestration._dates import as_date
from sequestration._errors import InvalidDate, InvalidSchedule
from sequestration._messages import quoted, told, written
from sequestration._money import EXACT
from sequestration._provenance import Authority

__all__ = [
    "RatePeriod",
    "Status",
    "authorities_of",
    "day_of",
    "member_of",
    "percent",
    "period_of_record",
    "rate_of",
    "record_of_period",
    "refuse_unknown",
    "text_of",
]

_PLACES = 28  # Two rates of this many places compound within the precision of EXACT.
_LONGEST_KEY = 40  # Characters of an unknown key that an error message shows.
_RATE = re.compile(rf"\d?\.\d{{1,{_PLACES}}}|[01]\.?", re.ASCII)

E = TypeVar("E", bound=StrEnum)


class Status(StrEnum):
    """Certainty of a period: settled law, or an assumption."""

    ORDERED = "ordered"
    """In force or past: settled by the law and the orders issued under it."""
    ENACTED = "enacted"
    """In the law, but the yearly order that carries it out has not been issued yet."""
    PROJECTED = "projected"
    """A reading of the law that may turn out to be wrong."""
    WHAT_IF = "what-if"
    """An assumption made by the caller."""


@attrs.frozen
class RatePeriod:
    """Days that share one rate, one status and one set of authorities.

    Attributes:
        first_day: First day of the period (included); None means no lower bound.
        last_day: Last day of the period (included); None means no upper bound.
        rate: Share of the payable amount that is withheld (0.02 is 2%).
        status: Certainty of the period.
        authorities: Sources of the rate and of its dates.
        verified_on: Day on which the period was last checked against its authorities.
        note: Remark on what is uncertain about the period; empty where nothing is.
    """

    first_day: date | None
    last_day: date | None
    rate: Decimal
    status: Status = attrs.field(repr=lambda status: repr(status.value))
    authorities: tuple[Authority, ...] = attrs.field(repr=lambda found: f"<{len(found)} authorities>")
    verified_on: date
    note: str = ""
    ratio: tuple[int, int] = attrs.field(init=False, repr=False, eq=False)
    """The rate as numerator and denominator, for arithmetic in whole cents."""

    def __attrs_post_init__(self) -> None:
        # Limits the digits: converting a longer number to a fraction may take hours.
        rate = rate_of(self.rate, "a period")
        object.__setattr__(self, "ratio", rate.as_integer_ratio())

    @property
    def projected(self) -> bool:
        """Whether the period is a projection; a result based on one must say so."""
        return self.status is Status.PROJECTED

    def covers(self, day: date) -> bool:
        """Whether `day` falls within the period."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)

    def __str__(self) -> str:
        return f"{percent(self.rate)} {self.span} ({self.status})"

    def _repr_html_(self) -> str:
        from sequestration._html import authorities, facts, notebook

        rows = [
            ("status", self.status),
            ("note", self.note),
            ("authorities", authorities(self.authorities)),
            ("verified on", self.verified_on),
        ]
        return notebook(facts(f"{percent(self.rate)} {self.span}", rows))

    @property
    def span(self) -> str:
        """The first and last day in words."""
        if self.first_day is None and self.last_day is None:
            return "on every day"
        if self.first_day is None:
            return f"to {self.last_day}"
        if self.last_day is None:
            return f"from {self.first_day}"
        return f"from {self.first_day} to {self.last_day}"


def percent(rate: Decimal) -> str:
    """Format a rate as a percentage.

    >>> percent(Decimal("0.0592")), percent(Decimal("0.020")), percent(Decimal(0))
    ('5.92 %', '2 %', '0 %')
    """
    return f"{EXACT.scaleb(rate, 2).normalize(EXACT):f} %"


_PERIOD_KEYS = {"first_day", "last_day", "rate", "status", "authorities", "verified_on", "note"}
_AUTHORITY_KEYS = {"citation", "says", "url"}


def period_of_record(
    record: Mapping[str, Any],
    where: str,
    verified_on: date | None = None,
    shared: tuple[Authority, ...] = (),
) -> RatePeriod:
    """Build a period from a record of plain values.

    Args:
        record: Keys and values of the period.
        where: File and period, for error messages.
        verified_on: Day of verification of the whole file, used where the record has none.
        shared: Authorities of the whole file, added to the record's own.

    Raises:
        InvalidSchedule: The record breaks a rule of the format.
    """
    if not isinstance(record, Mapping):
        raise InvalidSchedule(f"{where}: a period is a table of keys and values")
    refuse_unknown(record, _PERIOD_KEYS, where)
    for key in ("rate", "status"):
        if key not in record:
            raise InvalidSchedule(f"{where}: the key {key} is missing")
    if "verified_on" in record:
        checked = day_of(record, "verified_on", where)
    elif verified_on is not None:
        checked = verified_on
    else:
        raise InvalidSchedule(f"{where}: the key verified_on is missing")
    return RatePeriod(
        first_day=day_of(record, "first_day", where) if record.get("first_day") is not None else None,
        last_day=day_of(record, "last_day", where) if record.get("last_day") is not None else None,
        rate=rate_of(record["rate"], where),
        status=member_of(Status, record["status"], where, "status"),
        authorities=authorities_of(record.get("authorities", []), where, required=not shared) + shared,
        verified_on=checked,
        note=text_of(record, "note", where) if record.get("note") else "",
    )


def record_of_period(period: RatePeriod) -> dict[str, Any]:
    """Convert a period to plain values, which `period_of_record` reads back."""
    return {
        "first_day": period.first_day.isoformat() if period.first_day else None,
        "last_day": period.last_day.isoformat() if period.last_day else None,
        "rate": f"{period.rate:f}",
        "status": period.status.value,
        "authorities": [attrs.asdict(authority) for authority in period.authorities],
        "verified_on": period.verified_on.isoformat(),
        "note": period.note,
    }


def refuse_unknown(record: Mapping[str, Any], known: set[str], where: str) -> None:
    """Raise `InvalidSchedule` for a record with an unknown key."""
    unknown = sorted(str(key) for key in record if key not in known)
    if unknown:
        key = unknown[0]
        name = key if key.isidentifier() and len(key) <= _LONGEST_KEY else quoted(key, _LONGEST_KEY)
        raise InvalidSchedule(f"{where}: unknown key {name}; known are {', '.join(sorted(known))}")


def text_of(record: Mapping[str, Any], key: str, where: str) -> str:
    """The text under a key; raises `InvalidSchedule` if it is missing or empty."""
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InvalidSchedule(f"{where}: {key} must be text")
    return value


def day_of(record: Mapping[str, Any], key: str, where: str) -> date:
    """The date under a key; raises `InvalidSchedule` if it is not a date."""
    try:
        return as_date(record[key])
    except InvalidDate as error:
        raise InvalidSchedule(f"{where}: {key}: {error}") from None


def rate_of(value: object, where: str) -> Decimal:
    """A rate between 0 and 1; raises `InvalidSchedule` for anything else.

    Floats are refused, too.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise InvalidSchedule(f'{where}: rate must be a number in quotes, such as "0.02", not {told(value)}')
    if isinstance(value, str):
        plain = _RATE.fullmatch(value) is not None
    else:
        plain = isinstance(value, Decimal) or value in (0, 1)
    rate = Decimal(value) if plain else Decimal("nan")
    if not rate.is_finite() or not 0 <= rate <= 1:
        raise InvalidSchedule(f"{where}: rate must be a share between 0 and 1, not {quoted(written(value))}")
    if not -_PLACES <= int(rate.as_tuple().exponent) <= 0:
        raise InvalidSchedule(f"{where}: rate has more than {_PLACES} decimal places")
    return rate


def member_of(kind: type[E], value: object, where: str, key: str) -> E:
    """The enumeration member that a text names; raises `InvalidSchedule` if none does."""
    try:
        return kind(written(value))
    except ValueError:
        known = ", ".join(kind)
        raise InvalidSchedule(f"{where}: {key} is one of {known}, not {quoted(written(value))}") from None


def authorities_of(records: Sequence[Mapping[str, Any]], where: str, *, required: bool) -> tuple[Authority, ...]:
    """Build authorities from a list of records.

    Raises `InvalidSchedule` for a bad record, and for an empty list if authorities are required.
    """
    if isinstance(records, (str, Mapping)) or not isinstance(records, Sequence):
        raise InvalidSchedule(f"{where}: authorities must be a list of tables")
    if required and not records:
        raise InvalidSchedule(f"{where}: the key authorities is missing: no rate without a source")
    found: list[Authority] = []
    for number, record in enumerate(records, 1):
        place = f"{where}: authority {number}"
        if not isinstance(record, Mapping):
            raise InvalidSchedule(f"{place}: an authority is a table with citation and says")
        refuse_unknown(record, _AUTHORITY_KEYS, place)
        url = text_of(record, "url", place) if record.get("url") else ""
        found.append(Authority(text_of(record, "citation", place), text_of(record, "says", place), url))
    return tuple(found)
