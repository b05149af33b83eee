"""JSON Schema of the JSON that the library writes."""

from __future__ import annotations

import json
from typing import Any

from sequestration._data import shipped_bytes

__all__ = ["json_schema"]

_AUDIT = "schemas/audit.schema.json"


def json_schema() -> dict[str, Any]:
    """Load the JSON Schema (draft 2020-12) of an audit's JSON.

    It describes what `audit.to_dict()` returns and `sequestration check --json` prints. Its `$defs` describe the
    parts: `finding`, `problem`, `pattern` and others. Later versions may add keys, so the schema allows them.

    >>> schema = json_schema()
    >>> schema["$schema"], "finding" in schema["$defs"]
    ('https://json-schema.org/draft/2020-12/schema', True)
    """
    found: dict[str, Any] = json.loads(shipped_bytes(_AUDIT))
    return found
