"""Cells of the page that tries Python: what a cell prints, its last value, its error.

Only the page has this module (`python -m tools.browser_page`). The library runs no code that it is given.
"""

from __future__ import annotations

import ast
import io
import linecache
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from types import CodeType

import attrs

__all__ = ["MAX_CHARACTERS", "CellResult", "Session"]

MAX_CHARACTERS = 100_000
"""Printed characters of a cell that are shown; a loop that prints without end must not fill the browser's memory."""
_CELL = "<cell "
_REST_LEFT_OUT = f"\n(Only the first {MAX_CHARACTERS:,} characters are shown.)\n"


@attrs.frozen
class CellResult:
    """Result of a cell.

    Attributes:
        html: Last value as HTML, if it has such a form.
        text: Last value as text, if it has no HTML.
        error: Traceback of the error that ended the cell.
    """

    html: str = ""
    text: str = ""
    error: str = ""

    def to_dict(self) -> dict[str, str]:
        """Values that the page shows."""
        return attrs.asdict(self)


class Session:
    """Names that cells share."""

    def __init__(self) -> None:
        self._names: dict[str, object] = {"__name__": "__main__"}

    def run(self, code: str, number: int, show: Callable[[str], object]) -> CellResult:
        """Run a cell.

        Args:
            code: Its text.
            number: Number of the cell, by which tracebacks name it.
            show: Called with what the cell prints, as it prints it.
        """
        file = f"{_CELL}{number}>"
        # Where a traceback looks for the lines of a file that is none.
        linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
        printed = _Printed(show)
        try:
            with redirect_stdout(printed), redirect_stderr(printed):
                return _shown(self._value(code, file))
        except BaseException as error:  # noqa: BLE001 - whatever a reader's cell raises is shown to that reader
            return CellResult(error=_error_text(error))
        finally:
            printed.flush()

    def _value(self, code: str, file: str) -> object:
        """Run the statements of a cell, and return the value of its last expression."""
        body, last = _split(code, file)
        exec(body, self._names)  # noqa: S102 - the reader's own code, in the reader's own browser
        return None if last is None else eval(last, self._names)  # noqa: S307


class _Printed(io.TextIOBase):
    """Output of a cell, which is shown line by line."""

    def __init__(self, show: Callable[[str], object]) -> None:
        self._show = show
        self._line = ""
        self._left = MAX_CHARACTERS

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        if self._left > 0:
            self._line += text[: self._left]
            self._left -= len(text)
            if self._left < 0:
                self._line += _REST_LEFT_OUT
            if self._line.endswith("\n"):
                self.flush()
        return len(text)

    def flush(self) -> None:
        if self._line:
            self._show(self._line)
        self._line = ""


def _split(code: str, file: str) -> tuple[CodeType, CodeType | None]:
    """Compile the statements of a cell, and its last one apart if it is an expression."""
    tree = ast.parse(code, file)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        expression = tree.body.pop()
        assert isinstance(expression, ast.Expr)
        last = compile(ast.Expression(expression.value), file, "eval", dont_inherit=True)
    return compile(tree, file, "exec", dont_inherit=True), last


def _shown(value: object) -> CellResult:
    if value is None:
        return CellResult()
    as_html = getattr(type(value), "_repr_html_", None)
    html = None if as_html is None else as_html(value)
    return CellResult(text=repr(value)[:MAX_CHARACTERS]) if html is None else CellResult(html=str(html))


def _error_text(error: BaseException) -> str:
    """Format a traceback without the frames of this library, which a reader of the page did not write."""
    told = traceback.TracebackException.from_exception(error)
    own = [frame for frame in told.stack if frame.filename.startswith(_CELL)]
    told.stack = traceback.StackSummary.from_list(own)
    return "".join(told.format(chain=False)).rstrip()
