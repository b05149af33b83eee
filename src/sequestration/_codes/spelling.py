"""Canonical spelling of codes, from what people and databases write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from operator import index
from typing import SupportsIndex, TypeAlias

from sequestration._codes.groups import GroupCode
from sequestration._errors import InvalidArgumentType, UnknownCode
from sequestration._messages import quote, to_text

__all__ = ["CodeLike", "provider_level_code", "remark_code", "shorten", "split_code", "squeeze"]

CodeLike: TypeAlias = str | SupportsIndex | float | Decimal
"""A code as it is written: text, a whole number, or a number whose decimals are zeros."""

_MAX_LENGTH = 20
_TOO_LARGE = 1_000_000  # No code is a number as large.
_BETWEEN = r"[\s:./_\-]*"  # What stands between the parts of a code: blanks and punctuation.
# The hard blanks and dashes of word processors. In the patterns, they would take a millisecond to compile.
_PLAIN: Mapping[int, str] = {
    **dict.fromkeys((0xA0, 0x2007, 0x202F), " "),
    **dict.fromkeys((0xAD, *range(0x2010, 0x2016), 0x2212), "-"),
}
# Decimals that are zeros, which a column of numbers with gaps gets in a database or a spreadsheet.
_ZEROS = r"(?:\.0+)?"
_FLAGS = re.ASCII | re.IGNORECASE
_REASON = re.compile(
    rf"(?:CARC{_BETWEEN})?(?:(CO|PR|OA|PI|CR){_BETWEEN})?(?:0*([1-9]\d{{0,3}}){_ZEROS}|([A-Z]){_BETWEEN}0*(\d{{1,3}}))",
    _FLAGS,
)
_REMARK = re.compile(rf"(?:RARC{_BETWEEN})?(MA|M|N){_BETWEEN}0*([1-9]\d{{0,3}})", _FLAGS)
_PROVIDER_LEVEL = re.compile(rf"(?:PLB{_BETWEEN})?(?:([A-Z\d]{{2}})|(\d\d)\.0+|([A-Z]){_BETWEEN}(\d))", _FLAGS)


def split_code(written: CodeLike) -> tuple[GroupCode | None, str]:
    """Split what people write into a group code, if any, and a reason code.

    Raises `UnknownCode` for text that is not a reason code.

    >>> split_code("co 253"), split_code("B15"), split_code("PR2")
    ((<GroupCode.CO: 'CO'>, '253'), (None, 'B15'), (<GroupCode.PR: 'PR'>, '2'))
    >>> split_code("CO0253"), split_code("253.0")
    ((<GroupCode.CO: 'CO'>, '253'), (None, '253'))
    """
    text = _text_of(written)
    match = _REASON.fullmatch(_in_plain(text))
    if match is None:
        raise UnknownCode(f"{quote(text)} is not a reason code. Use a form such as 253, CO-253 or B15", shorten(text))
    group, number, letter, lettered = match.groups()
    return GroupCode(group) if group else None, number or f"{letter.upper()}{int(lettered)}"


def remark_code(written: CodeLike) -> str:
    """The canonical spelling of a remark code.

    Raises `UnknownCode` for text that is not a remark code.

    >>> remark_code("n 811"), remark_code("ma1"), remark_code("M-15")
    ('N811', 'MA01', 'M15')
    """
    text = _text_of(written)
    match = _REMARK.fullmatch(_in_plain(text))
    if match is None:
        raise UnknownCode(f"{quote(text)} is not a remark code. Use a form such as N811, MA130 or M15", shorten(text))
    letters, number = match.group(1).upper(), match.group(2)
    return f"{letters}{int(number):02}" if letters == "MA" else f"{letters}{number}"


def provider_level_code(written: CodeLike) -> str:
    """The canonical spelling of a provider-level code.

    Raises `UnknownCode` for text that is not a provider-level code.

    >>> provider_level_code("wo"), provider_level_code("L-6"), provider_level_code("72.0")
    ('WO', 'L6', '72')
    """
    text = _text_of(written)
    match = _PROVIDER_LEVEL.fullmatch(_in_plain(text))
    if match is None:
        raise UnknownCode(f"{quote(text)} is not a provider-level code. Use a form such as WO, FB or 72", shorten(text))
    return "".join(part for part in match.groups() if part).upper()


def shorten(text: str) -> str:
    """The beginning of a text, for error messages."""
    return text[:_MAX_LENGTH]


def squeeze(text: str) -> str:
    """A text without anything but letters and digits."""
    return re.sub(r"[\W_]+", "", text)


def _text_of(written: CodeLike) -> str:
    if isinstance(written, str):
        return written.strip()
    if isinstance(written, (float, Decimal)):
        return _whole(Decimal(written))
    if isinstance(written, bool) or not isinstance(written, SupportsIndex):
        kind = type(written).__name__
        raise InvalidArgumentType(f'a code must be text such as "CO-253" or a whole number, not {kind}')
    return to_text(index(written))


def _in_plain(text: str) -> str:
    """A text with plain blanks and hyphens."""
    return text if text.isascii() else text.translate(_PLAIN)


def _whole(number: Decimal) -> str:
    """A number without its decimals if they are zeros."""
    is_short = number.is_finite() and abs(number) < _TOO_LARGE
    return str(int(number)) if is_short and number == int(number) else str(number)
