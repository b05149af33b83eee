"""Read the files that the page sends into a folder.

The body of the request is one line of JSON with the options and the name and size of each file, followed by the files'
contents. So files of any size are received without being held in memory.
"""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path
from typing import Any, BinaryIO, cast

import attrs

from sequestration._errors import InvalidArgument
from sequestration._web.page_check import PageOptions

__all__ = ["RequestBody", "receive_files"]

_MAX_HEAD = 1 << 24  # Bytes. A name takes about a hundred.
_CHUNK = 1 << 20
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\\:*?"<>|]')
"""Characters that some system does not allow in a file name, or that lead to another folder."""


class RequestBody(io.RawIOBase):
    """Body of a request, which ends after its Content-Length.

    The connection stays open, so reading more would wait.
    """

    def __init__(self, stream: BinaryIO, length: str | None) -> None:
        self._stream = stream
        self._left = int(length) if length is not None and length.isdecimal() else 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data

    def readline(self, size: int | None = -1) -> bytes:
        most = self._left if size is None or size < 0 else min(size, self._left)
        data = self._stream.readline(most)
        self._left -= len(data)
        return data

    def skip_rest(self) -> None:
        """Read what is left, and drop it."""
        while self.read(_CHUNK):
            pass


@attrs.frozen
class _File:
    path: Path
    size: int


def receive_files(body: RequestBody, folder: Path) -> PageOptions:
    """Write the files of a request to a folder and return the options of the check.

    Names cannot lead out of the folder. Raises `InvalidArgument` if the request did not come from the page or is
    incomplete.
    """
    head = _head(body)
    try:
        options = PageOptions.from_plain(head["options"])
        files = [_File(folder / _safe_path(str(name)), int(size)) for name, size in head["files"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidArgument("This request did not come from the page") from error
    for file in files:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        _receive(body, file)
    return options


def _head(body: RequestBody) -> dict[str, Any]:
    try:
        head = json.loads(body.readline(_MAX_HEAD))
    except ValueError as error:
        raise InvalidArgument("This request did not come from the page") from error
    if not isinstance(head, dict):
        raise InvalidArgument("This request did not come from the page")
    return cast("dict[str, Any]", head)


def _safe_path(name: str) -> Path:
    parts = [_NOT_IN_A_NAME.sub("_", part) for part in name.split("/")]
    kept = [part for part in parts if part.strip(". ")]
    return Path(*kept) if kept else Path("file")


def _receive(body: RequestBody, file: _File) -> None:
    """Write one file that only its owner can read."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(file.path, flags, 0o600), "wb") as out:
        left = file.size
        while left > 0:
            chunk = body.read(min(left, _CHUNK))
            if not chunk:
                raise InvalidArgument("The files did not arrive completely")
            out.write(chunk)
            left -= len(chunk)
