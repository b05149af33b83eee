"""Arguments as Americans type them: dates, dollars, limits, outputs, payers."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date
from typing import TYPE_CHECKING

from sequestration._dates import as_date
from sequestration._errors import InvalidDate
from sequestration._messages import quote

if TYPE_CHECKING:
    from sequestration._checking.payer import PayerKind

__all__ = ["is_one_of", "parse_date", "parse_day", "parse_dollars", "parse_limit", "parse_output", "parse_payer"]

_AMERICAN_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_DOLLARS = re.compile(r"(-?)\$?(\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)", re.ASCII)


def parse_date(text: str) -> date:
    """Convert a date as MM/DD/YYYY or YYYY-MM-DD; raises `InvalidDate`."""
    american = _AMERICAN_DATE.fullmatch(text.strip())
    try:
        if american is not None:
            month, day, year = map(int, american.groups())
            return date(year, month, day)
        return as_date(text)
    except ValueError:
        raise InvalidDate(f"{quote(text)} is not a valid date. Use MM/DD/YYYY or YYYY-MM-DD.") from None


def parse_day(text: str) -> date:
    """Convert a date as argparse expects it; raises `ArgumentTypeError`."""
    try:
        return parse_date(text)
    except InvalidDate as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def parse_dollars(text: str) -> str:
    """Take the dollar sign and the thousands separators out of an amount."""
    typed = _DOLLARS.fullmatch(text.strip())
    return text if typed is None else typed[1] + typed[2].replace(",", "")


def parse_limit(text: str) -> int:
    """Convert a number of findings, or "all"."""
    if text.lower() == "all":
        return sys.maxsize
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(sys.maxsize)):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number of findings, or all")
    return int(text)


def parse_output(text: str) -> str:
    """Take the name of a file or folder to write.

    Raises `ArgumentTypeError` for standard output.
    """
    if text in ("", "-"):
        raise argparse.ArgumentTypeError("give the name of a file or folder, such as report.html")
    return text


def is_one_of(number: str, *numbers: str) -> bool:
    """Whether a typed number is one of some numbers, ignoring case and blanks."""
    return number.strip().casefold() in [each.strip().casefold() for each in numbers]


def parse_payer(text: str) -> tuple[str, PayerKind]:
    """Convert the number of a payer with its kind; raises `ArgumentTypeError`."""
    from sequestration._checking.payer import parse_payer_kind

    number, equals, kind = text.partition("=")
    if not number or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not ID=ffs or ID=contract")
    try:
        return number, parse_payer_kind(kind)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
