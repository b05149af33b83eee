"""Resolve a caller's source into files.

A source is a path, a folder, a zip archive, bytes, a binary file, or several of these.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from os import PathLike, fspath
from pathlib import Path
from typing import TypeGuard, cast

from sequestration._errors import InvalidArgumentType
from sequestration._sources.archives import is_archive, member_paths
from sequestration._sources.files import kind_of_path
from sequestration._sources.outputs import PrintedFiles
from sequestration._sources.paths import refuse_text
from sequestration._x12.problems import Problem, ProblemCode, error_text
from sequestration._x12.reader import Source

__all__ = ["Inputs", "files_at", "is_one_file"]


def is_one_file(source: object) -> TypeGuard[Source]:
    """Whether a source is one file: a path of a file, bytes, or a binary file."""
    if _is_path(source):
        return not _is_folder(source) and not is_archive(source)
    return isinstance(source, (bytes, bytearray, memoryview)) or hasattr(source, "read")


def files_at(path: str | PathLike[str], skipped: Counter[str] | None = None) -> Iterator[Source]:
    """A path, or the paths in an archive, unless they are plainly not 835s.

    Those are counted in `skipped` by their kind.
    """
    skipped = Counter() if skipped is None else skipped
    if is_archive(path):
        for inner in member_paths(path):
            kind = kind_of_path(inner)
            if kind is None:
                yield inner
            else:
                skipped[kind] += 1
        return
    kind = kind_of_path(path)
    if kind is None:
        yield path
    else:
        skipped[kind] += 1


_OUTPUT = "output of this command"
"""Kind of a file in a folder that standard output or error goes to."""


class Inputs:
    """Iterator over the files of a source, and the problems found on the way.

    A folder's files come in name order, without hidden ones; with `recursive`, those of its subfolders follow. What is
    plainly no 835 in a folder or archive is left out and counted in one problem for each item of the source. So are
    subfolders that are not read. An item without any file is a problem, too. Raises `InvalidArgumentType` for anything
    that is not a source.
    """

    def __init__(self, source: object, *, recursive: bool = False) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._recursive = recursive
        self._subfolders = 0

    def __iter__(self) -> Iterator[Source]:
        found_any = False
        for item in self._items():
            found = False
            skipped: Counter[str] = Counter()
            self._subfolders = 0
            for file in self._files_of(item, skipped):
                found = found_any = True
                yield file
            name = str(fspath(item)) if _is_path(item) else None
            if not found:
                self.problems.append(Problem(ProblemCode.NOTHING_READ, name))
            if skipped:
                self.problems.append(Problem(ProblemCode.OTHER_FILES_SKIPPED, name, facts=_facts(skipped)))
            if self._subfolders:
                facts = {"folders": self._subfolders}
                self.problems.append(Problem(ProblemCode.SUBFOLDERS_SKIPPED, name, facts=facts))
        if not found_any and not self.problems:
            self.problems.append(Problem(ProblemCode.NOTHING_READ))

    def _items(self) -> Iterable[object]:
        """The items of a list, or the source itself."""
        source: object = self._source
        if _is_path(source) or is_one_file(source) or not isinstance(source, Iterable):
            return [source]
        return cast("Iterable[object]", source)

    def _files_of(self, item: object, skipped: Counter[str]) -> Iterator[Source]:
        if _is_path(item) and _is_folder(item):
            printed = PrintedFiles("stdout", "stderr")
            for path in self._paths_in(item):
                if printed.include(path):
                    skipped[_OUTPUT] += 1
                else:
                    yield from files_at(path, skipped)
        elif _is_path(item) and is_archive(item):
            yield from files_at(item, skipped)
        elif is_one_file(item):
            yield item
        elif not isinstance(item, Iterable):
            raise InvalidArgumentType(
                f"a remittance must be a path, bytes, a binary file or a list of them, not {type(item).__name__}"
            )
        else:
            for inner in cast("Iterable[object]", item):
                yield from self._files_of(inner, skipped)

    def _paths_in(self, folder: str | PathLike[str]) -> Iterator[Path]:
        """Paths of a folder's files, and then of its subfolders if they are wanted."""
        if not self._recursive:
            paths = list(Path(folder).iterdir())
            self._subfolders += sum(map(_is_subfolder, paths))
            yield from _shown_files(paths)
            return
        next(Path(folder).iterdir(), None)  # The folder itself must be readable, as without its subfolders.
        for name, subfolders, files in os.walk(folder, onerror=self._report):
            subfolders[:] = sorted(item for item in subfolders if not item.startswith("."))
            yield from _shown_files(Path(name, file) for file in files)

    def _report(self, error: OSError) -> None:
        name = None if error.filename is None else str(error.filename)
        self.problems.append(Problem(ProblemCode.UNREADABLE, name, facts={"error": error_text(error)}))


def _shown_files(paths: Iterable[Path]) -> list[Path]:
    return sorted(path for path in paths if not path.name.startswith(".") and _may_be_read(path))


def _is_subfolder(path: Path) -> bool:
    """Whether `recursive` would read a folder at a path; it doesn't follow links."""
    return not path.name.startswith(".") and path.is_dir() and not path.is_symlink()


def _facts(skipped: Counter[str]) -> dict[str, str]:
    """Number of skipped files, and the numbers of each kind, largest first."""
    count = skipped.total()
    kinds = sorted(skipped.items(), key=lambda item: (-item[1], item[0]))
    files = "1 file that is not an 835" if count == 1 else f"{count:,} files that are not 835s"
    return {"files": files, "kinds": ", ".join(f"{number:,} {kind}" for kind, number in kinds)}


def _may_be_read(path: Path) -> bool:
    """Whether a path is a file or a broken link, which is reported when it is read."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def _is_folder(path: str | PathLike[str]) -> bool:
    """Whether a path is a folder; an empty path is not, though `Path` would say so.

    A path that the system refuses is not, either, and is reported when it is read as a file.
    """
    refuse_text(path)
    try:
        return path != "" and Path(path).is_dir()
    except OSError:
        return False


def _is_path(source: object) -> TypeGuard[str | PathLike[str]]:
    return isinstance(source, (str, PathLike))
