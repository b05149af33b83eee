"""The law is data with a source: no date of it stands in code, and no number of money is a float."""

from __future__ import annotations

import ast
import doctest
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import sequestration as seq

PACKAGE = Path(seq.__file__ or "").parent
CODE = sorted(PACKAGE.rglob("*.py"))
DAY = re.compile(
    r"(?<!\d)(?:19|20|21)\d\d"
    r"(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"(?!\d)"
)
MAKERS_OF_DAYS = {"date", "datetime", "fromordinal", "fromisocalendar"}


def name_in_package(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def dates_in(source: str) -> list[str]:
    """Dates that stand in code: as text or number anywhere but in doctests, and as calls with figures."""
    tree = ast.parse(source)
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found: list[str] = []
    for node in ast.walk(tree):
        for text in texts_of(node):
            found += DAY.findall(without_examples(text) if id(node) in docstrings else text)
        if isinstance(node, ast.Call) and name_of(node.func) in MAKERS_OF_DAYS and has_figures(node):
            found.append(ast.unparse(node))
    return found


def texts_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)):
        yield str(node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bytes):
        yield node.value.decode("latin-1")
    elif isinstance(node, ast.JoinedStr):
        # The parts of an f-string, with what is figured between them as itself where it is a plain value.
        inner = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in inner)


def without_examples(docstring: str) -> str:
    pieces = doctest.DocTestParser().parse(docstring)
    return "\n".join(piece for piece in pieces if isinstance(piece, str))


def name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def has_figures(call: ast.Call) -> bool:
    return any(is_figured(value) for value in [*call.args, *(keyword.value for keyword in call.keywords)])


def is_figured(value: ast.AST) -> bool:
    if isinstance(value, ast.Subscript):  # the number in match[1] is a place, no figure
        return is_figured(value.value)
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int)
    return any(is_figured(part) for part in ast.iter_child_nodes(value))


