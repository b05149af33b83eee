"""Write files atomically: a full disk leaves the old file as it was."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from sequestration._sources.archives import split_path
from sequestration._sources.paths import refuse_text

__all__ = ["refuse_to_replace", "replace_atomically", "write_new_folder"]


def replace_atomically(path: str | os.PathLike[str], content: Iterable[bytes]) -> None:
    """Write a file next to the one at `path`, then move it there once it is complete.

    The new file keeps the permissions of the old one, or gets those of any new file. A link stays, and its target
    is replaced. A special file (a pipe, a device) is written to directly. Raises `OSError` with the name `path` if
    the file cannot be written, and any error of the content; the old file is then unchanged.
    """
    refuse_text(path)
    target = Path(os.path.realpath(path))
    parts = _Content(content)
    try:
        mode = _mode(target)
        if mode is None or stat.S_ISREG(mode):
            _replace(target, mode, parts)
        else:
            with target.open("wb") as stream:
                stream.writelines(parts)
    except OSError as error:
        if error is not parts.error:
            error.filename, error.filename2 = os.fspath(path), None
        raise


@contextmanager
def write_new_folder(path: str | os.PathLike[str]) -> Generator[Path]:
    """Make a new folder that appears at `path` when the block ends.

    Until then it has another name next to `path`; after an error nothing of it is left. Raises `FileExistsError` if
    `path` exists, and `OSError` with the name `path` if the folder cannot be made.
    """
    refuse_text(path)
    target = Path(os.path.realpath(path))
    if target.exists():
        raise FileExistsError(errno.EEXIST, "this already exists; give the name of a new folder", os.fspath(path))
    fresh = target.with_name(f".{token_hex(8)}.tmp")
    try:
        fresh.mkdir()
    except OSError as error:
        error.filename = os.fspath(path)
        raise
    try:
        yield fresh
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def refuse_to_replace(path: str | os.PathLike[str], *read: str | None) -> None:
    """Raise `FileExistsError` if `path` is a remittance that was read.

    `read` are the names of the remittances; None for one that has none.
    """
    if any(name and _are_one(_file_of(name), path) for name in read):
        raise FileExistsError(errno.EEXIST, "this would overwrite a remittance that it was made from", os.fspath(path))


def _file_of(name: str) -> str:
    """Path of the file that was read: for a member of an archive, the archive."""
    archive = split_path(name)
    return name if archive is None else archive[0]


def _are_one(one: str, other: str | os.PathLike[str]) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:  # One of the files does not exist.
        return False


class _Content:
    """Parts of a file, and any error of their source, which the path did not cause."""

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
        # The permissions of the folder alone would allow the replacement.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
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
