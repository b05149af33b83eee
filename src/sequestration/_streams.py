"""Standard streams of a command: usable at its start, settled before it ends.

Python writes what is left in a buffer after the program has ended, and there an error is a traceback and exit code 120.
So everything is flushed here, where an error can still become one line and an exit code, whatever the buffering.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

__all__ = ["close_output", "discard", "open_streams"]


def open_streams() -> None:
    """Make standard output and error writable: where the caller closed one, what is written to it is discarded.

    A descriptor that is closed is opened on the null device first, so that no file and no pipe to a worker process
    takes its number. Characters that an output's encoding does not have are written as escapes.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
        elif isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def close_output() -> None:
    """Hand all that was printed to the system. Raises `OSError` where it does not take it.

    A network file system may keep its refusal until a file is closed, so a second descriptor of it is closed.
    """
    sys.stdout.flush()
    with suppress(io.UnsupportedOperation):  # what stands in for a standard stream has no descriptor
        os.close(os.dup(sys.stdout.fileno()))


def discard(stream: TextIO) -> None:
    """Let what is left in a stream's buffer, and what is still to come, go nowhere: nobody takes it."""
    with suppress(io.UnsupportedOperation):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    with suppress(OSError):
        stream.flush()
