"""Convert results to plain values, as JSON has them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, cast

import attrs

from sequestration._money import optional_dollars

__all__ = ["plain_fields", "plain_value"]

_CENTS = "_cents"


def plain_fields(instance: attrs.AttrsInstance, *, without: Collection[str] = ()) -> dict[str, Any]:
    """The public fields of an object by name; fields in whole cents become dollars.

    Fields that the object computes from others are left out.
    """
    found: dict[str, Any] = {}
    for field in attrs.fields(type(instance)):
        name: str = field.name
        if not field.init or name.startswith("_") or name in without:
            continue
        value = getattr(instance, name)
        if name.endswith(_CENTS):
            name, value = name.removesuffix(_CENTS), _dollars(value)
        found[name] = plain_value(value)
    return found


def plain_value(value: Any) -> Any:
    """A value as JSON has it: amounts and rates are text, dates are ISO dates."""
    to_dict = cast("Callable[[], dict[str, Any]] | None", getattr(value, "to_dict", None))
    if to_dict is not None:
        return to_dict()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain_value(inner) for key, inner in cast("Mapping[object, object]", value).items()}
    if isinstance(value, (tuple, list)):
        return [plain_value(inner) for inner in cast("Collection[object]", value)]
    return value


def _dollars(cents: Any) -> Any:
    if isinstance(cents, dict):
        return {name: optional_dollars(amount) for name, amount in cast("dict[str, int | None]", cents).items()}
    return optional_dollars(cents)
