"""Open files by path, in archives too, and recognize their kinds."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path
from typing import BinaryIO, cast

from sequestration._errors import X12Error
from sequestration._sources.archives import (
    ZIP,
    FilePath,
    is_office,
    member_paths,
    member_size,
    open_member,
    split_path,
)
from sequestration._sources.compressed import Uncompressed
from sequestration._sources.kinds import OFFICE, other_kind
from sequestration._sources.paths import refuse_text

__all__ = ["kind_of_path", "open_path", "path_size"]


def open_path(path: FilePath) -> BinaryIO:
    """Open a file in binary mode.

    A file in an archive has a path of its own; the path of an archive is that of its only 835. Raises `OSError` if the
    file cannot be read, and `X12Error` for an archive with no 835 or several.
    """
    refuse_text(path)
    try:
        stream = open(path, "rb")  # noqa: SIM115 - the caller closes it
    except ValueError:  # It has a NUL, or a letter that the system's encoding lacks.
        raise OSError(errno.EINVAL, "no file can have this name", os.fspath(path)) from None
    except OSError:
        inside = split_path(path)
        if inside is None:
            raise
        return open_member(*inside)
    try:
        # A pipe is not looked into: that would wait for its data.
        is_regular = stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
        if not is_regular or not _is_zip(stream) or is_office(path):
            return stream
    except BaseException:
        stream.close()
        raise
    stream.close()
    return open_path(_only_835(path))


def kind_of_path(path: FilePath) -> str | None:
    """Kind of a file that is plainly not an 835.

    None if it may be one, cannot be read, or is a pipe.
    """
    inside = split_path(path)
    try:
        if inside is None and not stat.S_ISREG(Path(path).stat().st_mode):
            return None
        with open(path, "rb") if inside is None else open_member(*inside) as stream:
            if _is_zip(stream):
                return OFFICE if is_office(path) else None
            expanded = cast("BinaryIO", Uncompressed(stream))
            return other_kind(expanded, os.fspath(path).removesuffix(".gz"))
    except OSError:  # Reported when the file is read.
        return None


def _is_zip(stream: object) -> bool:
    """Whether a file begins like a zip archive; a member of one does not count."""
    return isinstance(stream, io.BufferedReader) and stream.peek(len(ZIP[0]))[: len(ZIP[0])] in ZIP


def path_size(path: FilePath) -> int:
    """Size in bytes of a file; zero if it has none."""
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):  # There is no such file, or no file can have this name.
        inside = split_path(path)
        return 0 if inside is None else member_size(*inside)


def _only_835(archive: FilePath) -> str:
    found = [path for path in member_paths(archive) if kind_of_path(path) is None]
    if len(found) == 1:
        return found[0]
    name = os.fspath(archive)
    if not found:
        raise X12Error("this is a ZIP archive without an 835", name)
    raise X12Error(
        f"this is a ZIP archive with {len(found):,} files that may be 835s; check_835 reads all of them, and read_835 "
        f"reads one by its path, such as {found[0]!r}",
        name,
    )
