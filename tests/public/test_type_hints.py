"""`typing.get_type_hints` works for every public name, as programs that read annotations need it."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

MODULES = ("sequestration", *(f"sequestration.{name}" for name in ("frames", "plot", "strategies", "deadlines")))


def annotated() -> Iterator[tuple[str, Any]]:
    """Public functions, classes and their public methods."""
    for name in MODULES:
        module = import_module(name)
        for public in module.__all__:
            thing = getattr(module, public)
            if inspect.isclass(thing):
                for member, value in vars(thing).items():
                    if not member.startswith("_") or member == "__init__":
                        found = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
                        if inspect.isfunction(found):
                            yield f"{name}.{public}.{member}", found
            if inspect.isclass(thing) or inspect.isfunction(thing):
                yield f"{name}.{public}", thing


ANNOTATED = dict(annotated())


@pytest.mark.parametrize("name", ANNOTATED)
def test_the_hints_of_every_public_name_are_found(name: str) -> None:
    thing = ANNOTATED[name]
    hints = get_type_hints(thing)

    assert not [hint for hint in hints.values() if isinstance(hint, str)]
    if inspect.isfunction(thing):
        assert {*hints} == {*getattr(thing, "__annotations__", {})}


ALIASES = {
    "sequestration": ["Amount", "CodeLike", "Day", "Payers", "Source", "Sources", "StepSubject"],
    "sequestration.frames": ["Backend", "Basis", "PartitionBy", "TableName", "Unit"],
    "sequestration.plot": ["Payment"],
}


@pytest.mark.parametrize(("module", "alias"), [(module, alias) for module in ALIASES for alias in ALIASES[module]])
def test_types_of_arguments_are_public(module: str, alias: str) -> None:
    taken = alternatives(getattr(import_module(module), alias))
    hinted = [thing for name, thing in ANNOTATED.items() if name.startswith(module)]
    hints = [hint for thing in hinted for hint in get_type_hints(thing).values()]

    assert alias in import_module(module).__all__
    assert any(taken <= alternatives(hint) for hint in hints)


def alternatives(hint: Any) -> set[Any]:
    return {*get_args(hint)} if isinstance(hint, UnionType) or get_origin(hint) is Union else {hint}


def test_there_are_many() -> None:
    assert {"sequestration.frames.check", "sequestration.plot.audit", "sequestration.strategies.remittances"} <= {
        *ANNOTATED
    }
    assert len(ANNOTATED) > 300


@pytest.mark.parametrize(("module", "heavy"), [("frames", "narwhals"), ("plot", "matplotlib")])
def test_hints_do_not_import_what_is_imported_on_first_use(module: str, heavy: str) -> None:
    code = (
        f"import sys, typing, types, sequestration.{module} as m\n"
        f"public = [getattr(m, name) for name in m.__all__]\n"
        f"[typing.get_type_hints(thing) for thing in public if isinstance(thing, (type, types.FunctionType))]\n"
        f"assert '{heavy}' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
