"""What a caller names, file by file: paths, folders, bytes, binary files, or several of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import TypeGuard, cast

from sequestration._x12 import Source

__all__ = ["files_of", "is_one_file"]


def is_one_file(source: object) -> TypeGuard[Source]:
    """Whether it stands for one file: a path that is no folder, bytes, or a binary file."""
    if _is_path(source):
        return not _is_folder(source)
    return isinstance(source, (bytes, bytearray, memoryview)) or hasattr(source, "read")


def files_of(source: object) -> Iterator[Source]:
    """The files that a source stands for; a folder's in name order, hidden ones left out.

    Raises `TypeError` for what is no source at all.
    """
    if _is_path(source) and _is_folder(source):
        yield from sorted(f for f in Path(source).iterdir() if _may_be_read(f) and not f.name.startswith("."))
    elif is_one_file(source):
        yield source
    elif not isinstance(source, Iterable):
        raise TypeError(f"a remittance is a path, bytes, a binary file or several of them, not {type(source).__name__}")
    else:
        for item in cast("Iterable[object]", source):
            yield from files_of(item)


def _may_be_read(path: Path) -> bool:
    """Whether it is a file, or a link that leads nowhere: that one is told when it is read."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def _is_folder(path: str | PathLike[str]) -> bool:
    """Whether a path leads to a folder; an empty one leads nowhere, though `Path` has it for the current folder."""
    return path != "" and Path(path).is_dir()


def _is_path(source: object) -> TypeGuard[str | PathLike[str]]:
    return isinstance(source, (str, PathLike))
