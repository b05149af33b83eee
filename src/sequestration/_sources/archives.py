"""Find and open the files in zip archives.

A file in an archive has a path of its own: ``mail.zip!/a.835``. Nothing is unpacked to the disk. An archive in an
archive is held in memory while its files are read: ``mail.zip!/june.zip!/a.835``. Deeper ones are not opened.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, BinaryIO, TypeAlias, cast

import attrs

from sequestration._sources.compressed import ExpansionLimit, with_errors_of_files
from sequestration._sources.kinds import begins_like_office

__all__ = [
    "ZIP",
    "FilePath",
    "is_archive",
    "is_office",
    "is_zip",
    "list_archive",
    "member_paths",
    "member_size",
    "open_member",
    "split_path",
]

FilePath: TypeAlias = "str | os.PathLike[str]"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""First bytes of an archive, with files and without."""
_BETWEEN = "!/"  # Between the path of an archive and the name of a file in it.
_MAX_MEMBERS = 10_000
_MAX_DIRECTORY = 2_000_000  # Bytes of the list of an archive's files.
_HEADER = 30  # Bytes of what precedes a file in an archive, without its name.
_HEAD = 64  # Bytes that show an archive, and whether it is an Office document.
_MAX_INNER = 32_000_000  # Bytes of an archive in an archive.
_IS_ENCRYPTED = 1
_OFFICE = ("[Content_Types].xml", "mimetype")  # Office documents are archives; these files mark them.


def is_archive(path: FilePath) -> bool:
    """Whether a path is a zip archive that can be listed, and no Office document."""
    try:
        return is_zip(path) and not is_office(path)
    except (OSError, ValueError):  # Reported when the file is read.
        return False


def is_zip(path: FilePath) -> bool:
    """Whether a regular file begins like an archive; of a pipe nothing is read."""
    if not stat.S_ISREG(Path(path).stat().st_mode):
        return False
    with open(path, "rb", buffering=0) as stream:
        return stream.read(4) in ZIP


def is_office(path: FilePath) -> bool:
    """Whether an archive is an Office document."""
    names = list_archive(path)
    return any(name in names for name in _OFFICE)


def member_paths(path: FilePath) -> list[str]:
    """Paths of the files in an archive in name order, without hidden ones.

    An archive in it is replaced by its files, unless it cannot be opened, which is reported when it is read.
    """
    found: list[str] = []
    limit = ExpansionLimit()
    for name in sorted(list_archive(path)):
        if not _is_hidden(name):
            found += _names_inside(path, name, limit, _MAX_MEMBERS - len(found)) or [name]
    return [f"{os.fspath(path)}{_BETWEEN}{name}" for name in found]


def split_path(path: FilePath) -> tuple[str, str] | None:
    """Archive and name of a file in it; None if the path names no archive."""
    text = os.fspath(path)
    end = text.find(_BETWEEN)
    while end >= 0:
        try:
            if is_zip(text[:end]):
                return text[:end], text[end + len(_BETWEEN) :]
        except (OSError, ValueError):  # There is no such file.
            pass
        end = text.find(_BETWEEN, end + 1)
    return None


def open_member(archive: str, name: str) -> BinaryIO:
    """Open a file in an archive.

    Raises `OSError` if it is missing, damaged, encrypted, an archive itself, or expands too far.
    """
    if nested := _split_nested(archive, name):
        outer, inner = nested
        found = _inner_archive(archive, outer)
        stream = io.BytesIO(found.content)
        return cast("BinaryIO", _Member(stream, found.files.get(inner), f"{archive}{_BETWEEN}{name}", found.compressed))
    return cast("BinaryIO", _open_outer(archive, name))


def member_size(archive: str, name: str) -> int:
    """Size in bytes of a file in an archive, expanded; zero if it cannot be known."""
    try:
        if nested := _split_nested(archive, name):
            outer, inner = nested
            return _inner_archive(archive, outer).files[inner].file_size
        return list_archive(archive)[name].file_size
    except (OSError, KeyError):  # The error is reported when the file is read.
        return 0


def _split_nested(archive: str, name: str) -> tuple[str, str] | None:
    """Name of an archive in an archive and of a file in it; None for another file."""
    outer, between, inner = name.partition(_BETWEEN)
    return (outer, inner) if between and name not in list_archive(archive) else None


@attrs.frozen
class _InnerArchive:
    """An archive in an archive.

    Attributes:
        content: Its bytes.
        files: Its files by name.
        compressed: Number of bytes that it takes in the outer archive.
    """

    content: bytes
    files: Mapping[str, zipfile.ZipInfo]
    compressed: int


def _names_inside(path: FilePath, name: str, limit: ExpansionLimit, most: int) -> list[str]:
    """List the files in an archive in an archive; none if it cannot be opened."""
    if not name.lower().endswith(".zip"):
        return []
    try:
        files = _inner_archive(os.fspath(path), name).files
        shown = [f"{name}{_BETWEEN}{each}" for each in sorted(files) if not _is_hidden(each)]
        # Small archives that expand far may be many.
        limit.add(sum(info.file_size for info in files.values()), Path(path).stat().st_size)
    except OSError:
        return []
    return shown if len(shown) <= most else []


def _inner_archive(path: str, name: str) -> _InnerArchive:
    """An archive in an archive; raises `OSError` if it cannot be opened."""
    found = Path(path).stat()
    return _read_inner(path, found.st_size, found.st_mtime_ns, found.st_ino, name)


