"""Files that are replaced as a whole or not at all: a full disk leaves the old one as it was."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from secrets import token_hex

__all__ = ["refuse_to_replace", "replace_file"]


def replace_file(path: str | os.PathLike[str], content: Iterable[bytes]) -> None:
    """Write a file beside the one at `path`, and put it in its place when it is whole and on the disk.

    The new file has the permissions of the old one, or those of any new file. A link stays and what it leads to is
    replaced; what is no plain file (a pipe, a device) is written to. Raises the `OSError` that it is, under the name
    `path`, and whatever the content raises; then the old file is as it was.
    """
    target = Path(os.path.realpath(path))
    told = _Content(content)
    try:
        mode = _mode(target)
        if mode is None or stat.S_ISREG(mode):
            _replace(target, mode, told)
        else:
            with target.open("wb") as stream:
                stream.writelines(told)
    except OSError as error:
        if error is not told.error:
            error.filename, error.filename2 = os.fspath(path), None
        raise


def refuse_to_replace(path: str | os.PathLike[str], read: str | None) -> None:
    """Raise `FileExistsError` where what shall be written to `path` would replace a remittance that was read.

    `read` is the name of that one, None where it has none.
    """
    if read and _are_one(read, path):
        raise FileExistsError(errno.EEXIST, "this would replace a remittance that it comes from", os.fspath(path))


def _are_one(one: str, other: str | os.PathLike[str]) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:  # one of them is not there
        return False


class _Content:
    """Parts of a file, and the error of whatever they come from: that one is not of the file at the path."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.error: OSError | None = None
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._parts
        except OSError as error:
            self.error = error
            raise


def _mode(target: Path) -> int | None:
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None


def _replace(target: Path, mode: int | None, content: Iterable[bytes]) -> None:
    if mode is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))  # its folder alone would let us
    fresh = target.with_name(f".{token_hex(8)}.tmp")
    try:
        with fresh.open("xb") as stream:
            stream.writelines(content)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            fresh.chmod(stat.S_IMODE(mode) & 0o777)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
