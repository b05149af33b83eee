"""Recognize files that are plainly not 835s, by their content.

Anything that may be a damaged 835 is not recognized: it is read, and what is wrong with it is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

__all__ = ["OFFICE", "begins_like_office", "other_kind"]

OFFICE = "Office document"

_HEAD = 1 << 12  # Bytes.
_CHUNK = 1 << 16
_NAMED_LIKE_835 = (".835", ".era")
_OVERLAP = 16  # Bytes kept of a chunk, because a trace may be cut in two.
_PADDING = b" \t\r\n\0\x1a\xef\xbb\xbf"
_SEPARATORS: Final = rb"*|~^+!:;>\x1c-\x1f"

_TRANSACTION = re.compile(rb"(?<![A-Za-z0-9])ST([%b])([0-9]{3})\1" % _SEPARATORS)
_ACKNOWLEDGMENT = re.compile(rb"(?<![A-Za-z0-9])TA1[%b]" % _SEPARATORS)
_INTERCHANGE = re.compile(rb"(?:ISA|GS|ST)[%b]" % _SEPARATORS)
_TRACE_IN_X12 = re.compile(rb"(?<![A-Za-z0-9])ST[%b]\s*835" % _SEPARATORS)
_TRACE = re.compile(rb"(?<![A-Z0-9])(?:ISA|GS|ST|BPR|TRN|N1|CLP|CAS|NM1|SVC|DTM|PLB)[*|~^+!]", re.IGNORECASE)
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r\f\x1a")) + b"\x7f"
# Names of the first file in an Office document, which is a zip archive.
_FIRST_IN_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"mimetypeapplication/")

_SIGNATURES = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF87a", "picture"),
    (b"GIF89a", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE),
)


def other_kind(stream: BinaryIO, name: str = "") -> str | None:
    """Kind of a file that is plainly not an 835, such as "PDF"; None if it may be one.

    A text or another transaction is searched to its end for any trace of an 835. A file that is named like an 835
    and is not X12 may be a damaged one.
    """
    head = _read(stream, _HEAD)
    content = head.lstrip(_PADDING)
    if _INTERCHANGE.match(content):
        return _other_transaction(stream, head)
    if name.lower().endswith(_NAMED_LIKE_835):
        return None
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if begins_like_office(head):
        return OFFICE
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture"
    if not content or head.translate(None, _CONTROLS) != head or _TRACE.search(head):
        return None
    kind = _kind_of_text(content, name)
    return (
        None
        if any(_TRACE.search(part) or part.translate(None, _CONTROLS) != part for part in _rest(stream, head))
        else kind
    )


def begins_like_office(head: bytes) -> bool:
    """Whether a zip archive begins with a file that marks an Office document."""
    return head.startswith(b"PK\x03\x04") and head[30:].startswith(_FIRST_IN_OFFICE)


def _other_transaction(stream: BinaryIO, head: bytes) -> str | None:
    """Transaction that a file begins with; None if there may be an 835 in it."""
    if _TRACE_IN_X12.search(head):
        return None
    first = _TRANSACTION.search(head)
    if first is None and _ACKNOWLEDGMENT.search(head) is None:
        return None
    if any(_TRACE_IN_X12.search(part) for part in _rest(stream, head)):
        return None
    return f"X12 {first[2].decode()}" if first is not None else "X12 TA1"


def _kind_of_text(content: bytes, name: str) -> str:
    start = content[:64].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if start.startswith(b"<"):
        return "XML"
    if start.startswith((b'{"', b"{\n", b"{\r", b"{ ", b"{}", b"[")):
        return "JSON"
    return "spreadsheet" if name.lower().endswith((".csv", ".tsv")) else "text"


def _rest(stream: BinaryIO, head: bytes) -> Iterator[bytes]:
    """Yield the rest of a file in chunks, each with the end of what came before."""
    before = head[-_OVERLAP:]
    while chunk := stream.read(_CHUNK):
        yield before + chunk
        before = (before + chunk)[-_OVERLAP:]


def _read(stream: BinaryIO, size: int) -> bytes:
    """Read up to a number of bytes; a stream may give fewer at a time."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
