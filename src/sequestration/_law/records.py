"""Strict reader of the records and TOML files that describe periods.

An unknown key or a bad value raises `InvalidSchedule`, which names the file and the key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sequestration._dates import as_date
from sequestration._errors import InvalidDate, InvalidSchedule
from sequestration._law.periods import RatePeriod, RateStatus, rate_of
from sequestration._messages import quote, to_text
from sequestration._provenance import Authority, AuthorityStatus

__all__ = [
    "authorities_of",
    "day_of",
    "member_of",
    "period_of_record",
    "record_of_period",
    "refuse_unknown",
    "table_of_toml",
    "text_of",
]

_MAX_KEY_LENGTH = 40  # Characters of an unknown key that an error message shows.
E = TypeVar("E", bound=StrEnum)

_MAX_TOML_SIZE = 1 << 20  # Bytes. Fifteen years of law take about ten thousand.
_MAX_DOTS = 200  # Dots in one line. The time tomllib takes grows with the square of the depth of a dotted key.

_PERIOD_KEYS = {"first_day", "last_day", "rate", "status", "authorities", "verified_on", "newest_source", "note"}
_AUTHORITY_KEYS = {"citation", "says", "url", "status"}


def table_of_toml(content: bytes, file: str) -> dict[str, Any]:
    """The tables of a schedule file; raises `InvalidSchedule` if it is not TOML."""
    import tomllib  # Imported here because importing the library must not read data.

    if len(content) > _MAX_TOML_SIZE or max((line.count(b".") for line in content.splitlines()), default=0) > _MAX_DOTS:
        raise InvalidSchedule(f"{file}: the file is too large or too deeply nested for a schedule")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidSchedule(f"{file}: the file is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        # Covers bad TOML, duplicate keys, endless numbers and endless nesting.
        raise InvalidSchedule(f"{file}: {error}") from None


def period_of_record(
    record: Mapping[str, Any],
    where: str,
    verified_on: date | None = None,
    shared: tuple[Authority, ...] = (),
    newest_source: date | None = None,
) -> RatePeriod:
    """Build a period from a record of plain values.

    Args:
        record: Keys and values of the period.
        where: File and period, for error messages.
        verified_on: Day of verification of the whole file, used where the record has none.
        shared: Authorities of the whole file, added to the record's own.
        newest_source: Date of the newest source of the whole file, used where the record has none.

    Raises:
        InvalidSchedule: The record breaks a rule of the format.
    """
    if not isinstance(record, Mapping):
        raise InvalidSchedule(f"{where}: a period must be a table of keys and values")
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
        status=member_of(RateStatus, record["status"], where, "status"),
        authorities=authorities_of(record.get("authorities", []), where, required=not shared) + shared,
        verified_on=checked,
        note=text_of(record, "note", where) if record.get("note") else "",
        newest_source=day_of(record, "newest_source", where) if record.get("newest_source") else newest_source,
    )


def record_of_period(period: RatePeriod) -> dict[str, Any]:
    """Convert a period to plain values, which `period_of_record` reads back."""
    return {
        "first_day": period.first_day.isoformat() if period.first_day else None,
        "last_day": period.last_day.isoformat() if period.last_day else None,
        "rate": f"{period.rate:f}",
        "status": period.status.value,
        "authorities": [authority.to_dict() for authority in period.authorities],
        "verified_on": period.verified_on.isoformat(),
        "newest_source": period.newest_source.isoformat() if period.newest_source else None,
        "note": period.note,
    }


def refuse_unknown(record: Mapping[str, Any], known: set[str], where: str) -> None:
    """Raise `InvalidSchedule` for a record with an unknown key."""
    unknown = sorted(str(key) for key in record if key not in known)
    if unknown:
        key = unknown[0]
        name = key if key.isidentifier() and len(key) <= _MAX_KEY_LENGTH else quote(key, _MAX_KEY_LENGTH)
        raise InvalidSchedule(f"{where}: unknown key {name}. Use: {', '.join(sorted(known))}")


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


def member_of(kind: type[E], value: object, where: str, key: str) -> E:
    """The enumeration member that a text names; raises `InvalidSchedule` if none does."""
    try:
        return kind(to_text(value))
    except ValueError:
        known = ", ".join(kind)
        raise InvalidSchedule(f"{where}: {key} must be one of {known}, not {quote(to_text(value))}") from None


def authorities_of(records: Sequence[Mapping[str, Any]], where: str, *, required: bool) -> tuple[Authority, ...]:
    """Build authorities from a list of records.

    Raises `InvalidSchedule` for a bad record, and for an empty list if authorities are required.
    """
    if isinstance(records, (str, Mapping)) or not isinstance(records, Sequence):
        raise InvalidSchedule(f"{where}: authorities must be a list of tables")
    if required and not records:
        raise InvalidSchedule(f"{where}: the key authorities is missing. Every rate needs a source")
    found: list[Authority] = []
    for number, record in enumerate(records, 1):
        place = f"{where}: authority {number}"
        if not isinstance(record, Mapping):
            raise InvalidSchedule(f"{place}: an authority must be a table with citation and says")
        refuse_unknown(record, _AUTHORITY_KEYS, place)
        url = text_of(record, "url", place) if record.get("url") else ""
        status = member_of(AuthorityStatus, record.get("status", AuthorityStatus.READ), place, "status")
        found.append(Authority(text_of(record, "citation", place), text_of(record, "says", place), url, status))
    return tuple(found)
