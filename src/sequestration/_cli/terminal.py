"""Text for a terminal: lines wrapped to its width, values under values."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress

__all__ = ["print_text", "terminal_width", "wrap_text"]

_USUAL_WIDTH = 80  # Columns, where the terminal does not say.
_MIN_WIDTH = 24  # A narrower terminal breaks the lines itself.
_COLUMN = re.compile(r"\S {2,}(?=\S)")


def print_text(text: str) -> None:
    """Print text, wrapped if standard output is a terminal.

    Output that is piped or written to a file keeps its lines, so that other programs find each record in one.
    """
    print(wrap_text(text, terminal_width()) if sys.stdout.isatty() else text)


def terminal_width() -> int:
    """Columns of the terminal, which the variable COLUMNS overrides.

    This is what shutil.get_terminal_size does, but to import shutil takes as long as to import argparse.
    """
    columns = 0
    with suppress(ValueError):
        columns = int(os.environ.get("COLUMNS", ""))
    if columns <= 0 and sys.__stdout__ is not None:
        with suppress(ValueError, OSError):  # It is closed, or no terminal.
            columns = os.get_terminal_size(sys.__stdout__.fileno()).columns
    return columns if columns > 0 else _USUAL_WIDTH


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
    from textwrap import TextWrapper  # Only a terminal wraps lines.

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
