"""Docstrings of the package: first lines, arguments and errors of the public interface."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sequestration as seq
from sequestration import deadlines, frames, plot, strategies

PACKAGE = Path(seq.__file__ or "").parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_FIRST_LINE = 80
NO_NOUN_PHRASE = re.compile(r"(What|How|Who|Where|Which|Why|When|Of|As many|That)\b")
BRITISH = re.compile(r"judgement|colour|cancelled|neighbour|behaviour|\breckon|\banew\b|\bmend(s|ed)?\b", re.IGNORECASE)
ERRORS = {name for name in dir(seq) if isinstance(getattr(seq, name, None), type)} | {*dir(builtins)}
LAZY = {
    seq: seq.__all__,
    deadlines: deadlines.__all__,
    frames: dir(frames),
    plot: dir(plot),
    strategies: dir(strategies),
}


def docstrings_of(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and (text := ast.get_docstring(node)):
            yield getattr(node, "lineno", 1), text


def public_callables() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every public function and class, and the public methods of these classes."""
    for module, names in LAZY.items():
        for name in names:
            value = getattr(module, name)
            if name.startswith("_") or not callable(value) or not value.__module__.startswith("sequestration"):
                continue
            yield name, value
            if isinstance(value, type) and not issubclass(value, str):
                for member in vars(value):
                    found = getattr(value, member)
                    if not member.startswith("_") and callable(found):
                        yield f"{name}.{member}", found


def parameters_of(function: Callable[..., object]) -> list[str]:
    if isinstance(function, type) and issubclass(function, (str, seq.SequestrationError, Warning)):
        names = list(inspect.signature(function.__init__).parameters)[1:] if "__init__" in vars(function) else []
    else:
        names = list(inspect.signature(function).parameters)
    return [name for name in names if name not in ("self", "cls", "args", "kwargs")]


def section(docstring: str, title: str) -> list[str]:
    """The names in a section of a docstring in Google style."""
    found = re.search(rf"^{title}:\n((?:    .*\n?|\n(?=    ))+)", docstring, re.MULTILINE)
    return re.findall(r"^    (\w+):", found[1], re.MULTILINE) if found else []


CALLABLES = dict(public_callables())


@pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(PACKAGE).as_posix() for path in MODULES])
def test_first_lines_are_short_noun_phrases_or_imperatives(path: Path) -> None:
    for line, text in docstrings_of(path):
        first = text.partition("\n")[0]

        assert len(first) <= MAX_FIRST_LINE, f"line {line}: {first}"
        assert not NO_NOUN_PHRASE.match(first), f"line {line}: {first}"
        assert first.endswith((".", ":", "?")), f"line {line}: {first}"
        assert not BRITISH.search(text), f"line {line}: {text}"


@pytest.mark.parametrize("name", CALLABLES)
def test_parameters_are_documented(name: str) -> None:
    docstring = inspect.getdoc(CALLABLES[name]) or ""
    parameters = parameters_of(CALLABLES[name])

    assert docstring
    if len(parameters) > 2:
        listed = section(docstring, "Args") + section(docstring, "Attributes")
        assert [parameter for parameter in parameters if parameter not in listed] == []


@pytest.mark.parametrize("name", CALLABLES)
def test_errors_that_are_documented_exist(name: str) -> None:
    docstring = inspect.getdoc(CALLABLES[name]) or ""

    assert {*section(docstring, "Raises")} <= ERRORS


def test_the_sections_are_found() -> None:
    docstring = inspect.getdoc(seq.expected_reduction) or ""

    assert section(docstring, "Args") == ["payable", "on", "schedule"]
    assert section(docstring, "Raises") == ["InvalidAmount", "InvalidDate"]
    assert len(CALLABLES) > 100