def floats_in(source: str) -> list[str]:
    """Float numbers and calls of `float`."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
            found.append(ast.unparse(node))
        if isinstance(node, ast.Call) and name_of(node.func) == "float":
            found.append(ast.unparse(node))
    return found


def test_all_rooms_are_looked_at() -> None:
    assert {"__init__.py", "_law/schedule.py", "_checking/judge.py", "_x12/reader.py", "_cli/main.py"} <= {
        name_in_package(path) for path in CODE
    }


@pytest.mark.parametrize("path", CODE, ids=[name_in_package(path) for path in CODE])
def test_no_date_stands_in_code(path: Path) -> None:
    assert dates_in(path.read_text("utf-8")) == []


COUNTS_OF_CODE = {-1, 0, 1, 5, 6}  # first, last, next, and the numbers that Python gives Saturday and Sunday
OF_DEADLINES = [
    path
    for path in CODE
    if name_in_package(path) in ("deadlines.py", "_worklist/clocks.py", "_worklist/next_step.py")
    or name_in_package(path).startswith(("_law/deadline", "_law/holidays"))
]


def numbers_in(source: str) -> set[int]:
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool)
    }


@pytest.mark.parametrize("path", OF_DEADLINES, ids=[name_in_package(path) for path in OF_DEADLINES])
def test_no_period_of_the_law_stands_in_code(path: Path) -> None:
    assert numbers_in(path.read_text("utf-8")) <= COUNTS_OF_CODE


def test_a_planted_period_is_found() -> None:
    assert len(OF_DEADLINES) >= 6
    assert numbers_in("last_day = notice + timedelta(days=120)") == {120}


FLOATS_ALLOWED = {
    "_codes/search.py",  # ranks of search results
    "frames/_engines/question.py",  # columns of floats, taken to the nearest cent: they come in nowhere else
    "frames/_engines/narwhals_engine.py",
    "frames/_tables.py",  # rates of a table, which no frame library keeps as decimals alike
    "plot/_close_up.py",  # places and sizes on a picture, in slots and inches
    "plot/_gaps.py",
    "plot/_months.py",
    "plot/_waterfall.py",
    "plot/_style.py",  # heights and sizes, for that is what matplotlib draws
}
OF_MONEY = [path for path in CODE if name_in_package(path) not in FLOATS_ALLOWED]


def test_modules_that_may_hold_floats_are_there() -> None:
    modules = {name_in_package(path): path for path in CODE}

    assert modules.keys() >= FLOATS_ALLOWED
    assert all(floats_in(modules[name].read_text("utf-8")) for name in FLOATS_ALLOWED)


@pytest.mark.parametrize("path", OF_MONEY, ids=[name_in_package(path) for path in OF_MONEY])
def test_no_float_stands_in_code(path: Path) -> None:
    assert floats_in(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        'START = "2013-04-01"',
        'START = "20130401"',
        "START = 20130401",
        'START = b"20130401"',
        'START = "on 2013-04-01 it began"',
        'START = ("2013-" "04-01")',
        'raise ValueError(f"{name}: after 2013-04-01")',
        'START = f"{2013}-04-01"',
        'START = f"DTM*472*20130401~{rest}"',
        "START = date(2013, 4, 1)",
        "START = date(year=2013, month=4, day=1)",
        "START = date(2013, month, 1)",
        "START = date(year, 4, 1)",
        "START = date(2000 + year, month, day)",
        "START = datetime(2013, 4, 1)",
        "START = datetime.date(2013, 4, 1)",
        "START = dt.datetime(2013, 4, 1)",
        "START = date.fromordinal(734959)",
        'START = date.fromisoformat("2013-04-01")',
        'def f():\n    """It began on 2013-04-01."""',
        'def f():\n    """It began.\n\n    >>> f()\n    1\n\n    And that on 2013-04-01.\n    """',
        'class C:\n    first: date\n    """The first day, such as 2013-04-01."""',
        'SHOWN = """\n>>> f("2013-04-01")\n"""',
        'def f(day: str = "2013-04-01"): ...',
        '@cache\ndef f():\n    return {"first": ["2013-04-01"]}',
    ],
)
def test_a_planted_date_is_found(planted: str) -> None:
    assert len(dates_in(planted)) >= 1


@pytest.mark.parametrize(
    "harmless",
    [
        'def f():\n    """Take a day.\n\n    >>> f("2013-04-01")\n    datetime.date(2013, 4, 1)\n    """',
        '"""A module.\n\n>>> f("20130401").shown\n\'from 2013-04-01\'\n"""',
        "first = date(year, month, day)",
        "first = date(*parts)",
        "first = date(int(match[1]), int(match[2]), int(match[3]))",
        "first = found.replace(day=1)",
        "first = up_to_date(1)",
        'raise ValueError("write year, month and day as YYYY-MM-DD")',
        'PATTERN = re.compile(r"(\\d{4})-(\\d\\d)-(\\d\\d)")',
        'NUMBER = "1234567893"',
        'NUMBER = "20139999"',
        'NUMBER = "120130401"',
        "LIMIT = 10**18",
        'CITATION = "2 U.S.C. 906(d)(1)"',
    ],
)
def test_what_is_no_date_in_code_is_left_alone(harmless: str) -> None:
    assert dates_in(harmless) == []


@pytest.mark.parametrize("planted", ["RATE = 0.02", "RATE = 2e-2", "RATE = -1.0", "rate = float(text)", "x = 1j"])
def test_a_planted_float_is_found(planted: str) -> None:
    assert floats_in(planted)


def test_a_question_about_floats_is_none() -> None:
    assert floats_in('if isinstance(value, float):\n    raise TypeError("1.15")') == []


def test_every_table_of_settings_names_its_source() -> None:
    tables = tomllib.loads((PACKAGE / "data" / "checking.toml").read_text("utf-8"))

    assert tables
    for name, table in tables.items():
        assert str(table.get("source", "")).strip(), name


def test_days_of_settings_are_dates() -> None:
    tables = tomllib.loads((PACKAGE / "data" / "checking.toml").read_text("utf-8"))
    of_days = {
        (name, key) for name, table in tables.items() for key in table if "day" in key and not key.endswith("days")
    }
    days = {f"{name}.{key}": tables[name][key] for name, key in sorted(of_days)}

    assert days
    for name, day in days.items():
        assert type(day) is date, name
