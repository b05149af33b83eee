"""Parse amounts, dates and codes from the text of elements.

Tables handle the plain forms fast; a slower path handles everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from sequestration._messages import quote
from sequestration._money import format_cents
from sequestration._x12.problems import Excerpt, ProblemCode

__all__ = [
    "CLAIM_DATES",
    "CODES_OF_CAS",
    "CODES_OF_CLP",
    "LINE_DATES",
    "MAX_CLP_LENGTH",
    "PART_CENTS",
    "SERVICE_DATES",
    "WHOLE_CENTS",
    "describe_cents",
    "describe_odd_cents",
    "excerpt",
    "get_code",
    "get_component",
    "get_element",
    "parse_amount",
    "parse_date",
    "parse_days",
    "parse_procedure",
    "parse_unusual_date",
    "parse_unusual_days",
    "remark_codes",
    "strip_codes",
]

_FREQUENT_CENTS = {str(number): number * 100 for number in range(5000)} | {"": 0}


class _WholeCents(dict[str, int]):
    """Cents of the digits before the point, of which the most frequent are known."""

    def __missing__(self, whole: str) -> int:
        """Cents of other digits; `KeyError` for what is not digits."""
        if whole.isascii() and whole.isdecimal() and len(whole) <= _MAX_DIGITS:
            return int(whole) * 100
        return _FREQUENT_CENTS[whole]


WHOLE_CENTS = _WholeCents(_FREQUENT_CENTS)
PART_CENTS = {"": 0} | {f"{n}": n * 10 for n in range(10)} | {f"{n:02d}": n for n in range(100)}

CLAIM_DATES = frozenset(("232", "233", "036", "050"))
LINE_DATES = frozenset(("472", "150", "151"))
SERVICE_DATES = LINE_DATES | {"232", "233"}
CODES_OF_CLP = (2, 6, 8, 9)
CODES_OF_CAS = (1, 2, 5, 8, 11, 14, 17)
MAX_CLP_LENGTH = 500  # Characters. Each element of a longer CLP is checked.

_COMPONENTS = ":>|<^\\\x1f"  # Component separators in use.
_MAX_DIGITS = 8  # Of dollars without cents: HIPAA's guides end at 99999999 (B.1.1.3.1.2, quoted in X12's RFI 1526).
_DIGITS_OF_DAY = 8
_MAX_DIGITS_OF_DAYS = 4  # No stay has more days.
_MAX_EXCERPT_LENGTH = 12  # Characters of a bad amount or date that a problem may show.
_MAX_PROCEDURE_LENGTH = 48  # Characters, as in the standard.
_MAX_MODIFIER_LENGTH = 4  # Characters. The standard has two.
_QUALIFIER = 2  # Characters of a qualifier.
_NO_CODE = re.compile(r"\W", re.ASCII)
_MAX_SHOWN_CENTS = 999_999_999  # Seven digits of dollars. A birth date has eight, other numbers have more.
_MAX_EXCERPT_DIGITS = 3  # A birth date has at least four, as in 1/2/85. Only plain numbers may have more.
_MAX_EXCERPT_LETTERS = 3  # As in 250USD. A Medicare number has at least four.
_LETTERS = re.compile(r"[^\W\d_]+")
_LETTERS_BEFORE_A_DIGIT = re.compile(r"[^\W\d_]{2}.*\d|^\W*[^\W\d_]{2}")
_PLAIN_NUMBER = re.compile(
    r"[\s+$(-]*(?:\d{1,4}|\d{0,4}\.\d{0,3}|\d{5}\.\d{0,2}|[1-9]\d?,\d{3}(?:\.\d{0,2})?)[\s)+-]*", re.ASCII
)
_AMOUNT = re.compile(r"(-?)(\d{0,18})(?:\.(\d{0,2})0*)?", re.ASCII)
_UNUSUAL_DATE = re.compile(r"\s*(?:(\d{4})-(\d\d)-(\d\d)|(\d{8})(?:[01]\d|2[0-3])[0-5]\d)\s*", re.ASCII)
_PERIOD = re.compile(r"\s*(\d{8}|\d{4}-\d\d-\d\d)\s*-\s*(\d{8}|\d{4}-\d\d-\d\d)\s*", re.ASCII)
_ODD_AMOUNT = re.compile(r"\s*([+-]?)\s*\$?(\d{1,3}(?:,\d{3})+|\d{0,18})(?:\.(\d{0,2})0*)?\s*", re.ASCII)


def get_element(parts: list[str], index: int) -> str:
    """An element of a segment; empty if the segment is shorter."""
    return parts[index] if index < len(parts) else ""


def get_code(parts: list[str], index: int) -> str:
    """A code, without the blanks that fixed-width senders put around it."""
    return parts[index].strip(" ") if index < len(parts) else ""


def get_component(composite: str, expected: str) -> str:
    """Detect the component separator of a composite that begins with two letters.

    The envelope may name a wrong one. Without this check, a composite read as one text would bring in what follows
    its codes: a description, a member number.
    """
    mark = composite[2:3]
    return mark if mark and mark in _COMPONENTS else expected


def strip_codes(parts: list[str], places: Iterable[int]) -> None:
    """Strip the blanks that fixed-width senders put around codes, at these positions."""
    for place in places:
        if place < len(parts):
            parts[place] = get_code(parts, place)


def parse_amount(text: str) -> tuple[int | None, ProblemCode | None]:
    """Parse an amount: whole cents (None if it is not an amount) and what is unusual.

    Nine digits or more, without cents, are not an amount by the standard. They may be a Social Security number.
    """
    if text == "0":
        return 0, None
    whole, _, part = text.partition(".")
    if part in PART_CENTS and whole.isascii() and whole.isdecimal() and len(whole) <= _MAX_DIGITS:
        return int(whole) * 100 + PART_CENTS[part], None
    if not text.strip():
        return None, ProblemCode.MISSING_AMOUNT
    plain = _AMOUNT.fullmatch(text)
    match = plain or _ODD_AMOUNT.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None, ProblemCode.BAD_AMOUNT
    sign, whole, part = match.groups()
    if not part and whole.isdecimal() and len(whole) > _MAX_DIGITS:
        return None, ProblemCode.BAD_AMOUNT
    cents = int(whole.replace(",", "") or 0) * 100 + int(((part or "") + "00")[:2])
    return -cents if sign == "-" else cents, None if plain else ProblemCode.ODD_AMOUNT


def parse_date(text: str) -> date | None:
    """Parse eight digits as a date; None if they are not a date."""
    text = text.strip(" ")
    if len(text) != _DIGITS_OF_DAY or not (text.isascii() and text.isdecimal()):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_unusual_date(text: str) -> tuple[date, str] | None:
    """Parse a date with hyphens or with a time: the day, and the form in words."""
    match = _UNUSUAL_DATE.fullmatch(text)
    day = None if match is None else parse_date("".join(match.groups("")))
    if match is None or day is None:
        return None
    return day, "a date with hyphens" if match[2] else "a date with a time"


def parse_unusual_days(parts: list[str]) -> tuple[str, str, tuple[date, ...]] | None:
    """Parse the date or the period of a DTM in an unusual form.

    Returns the element, the form in words, and one day or the two of a period.

    Some senders write the format before the date (DTM*472*D8*CCYYMMDD). DTM05 and DTM06 are X12's own place for a
    format and a date or period of it.
    """
    for place in (2, 5):
        form, text = get_code(parts, place).upper(), get_element(parts, place + 1)
        if form in ("D8", "RD8"):
            days = [_any_date(day) for day in _days_of(form, text)]
            found = tuple(day for day in days if day is not None)
            kind = "a date" if form == "D8" else "a period"
            return (
                (f"DTM{place + 1:02d}", f"{kind} after the format {form}", found) if len(found) == len(days) else None
            )
        if form:
            break
    unusual = parse_unusual_date(get_element(parts, 2))
    return None if unusual is None else ("DTM02", unusual[1], (unusual[0],))


def _any_date(text: str) -> date | None:
    """Parse a date in any form that has only one reading."""
    unusual = parse_unusual_date(text)
    return parse_date(text) if unusual is None else unusual[0]


def _days_of(form: str, text: str) -> list[str]:
    """The texts of the days of a date (D8) or of a period (RD8)."""
    if form == "D8":
        return [text]
    match = _PERIOD.fullmatch(text)
    return [""] if match is None else [match[1]] if match[1] == match[2] else [match[1], match[2]]


def parse_days(text: str) -> int | None:
    """Parse a number of whole days; None if it is not one."""
    whole, _, part = text.strip(" ").partition(".")
    plain = whole.isascii() and whole.isdecimal() and len(whole) <= _MAX_DIGITS_OF_DAYS
    return int(whole) if plain and not part.strip("0") else None


def parse_procedure(composite: str, separator: str) -> tuple[str, str, tuple[str, ...]]:
    """Parse a composite: qualifier, code and modifiers of a procedure.

    The free-text description after them may name a person, so it is never kept.
    """
    component = get_component(composite, separator)
    qualifier, _, rest = composite.partition(component)
    if not rest:  # The composite is one text, and only its beginning is certain to be a code.
        qualifier, rest = "", _NO_CODE.split(qualifier.strip(), maxsplit=1)[0]
    code, *modifiers = map(str.strip, rest.split(component))
    kept = tuple(modifier for modifier in modifiers[:4] if modifier and len(modifier) <= _MAX_MODIFIER_LENGTH)
    qualifier = qualifier.strip(" ")
    return qualifier if len(qualifier) <= _QUALIFIER else "", code[:_MAX_PROCEDURE_LENGTH], kept


def remark_codes(parts: list[str]) -> list[str]:
    """The remark codes of an LQ, MOA or MIA segment."""
    if parts[0] == "LQ":
        codes = parts[2:3] if get_code(parts, 1) == "HE" else []
    else:
        codes = parts[3:8] if parts[0] == "MOA" else parts[5:6] + parts[20:24]
    return [code.strip().upper() for code in codes if code.strip()]


def excerpt(text: str) -> Excerpt:
    """Shorten a bad value to what a problem may show.

    Elements may be shifted, so the text may be a name, a Medicare or social security number, a phone number or a birth
    date. Of whatever has such a shape, only the kind and the length are shown.

    >>> print(excerpt("250USD"), excerpt("SMITH 250"), excerpt("123-45-6789"), excerpt("19850229"), sep=", ")
    '250USD', a text of 9 characters, a text of 11 characters, a number of 8 digits
    """
    digits = text.strip()
    if digits.isascii() and digits.isdecimal():
        kind = f"a number of {len(digits)} digits"
    else:
        kind = f"a text of {len(text)} characters"
    return Excerpt(quote(text) if _is_impersonal(text) else kind, kind)


def _is_impersonal(text: str) -> bool:
    """Whether a text cannot be a name or a number of a person.

    It is too short for one, or plainly an amount.
    """
    if len(text) > _MAX_EXCERPT_LENGTH or not text.isprintable():  # Escapes of other characters are digits.
        return False
    if _PLAIN_NUMBER.fullmatch(text):
        return True
    digits, letters = sum(map(str.isnumeric, text)), sum(map(len, _LETTERS.findall(text)))
    few = digits <= _MAX_EXCERPT_DIGITS and letters <= _MAX_EXCERPT_LETTERS
    return few and _LETTERS_BEFORE_A_DIGIT.search(text) is None


def describe_odd_cents(cents: int | None) -> str:
    """Dollars read from an unusual amount, as the text of a problem shows them.

    Very many dollars may be a number of a person.
    """
    if cents is None or abs(cents) <= _MAX_SHOWN_CENTS:
        return describe_cents(cents)
    return f"an amount of {len(str(abs(cents) // 100))} digits"


def describe_cents(cents: int | None) -> str:
    """Dollars as the text of a problem shows them."""
    return "unknown" if cents is None else format_cents(cents)
