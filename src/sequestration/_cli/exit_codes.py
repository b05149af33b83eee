"""Exit codes, and the line on standard error that explains one."""

from __future__ import annotations

import errno
import sys
from contextlib import suppress

from sequestration._printable import make_single_line

__all__ = ["FAILED", "INTERRUPTED", "OK", "OUT_OF_MEMORY", "REVIEW", "fail", "is_out_of_memory", "text_of_error"]

OK, REVIEW, FAILED, INTERRUPTED = 0, 1, 2, 130
OUT_OF_MEMORY = "not enough memory"


def text_of_error(error: OSError) -> str:
    """The file of an error and what the system says about it."""
    return f"{error.filename}: {error.strerror or error}"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that this process may not have more memory.

    A library of Python's own that cannot be loaded for it is an `ImportError`, of which only the text says so.
    """
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or (isinstance(error, ImportError) and "failed to map" in str(error))


def fail(text: str, code: int = FAILED, *, program: str = "sequestration") -> int:
    """Print a line on standard error and return the exit code."""
    with suppress(OSError):  # It may be closed; the exit code is returned anyway.
        print(f"{program}: {make_single_line(text)}", file=sys.stderr)
    return code
