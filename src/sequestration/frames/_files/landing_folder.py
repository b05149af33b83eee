"""New files of a folder in which remittances land, each of them once."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from sequestration._errors import InvalidArgument
from sequestration._x12.inputs import files_at

__all__ = ["NOTHING_READ_YET", "LandingFolder", "Offset"]

Offset: TypeAlias = dict[str, Any]
"""Names of the files that were read, in the order of reading: what a stream keeps in its checkpoint.

Times are no part of it, so files of equal time, or older than what was read before them, are read like all others.
"""

NOTHING_READ_YET: Mapping[str, Any] = {"files": []}
_MAX_GONE = 10_000  # Names kept of files that are no longer there: a mount may show them again.


@attrs.define
class LandingFolder:
    """A folder whose new files are read in turns.

    A file counts by its name, an archive as one file. Hidden files are left out, so a writer can hide a
    file until it is complete. A file that was written to in the last `min_age` seconds waits for a later turn.
    """

    path: str
    min_age: int
    _last: frozenset[str] | None = attrs.field(default=None, init=False)

    def end_with_present(self) -> None:
        """Take no files from now on but those that could be read now."""
        self._last = frozenset(self._ready(self._names(), frozenset()))

    def offset_after(self, start: Offset, max_files: int | None) -> Offset:
        """The offset when the new files are read; `start` if there are none.

        Of more than `max_files`, only the oldest are new. Raises `FileNotFoundError` if the folder is gone.
        """
        names = self._names()
        new = self._ready(names, frozenset(start["files"]))[:max_files]
        if not new:
            return start
        present = frozenset(names)
        gone = [name for name in start["files"] if name not in present]
        forgotten = frozenset(gone[:-_MAX_GONE])
        return {"files": [*(name for name in start["files"] if name not in forgotten), *new]}

    def files_between(self, start: Offset, end: Offset) -> list[str]:
        """Paths of the files that are in one offset and not in an earlier one.

        A file is among them even if it is gone by now. An archive is the files in it, and what is plainly not an 835 is
        left out.
        """
        read = frozenset(start["files"])
        new = [name for name in end["files"] if name not in read]
        return [str(file) for name in new for file in files_at(Path(self.path, name))]

    def _names(self) -> list[str]:
        try:
            return [path.name for path in Path(self.path).iterdir() if not path.name.startswith(".")]
        except NotADirectoryError:
            raise InvalidArgument(f"{self.path} is a file. A stream reads a folder.") from None

    def _ready(self, names: Sequence[str], read: frozenset[str]) -> list[str]:
        """Names of new files that may be read now, oldest first."""
        now = time.time()
        times = {name: _written_at(Path(self.path, name)) for name in names if name not in read}
        # A time to come is that of a clock which is wrong, and no sign that the file is being written.
        ready = [
            (at, name)
            for name, at in times.items()
            if at is not None and abs(now - at) >= self.min_age and (self._last is None or name in self._last)
        ]
        return [name for _, name in sorted(ready)]


def _written_at(path: Path) -> float | None:
    """Time of a file's last change; None if it is gone or not a file.

    A broken link is a file, which is reported when it is read.
    """
    try:
        if path.is_file():
            return path.stat().st_mtime
        if path.is_symlink() and not path.exists():
            return path.lstat().st_mtime
    except OSError:  # It vanished between two looks.
        pass
    return None
