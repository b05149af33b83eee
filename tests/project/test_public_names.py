"""The public names: the map that loads them, the stub that gives them types, and `__all__` say the same."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import sequestration as seq

NOT_STARRED = {"__version__", "frames", "plot", "strategies"}
STUB = ast.parse(Path(seq.__file__ or "").with_name("__init__.pyi").read_text("utf-8"))
ORIGINS: dict[str, str] = vars(seq)["_ORIGINS"]


def imported_in_the_stub() -> dict[str, str]:
    """The module from which the stub takes each name, as the map writes it."""
    found: dict[str, str] = {}
    for node in STUB.body:
        if isinstance(node, ast.ImportFrom):
            module = (node.module or "").removeprefix("sequestration").removeprefix(".")
            found |= {alias.name: module or alias.name for alias in node.names}
    return found


def annotated_in_the_stub() -> dict[str, str]:
    """The type of each value that the stub declares."""
    return {
        node.target.id: ast.unparse(node.annotation)
        for node in STUB.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def test_the_stub_takes_each_name_from_the_module_of_the_map() -> None:
    assert imported_in_the_stub() == {name: origin for name, origin in ORIGINS.items() if ":" not in origin}


def test_the_stub_declares_each_value_that_is_built_from_data() -> None:
    assert {*annotated_in_the_stub()} == {name for name, origin in ORIGINS.items() if ":" in origin}


def test_the_stub_and_the_module_list_the_same_names() -> None:
    (listed,) = [ast.literal_eval(node.value) for node in STUB.body if isinstance(node, ast.Assign)]

    assert listed == seq.__all__
    assert {*ORIGINS} == {*seq.__all__} | NOT_STARRED


@pytest.mark.parametrize("name", ORIGINS)
def test_each_name_is_what_its_module_has(name: str) -> None:
    path, _, build = ORIGINS[name].partition(":")
    module = import_module(f"sequestration.{path}")
    value = getattr(seq, name)

    if path == name:
        assert value is module
    elif build:
        assert value == getattr(module, build)()
        assert type(value).__name__ == annotated_in_the_stub()[name].partition("[")[0]
    else:
        assert value is getattr(module, name)
