"""Text for a terminal: lines wrapped to its width, values under values."""

from __future__ import annotations

import re
import shutil
import sys
from textwrap import TextWrapper

__all__ = ["print_text", "wrap_text"]

_USUAL_WIDTH = 80  # Columns, where the terminal does not say.
_MIN_WIDTH = 24  # A narrower terminal breaks the lines itself.
_COLUMN = re.compile(r"\S {2,}(?=\S)")
_INDENT = 2


def print_text(text: str) -> None:
    """Print text, wrapped if standard output is a terminal.

    Output that is piped or written to a file keeps its lines, so that other programs find each record in one.
    """
    print(wrap_text(text, _width()) if sys.stdout.isatty() else text)


def wrap_text(text: str, width: int) -> str:
    """Break long lines between words; a broken line continues below its last column.

    A column begins after two or more blanks. Columns that would leave less than half of the width for text are not
    kept.

    >>> print(wrap_text("  last day      Jul 18, 2024 to request a reopening", 36))
      last day      Jul 18, 2024 to
                    request a reopening
    """
    width = max(width, _MIN_WIDTH)
    return "\n".join(part for line in text.split("\n") for part in _wrap_line(line, width))


def _wrap_line(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    hanging = _hanging(line, width)
    wrapper = TextWrapper(
        width,
        # The beginning is fixed, blanks between columns included, so only the text of the last column is wrapped.
        initial_indent=line[:hanging],
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapper.wrap(line[hanging:]) or [line]


def _hanging(line: str, width: int) -> int:
    """Position where the last column begins, or else the text of the line."""
    columns = [match.end() for match in _COLUMN.finditer(line, 0, width)]
    kept = [column for column in columns if column <= width // 2]
    return kept[-1] if kept else len(line) - len(line.lstrip())


def _width() -> int:
    return shutil.get_terminal_size((_USUAL_WIDTH, 24)).columns or _USUAL_WIDTH
