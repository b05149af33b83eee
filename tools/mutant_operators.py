"""Small mistakes that can be made in a module.

The operators are those of mutmut, for the most part: another comparison, operator, number, text or condition, a value
that is None, a statement that is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Mutant", "applied", "mutants_of", "shown"]

Place = Callable[[ast.expr | ast.stmt], tuple[int, int]]
_OTHER: dict[type[ast.AST], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "+",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "+",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}


class Mutant(NamedTuple):
    """A place in a module, and what is written there instead."""

    start: int
    end: int
    new: str


def mutants_of(text: str) -> Iterator[Mutant]:
    """Yield the mutants of a module."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def place(node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Positions in the text; the columns of Python are bytes."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        first, last = lines[node.lineno - 1].encode(), lines[node.end_lineno - 1].encode()
        return (
            starts[node.lineno - 1] + len(first[: node.col_offset].decode()),
            starts[node.end_lineno - 1] + len(last[: node.end_col_offset].decode()),
        )

    for node in _nodes_of(ast.parse(text)):
        yield from _changes(node, text, place)


def _nodes_of(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that run and that a result may depend on: no types, documentation, notebook views or parts of f-strings."""
    skipped: list[ast.AST] = []
    match node:
        case ast.FunctionDef(name="_repr_html_" | "__repr__") | ast.JoinedStr() | ast.Import() | ast.ImportFrom():
            return
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.Expr(value=ast.Constant()) | ast.Assert():
            return
        case ast.FunctionDef():
            skipped = [each for each in (node.returns, *node.decorator_list) if each is not None]
        case ast.ClassDef():
            skipped = [*node.decorator_list]
        case ast.arg():
            return
        case ast.AnnAssign():
            skipped = [node.annotation]
        case ast.Subscript(value=ast.Name(id="dict" | "list" | "set" | "tuple" | "deque" | "Counter" | "Rows")):
            return
        case ast.Call(func=ast.Name(id="TypeVar" | "cast")) | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return
        case ast.keyword(arg="strict"):  # An assertion of `zip`.
            return
    yield node
    for child in ast.iter_child_nodes(node):
        if child not in skipped:
            yield from _nodes_of(child)


def _changes(node: ast.AST, text: str, place: Place) -> Iterator[Mutant]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            for before, operator, after in zip([left, *others], ops, others, strict=False):
                yield _between(before, after, operator, text, place)
        case ast.BinOp(left=before, op=operator, right=after) if type(operator) in _OTHER:
            yield _between(before, after, operator, text, place)
        case ast.BoolOp(op=operator, values=values):
            words = ("and", "or") if isinstance(operator, ast.And) else ("or", "and")
            for before, after in pairwise(values):
                start, end = place(before)[1], place(after)[0]
                yield Mutant(start, end, text[start:end].replace(*words))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield Mutant(*place(node), f"({text[slice(*place(operand))]})")
        case ast.Constant(value=bool(value)):
            yield Mutant(*place(node), repr(not value))
        case ast.Constant(value=int(value)):
            yield Mutant(*place(node), repr(value + 1))
        case ast.Constant(value=str(value)) if value and "\n" not in value:
            yield Mutant(*place(node), repr(f"XX{value}"))
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield Mutant(*place(test), f"(not ({text[slice(*place(test))]}))")
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield Mutant(*place(value), "None")
        case ast.keyword(value=value) if not isinstance(value, ast.Constant):
            yield Mutant(*place(value), "None")
        case ast.AugAssign():
            yield Mutant(*place(node), "pass")
        case ast.Expr(value=ast.Call()):
            yield Mutant(*place(node), "pass")


def _between(before: ast.expr, after: ast.expr, operator: ast.AST, text: str, place: Place) -> Mutant:
    """Another operator between two operands; brackets around them stay."""
    start, end = place(before)[1], place(after)[0]
    gap = text[start:end]
    return Mutant(start, end, f"{gap[: len(gap) - len(gap.lstrip(') '))]} {_OTHER[type(operator)]} {_tail(gap)}")


def _tail(gap: str) -> str:
    return gap[len(gap.rstrip("( \n")) :]


def applied(text: str, mutant: Mutant) -> str:
    """The module with a mutant."""
    return text[: mutant.start] + mutant.new + text[mutant.end :]


def shown(text: str, mutant: Mutant) -> tuple[str, str]:
    """The lines of a mutant before and after it, with one space between words."""
    start, end = text.rfind("\n", 0, mutant.start) + 1, text.find("\n", mutant.end)
    before, after = text[start:end], text[start : mutant.start] + mutant.new + text[mutant.end : end]
    return " ".join(before.split()), " ".join(after.split())
