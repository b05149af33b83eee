"""Exit codes, and the line on standard error that explains one."""

from __future__ import annotations

import sys
from contextlib import suppress

from sequestration._printable import make_single_line

__all__ = ["FAILED", "INTERRUPTED", "OK", "REVIEW", "fail", "text_of_error"]

OK, REVIEW, FAILED, INTERRUPTED = 0, 1, 2, 130


def text_of_error(error: OSError) -> str:
    """The file of an error and what the system says about it."""
    return f"{error.filename}: {error.strerror or error}"


def fail(text: str, code: int = FAILED, *, program: str = "sequestration") -> int:
    """Print a line on standard error and return the exit code."""
    with suppress(OSError):  # Nobody may be reading; the exit code is returned anyway.
        print(f"{program}: {make_single_line(text)}", file=sys.stderr)
    return code
