"""Files that this process prints to, which are not input."""

from __future__ import annotations

import io
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["PrintedFiles"]


class PrintedFiles:
    """The regular files behind standard output and standard error, if there are any.

    A shell creates such a file before the program starts, so a folder that is read may have it.

    Args:
        names: Names of the streams, as attributes of `sys`.
    """

    def __init__(self, *names: str) -> None:
        self._files: list[os.stat_result] = []
        for name in names:
            with suppress(AttributeError, OSError, ValueError, io.UnsupportedOperation):  # Not every stream is a file.
                found = os.fstat(getattr(sys, name).fileno())
                if stat.S_ISREG(found.st_mode):
                    self._files.append(found)

    def include(self, file: str | os.PathLike[str] | int) -> bool:
        """Whether a path, or an open descriptor, is one of the files."""
        if not self._files:
            return False
        try:
            found = os.fstat(file) if isinstance(file, int) else Path(file).stat()
        except (OSError, ValueError):  # There is no such file.
            return False
        return any(os.path.samestat(found, each) for each in self._files)
