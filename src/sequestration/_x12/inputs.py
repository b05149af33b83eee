"""Resolve a caller's source into files.

A source is a path, a folder, bytes, a binary file, or several of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import TypeGuard, cast

from sequestration._errors import InvalidArgumentType
from sequestration._sources.paths import refuse_text
from sequestration._x12.reader import Source

__all__ = ["files_of", "is_one_file"]


def is_one_file(source: object) -> TypeGuard[Source]:
    """Whether a source is one file: a path (not a folder), bytes, or a binary file."""
    if _is_path(source):
        return not _is_folder(source)
    return isinstance(source, (bytes, bytearray, memoryview)) or hasattr(source, "read")


def files_of(source: object) -> Iterator[Source]:
    """List the files of a source; a folder's files in name order, without hidden ones.

    Raises `TypeError` for anything that is not a source.
    """
    if _is_path(source) and _is_folder(source):
        yield from sorted(f for f in Path(source).iterdir() if _may_be_read(f) and not f.name.startswith("."))
    elif is_one_file(source):
        yield source
    elif not isinstance(source, Iterable):
        raise InvalidArgumentType(
            f"a remittance is a path, bytes, a binary file or several of them, not {type(source).__name__}"
        )
    else:
        for item in cast("Iterable[object]", source):
            yield from files_of(item)


def _may_be_read(path: Path) -> bool:
    """Whether a path is a file or a broken link, which is reported when it is read."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def _is_folder(path: str | PathLike[str]) -> bool:
    """Whether a path is a folder; an empty path is not, though `Path` would say so."""
    refuse_text(path)
    return path != "" and Path(path).is_dir()


def _is_path(source: object) -> TypeGuard[str | PathLike[str]]:
    return isinstance(source, (str, PathLike))
