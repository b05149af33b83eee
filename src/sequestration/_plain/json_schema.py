"""JSON Schema of the JSON that the library writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any, cast

from sequestration._errors import InvalidArgumentType
from sequestration._messages import shorten_repr
from sequestration._sources.resources import shipped_bytes

__all__ = ["inline_json_schema", "json_schema"]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = "#/$defs/"


def json_schema(result: type | None = None) -> dict[str, Any]:
    """Load the JSON Schema (draft 2020-12) of what `to_dict()` of a result returns.

    `result` is a class of results, such as `Finding` or `Claim`. If it is left out, it is `Audit`, whose JSON is also
    what `sequestration check --json` prints. The parts are under `$defs`: `finding`, `problem`, `pattern` and others.
    Later versions may add keys, so the schema allows them.

    >>> from sequestration import Reduction
    >>> schema = json_schema(Reduction)
    >>> schema["$schema"], list(schema["properties"])
    ('https://json-schema.org/draft/2020-12/schema', ['payable', 'rate', 'amount', 'payment', 'period'])
    >>> "finding" in json_schema()["$defs"]
    True
    """
    schemas = _shipped_schemas()
    schema = schemas["audit" if result is None else _name_of(result)]
    needed = set(_needed_by(schema))
    parts = {name: part for name, part in schemas.items() if name in needed}
    return deepcopy({"$schema": _DRAFT, **schema, "$defs": parts})


def inline_json_schema(result: type) -> dict[str, Any]:
    """Load the schema of a result without references, to put it into another."""
    return cast("dict[str, Any]", _inline(_shipped_schemas()[_name_of(result)]))


@cache
def _shipped_schemas() -> dict[str, Any]:
    import json  # Only programs that ask for a schema need it.

    found: dict[str, Any] = json.loads(shipped_bytes("schemas/results.schema.json"))["$defs"]
    return found


def _name_of(result: object) -> str:
    """The name of the schema of a class of results: `code_total` for `CodeTotal`."""
    if isinstance(result, type) and result.__module__.partition(".")[0] == "sequestration":
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", result.__name__).lower()
        if "properties" in _shipped_schemas().get(name, ()):
            return name
    raise InvalidArgumentType(f"{shorten_repr(result)} is not a class with to_dict(), such as Finding")


def _needed_by(schema: Any) -> Iterator[str]:
    """The names of all parts that a schema refers to, directly or through other parts."""
    if isinstance(schema, Mapping):
        parts = cast("Mapping[str, Any]", schema)
        if (name := _referred(parts)) is not None:
            yield name
            yield from _needed_by(_shipped_schemas()[name])
        for inner in parts.values():
            yield from _needed_by(inner)
    elif isinstance(schema, list):
        for item in cast("Sequence[Any]", schema):
            yield from _needed_by(item)


def _inline(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        parts = cast("Mapping[str, Any]", schema)
        name = _referred(parts)
        inlined: dict[str, Any] = {} if name is None else _inline(_shipped_schemas()[name])
        return inlined | {key: _inline(inner) for key, inner in parts.items() if key != "$ref"}
    if isinstance(schema, list):
        return [_inline(item) for item in cast("Sequence[Any]", schema)]
    return schema


def _referred(schema: Mapping[str, Any]) -> str | None:
    reference = schema.get("$ref")
    return reference.removeprefix(_REFERENCE) if isinstance(reference, str) else None
