"""Paths of a command: patterns that the shell left, outputs that are inputs."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from glob import glob
from pathlib import Path

from sequestration._runtime.atomic_write import refuse_to_replace
from sequestration._sources.paths import refuse_text

__all__ = ["expand_patterns", "refuse_input_as_output"]

_PATTERN = re.compile(r"[*?\[]")


def expand_patterns(paths: Iterable[str]) -> list[str]:
    """Replace patterns such as *.835 by the paths that fit, in order of name.

    Not every shell does it. A path that is there, and a pattern that nothing fits, stays as it is.
    """
    found: list[str] = []
    for path in paths:
        refuse_text(path)
        fitting = _fitting(path) if _PATTERN.search(path) and not os.path.lexists(path) else []
        found += fitting or [path]
    return found


def refuse_input_as_output(paths: Iterable[str], out: str) -> None:
    """Raise `FileExistsError` if a report would replace what is read.

    `paths` are those of the input, with a dash for standard input.
    """
    for path in paths:
        if path != "-":
            refuse_to_replace(out, path)
        elif _is_standard_input(out):
            raise FileExistsError(errno.EEXIST, "this would replace a remittance that it comes from", out)


def _fitting(pattern: str) -> list[str]:
    return sorted(glob(pattern))  # noqa: PTH207 - a pattern may be absolute, which Path.glob refuses


def _is_standard_input(path: str) -> bool:
    with suppress(OSError, ValueError, io.UnsupportedOperation):  # One of them is not a file.
        found = os.fstat(sys.stdin.fileno())
        return stat.S_ISREG(found.st_mode) and os.path.samestat(found, Path(path).stat())
    return False
