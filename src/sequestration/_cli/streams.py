"""Open standard streams at the start of a command and flush them at its end.

Python writes what is left in a buffer after the program has ended. An error then becomes a traceback and exit
code 120. So everything is flushed here, where an error can still become one line and an exit code.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

__all__ = ["close_output", "csv_output", "discard", "open_streams"]


def open_streams() -> None:
    """Make standard output and error writable; output to a closed stream is discarded.

    A closed descriptor is opened on the null device first, so that no file and no pipe to a worker process takes
    its number. Characters that the output's encoding lacks are written as escapes.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # This takes the lowest free number, which is the closed descriptor.
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
        elif isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def csv_output() -> TextIO:
    """Standard output for CSV: in UTF-8, with the line ends of the CSV writer."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)  # A replacement for the terminal may not have this method.
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    return sys.stdout


def close_output() -> None:
    """Pass everything that was printed to the system; raises `OSError` if it refuses.

    A network file system may report an error only when a file is closed, so a second descriptor of it is closed.
    """
    sys.stdout.flush()
    with suppress(io.UnsupportedOperation):  # A replacement for a standard stream may have no descriptor.
        os.close(os.dup(sys.stdout.fileno()))


def discard(stream: TextIO) -> None:
    """Discard what is left in a stream's buffer and everything written to it later."""
    with suppress(io.UnsupportedOperation):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    with suppress(OSError):
        stream.flush()
