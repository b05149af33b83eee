"""Convert flags to True, False or None."""

from __future__ import annotations

from sequestration._errors import InvalidArgumentType
from sequestration._messages import shorten_repr

__all__ = ["as_bool_or_none"]

_TRUTHS = frozenset({"bool", "bool_"})  # NumPy named its boolean type bool_ before version 2.


def as_bool_or_none(value: bool | None, name: str) -> bool | None:
    """Convert to True, False or None; accepts the booleans of NumPy.

    Raises `InvalidArgumentType` for anything else, such as the text "N", which Python would take for true.

    >>> as_bool_or_none(None, "assigned"), as_bool_or_none(False, "assigned")
    (None, False)
    """
    if value is None:
        return None
    if type(value).__name__ not in _TRUTHS:
        raise InvalidArgumentType(f"{name} must be True, False or None, not {shorten_repr(value)}")
    return bool(value)
