"""Dates, codes and words of the checks besides the rates.

They are read once from ``data/checking.toml``.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import attrs

from sequestration._data import shipped_toml

__all__ = ["Rules", "is_before_medicare", "is_null_date", "rules"]


@attrs.frozen
class Rules:
    """Contents of ``data/checking.toml``, in which each table names its source."""

    cost_report_days_until: date
    code_223_first_day: date
    code_223_last_day: date
    anticipated_payment_last_day: date
    anticipated_payment_facilities: frozenset[str]
    anticipated_payment_frequency: str
    doubtful_stay_facilities: frozenset[str]
    bill_type_facilities: frozenset[str]
    medicare_first_day: date
    null_dates: frozenset[date]
    dialysis_facilities: frozenset[str]
    fee_for_service_plans: frozenset[str]
    words_against_medicare: re.Pattern[str]
    forwarded_statuses: frozenset[str]
    forwarded_remarks: tuple[str, ...]
    forwarded_working_days: int
    clerical_error_citations: tuple[str, ...]


@cache
def rules() -> Rules:
    """The rules that come with the library, read once."""
    table = shipped_toml("checking.toml")
    anticipated = table["request_for_anticipated_payment"]
    return Rules(
        cost_report_days_until=table["cost_report"]["days_until"],
        code_223_first_day=table["code_223"]["first_day"],
        code_223_last_day=table["code_223"]["last_day"],
        anticipated_payment_last_day=anticipated["last_day"],
        anticipated_payment_facilities=frozenset(anticipated["facility_codes"]),
        anticipated_payment_frequency=anticipated["frequency"],
        doubtful_stay_facilities=frozenset(table["stays_of_doubtful_date"]["facility_codes"]),
        bill_type_facilities=frozenset(table["bill_types"]["facility_codes"]),
        medicare_first_day=table["dates"]["medicare_first_day"],
        null_dates=frozenset(table["dates"]["null"]),
        dialysis_facilities=frozenset(table["dialysis"]["facility_codes"]),
        fee_for_service_plans=frozenset(table["payer"]["fee_for_service"]),
        words_against_medicare=_whole_words(table["payer"]["words_against"]),
        forwarded_statuses=frozenset(table["forwarded"]["statuses"]),
        forwarded_remarks=tuple(table["forwarded"]["remarks"]),
        forwarded_working_days=table["forwarded"]["working_days"],
        clerical_error_citations=tuple(table["clerical_error"]["citations"]),
    )


def _whole_words(words: list[str]) -> re.Pattern[str]:
    patterns = (re.escape(word).replace(r"\ ", r"[\W_]+") for word in words)  # Also HEALTH-PLAN and two blanks.
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


def is_null_date(day: date) -> bool:
    """Whether a date is one that CMS writes for a missing date."""
    return day in rules().null_dates


def is_before_medicare(day: date) -> bool:
    """Whether a date is before the first day on which there was Medicare."""
    return day < rules().medicare_first_day
