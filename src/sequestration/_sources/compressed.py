"""Read gzip data as it comes, with a limit on how far it may expand."""

from __future__ import annotations

import errno
import gzip
import io
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

__all__ = ["GZIP", "ExpansionLimit", "Uncompressed", "with_errors_of_files"]

GZIP = b"\x1f\x8b"
_MAX_RATIO = 200  # An 835 shrinks to a tenth or a twentieth.
_ALWAYS_ALLOWED = 64_000_000  # Bytes, so that a small file of equal claims is read.
_MAX_EXPANDED = 20_000_000_000  # Bytes of one file.


class ExpansionLimit:
    """Limit on the bytes that compressed bytes may expand to."""

    def __init__(self) -> None:
        self._expanded = 0

    def add(self, expanded: int, compressed: int) -> None:
        """Count expanded bytes; raises `OSError` if they are too many.

        `compressed` is the number of all compressed bytes so far.
        """
        self._expanded += expanded
        if self._expanded > min(max(_ALWAYS_ALLOWED, _MAX_RATIO * compressed), _MAX_EXPANDED):
            raise OSError(errno.EFBIG, "the compressed data expands too far (more than 200 to 1, or to 20 GB)")


class Uncompressed(io.RawIOBase):
    """Binary file that expands its data if they are gzip.

    The first bytes decide when they are read; opening reads nothing. Damaged data is an `OSError`.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._read: Any = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._read is None:
            return self._begin(size)
        data: bytes = self._read(size)
        return data

    def _begin(self, size: int) -> bytes:
        """The first bytes; a failure leaves the decision to the next read."""
        first = self._stream.read(size)
        if not isinstance(first, bytes) or not first:
            return first  # Whoever reads refuses what is not bytes.
        if len(first) == 1:  # A pipe may give a little at a time.
            first += self._stream.read(size) or b""
        if not first.startswith(GZIP):
            self._read = self._stream.read
            return first
        self._read = _GzipReader(_Rewound(first, self._stream)).read
        data: bytes = self._read(size)
        return data


class _Rewound:
    """A stream whose first bytes were read already; counts what is taken from it."""

    def __init__(self, first: bytes, stream: BinaryIO) -> None:
        self.taken = 0
        self._first = first
        self._stream = stream

    def read(self, size: int) -> bytes:
        if self._first:
            data, self._first = self._first[:size], self._first[size:]
        else:
            data = self._stream.read(size) or b""
        self.taken += len(data)
        return data


class _GzipReader:
    def __init__(self, compressed: _Rewound) -> None:
        self._compressed = compressed
        self._file = gzip.GzipFile(fileobj=compressed, mode="rb")  # type: ignore[call-overload]
        self._limit = ExpansionLimit()

    def read(self, size: int) -> bytes:
        data = with_errors_of_files(self._file.read1, size)
        self._limit.add(len(data), self._compressed.taken)
        return data


def with_errors_of_files(read: Callable[[int], bytes], size: int) -> bytes:
    """Read, and raise `OSError` if compressed data is damaged or ends too early."""
    try:
        return read(size)
    except EOFError:
        raise OSError(errno.EIO, "the compressed data ends unexpectedly") from None
    except (gzip.BadGzipFile, zlib.error):
        raise OSError(errno.EIO, "the compressed data is damaged") from None