@lru_cache(maxsize=1)
def _read_inner(path: str, _size: int, _changed: int, _number: int, name: str) -> _InnerArchive:
    """An archive in an archive, cached because each of its files is opened by it."""
    with _open_outer(path, name, may_be_archive=True) as member:
        content = member.read(_MAX_INNER + 1)
        if len(content) > _MAX_INNER:
            raise OSError(errno.EFBIG, f"a zip archive in another one has more than {_MAX_INNER:,} bytes", member.name)
        files = _files_of(_ArchiveBytes(content), member.name, member.compressed)
        return _InnerArchive(content, files, member.compressed)


def _open_outer(archive: str, name: str, *, may_be_archive: bool = False) -> _Member:
    """Open a file of an archive on the disk."""
    info = list_archive(archive).get(name)
    stream = open(archive, "rb")  # noqa: SIM115 - closed with the member
    return _Member(stream, info, f"{archive}{_BETWEEN}{name}", may_be_archive=may_be_archive)


class _Member(io.RawIOBase):
    """A file in an archive, expanded as it is read.

    Args:
        stream: The archive, which is closed with the file.
        info: Its entry for the file; None if it has no such file.
        name: Path of the file, for errors.
        compressed: Number of bytes that may have expanded to it; None for those of the entry.
        may_be_archive: Whether the file may be an archive.
    """

    def __init__(
        self,
        stream: BinaryIO,
        info: zipfile.ZipInfo | None,
        name: str,
        compressed: int | None = None,
        *,
        may_be_archive: bool = False,
    ) -> None:
        self.name = name
        try:
            self._open(stream, info, compressed)
            if not may_be_archive:
                self._refuse_archive()
        except BaseException:
            stream.close()
            raise

    def _open(self, stream: BinaryIO, info: zipfile.ZipInfo | None, compressed: int | None) -> None:
        if info is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.name)
        if info.flag_bits & _IS_ENCRYPTED:
            raise OSError(errno.EACCES, "this file is encrypted; extract it with its password first", self.name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise OSError(errno.EIO, "this file uses an unsupported compression method; extract it first", self.name)
        self._limit = ExpansionLimit()
        self.compressed = info.compress_size if compressed is None else compressed
        _skip_header(stream, info, self.name)
        self._file = zipfile.ZipExtFile(stream, "r", info, close_fileobj=True)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._expand(self._file.read, size)
        self._limit.add(len(data), self.compressed)
        return data

    def _refuse_archive(self) -> None:
        head = self._expand(self._file.peek, _HEAD)
        if head[: len(ZIP[0])] in ZIP and not begins_like_office(head):
            raise OSError(errno.EIO, "this is a zip archive in another one; extract the outer one first", self.name)

    def _expand(self, method: Callable[[int], bytes], size: int) -> bytes:
        try:
            return with_errors_of_files(method, size)
        except zipfile.BadZipFile:
            raise OSError(errno.EIO, "the zip archive is damaged") from None

    def close(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()
        super().close()


def _skip_header(stream: BinaryIO, info: zipfile.ZipInfo, name: str) -> None:
    """Move to the data of a file in an archive, which follow its name."""
    stream.seek(info.header_offset)
    header = stream.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(ZIP[0]):
        raise OSError(errno.EIO, "the zip archive is damaged", name)
    stream.seek(sum(struct.unpack("<HH", header[-4:])), os.SEEK_CUR)


class _ArchiveFile(io.FileIO):
    """An archive whose list of files has bounded length: it is read at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = max(0, os.fstat(self.fileno()).st_size - self.tell())
        _refuse_long_list(size)
        return super().read(size) or b""


class _ArchiveBytes(io.BytesIO):
    """The same in memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = max(0, self.getbuffer().nbytes - self.tell())
        _refuse_long_list(size)
        return super().read(size)


def _refuse_long_list(size: int) -> None:
    if size > _MAX_DIRECTORY:
        raise OSError(errno.EFBIG, f"the zip archive has more than {_MAX_MEMBERS:,} files")


def list_archive(path: FilePath) -> Mapping[str, zipfile.ZipInfo]:
    """The files of an archive by name; raises `OSError` if it is damaged or too large."""
    found = Path(path).stat()
    return _list_of(os.fspath(path), found.st_size, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=4)
def _list_of(path: str, size: int, _changed: int, _number: int) -> Mapping[str, zipfile.ZipInfo]:
    """The files of an archive, cached because each of them is opened by this list."""
    return _files_of(_ArchiveFile(path), path, size)


def _files_of(stream: IO[bytes], path: str, size: int) -> Mapping[str, zipfile.ZipInfo]:
    """The files of an archive by name.

    `size` is the number of bytes that they may expand from.
    """
    try:
        with stream, zipfile.ZipFile(stream) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError):
        raise OSError(errno.EIO, "the zip archive is damaged", path) from None
    if len(files) > _MAX_MEMBERS:
        raise OSError(errno.EFBIG, f"the zip archive has more than {_MAX_MEMBERS:,} files", path)
    by_name = {info.filename: info for info in files}
    if len(by_name) < len(files):
        raise OSError(errno.EIO, "the zip archive has two files with the same name; extract it first", path)
    # Files of a malicious archive may share their compressed data.
    ExpansionLimit().add(sum(info.file_size for info in files), size)
    return by_name


def _is_hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or any(part.startswith(".") for part in name.split("/"))
