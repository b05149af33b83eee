"""Convert results to plain values, as JSON has them, and say so to pydantic."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, cast

import attrs

from sequestration._money import optional_dollars

__all__ = ["Result", "plain_fields", "plain_value", "pydantic_core_schema", "pydantic_json_schema"]

_CENTS = "_cents"


class Result:
    """Base class of results: plain values as JSON, for pydantic and FastAPI, too."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON: amounts as text, ISO dates."""
        return plain_fields(cast("attrs.AttrsInstance", self))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        return pydantic_core_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        return pydantic_json_schema(cls)


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


def pydantic_core_schema(result: type) -> Any:
    """Have pydantic take instances as they are, and write `to_dict()` as JSON."""
    from pydantic_core import core_schema  # Only pydantic calls this, so it is installed.

    as_json = core_schema.plain_serializer_function_ser_schema(plain_value, when_used="json")
    return core_schema.is_instance_schema(result, serialization=as_json)


def pydantic_json_schema(result: type) -> dict[str, Any]:
    """The JSON Schema of a class of results, for the documentation of a web service."""
    from sequestration._plain.json_schema import inline_json_schema  # Few programs describe results.

    return inline_json_schema(result)
