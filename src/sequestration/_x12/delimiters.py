"""Detect the delimiters of an X12 file from its ISA or its first segments."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

import attrs

__all__ = [
    "BLANKS",
    "HEADER_AND_NEXT",
    "HEADER_ELEMENTS",
    "LINE_BREAKS",
    "MAX_HEADER_LENGTH",
    "PADDING",
    "TAGS",
    "Delimiters",
    "detect_delimiters",
    "guess_delimiters",
    "guess_delimiters_inside",
    "is_header",
    "may_separate",
]

MAX_HEADER_LENGTH = 1 << 10  # Bytes within which an ISA must show all its elements.
HEADER_AND_NEXT = 1 << 11  # Bytes within which the segment after an ISA begins, too.
_BYTE_ORDER_MARK = "\xef\xbb\xbf"
LINE_BREAKS = "\r\n"
BLANKS = " \t" + LINE_BREAKS
PADDING = BLANKS + "\0\x1a" + _BYTE_ORDER_MARK
HEADER_ELEMENTS = 16

# Every tag that an 835 may have, whether the reader uses it or not. Source: the segment tables of the implementation
# guides 005010X221A1 and 004010X091A1, with NTE and N2 of the X12 standard that they rest on, and the envelope (X12.5).
TAGS = (
    frozenset({"ISA", "TA1", "GS", "ST", "SE", "GE", "IEA"})
    | {"BPR", "NTE", "TRN", "CUR", "REF", "DTM", "N1", "N2", "N3", "N4", "PER", "RDM"}
    | {"LX", "TS2", "TS3", "CLP", "CAS", "NM1", "MIA", "MOA", "AMT", "QTY", "SVC", "LQ", "PLB"}
)
_ENVELOPE_TAGS = frozenset({"ISA", "TA1", "GS", "ST", "SE", "GE", "IEA"})
_TAGS_OF_835_ONLY = ("BPR", "CLP", "SVC", "PLB")  # Other transactions have the remaining tags, too.
_USUAL_ELEMENT_SEPARATORS = "*|~^+!\x1c\x1d\x1e\x1f"  # No comma or tab, which make a table of a text.

_LAST_OF_SHORT_HEADER = re.compile(r"[A-Za-z0-9]?[ \t]*([^A-Za-z0-9 \t][ \t\r\n]*)(?:GS|ST|TA1|IEA)")
_NEXT_TAG = re.compile(r"[^\r\n]*?(?:([^A-Za-z0-9 \t\r\n])[ \t\r\n]*|([\r\n]+)[ \t\r\n]*)(?:ST|BPR)")


@attrs.frozen
class Delimiters:
    """Delimiters of elements, components and segments."""

    element: str
    component: str
    terminator: str

    @property
    def padding(self) -> str:
        """Characters that may surround a segment and carry no data."""
        return "".join(c for c in PADDING if c not in (self.element, self.component))

    @property
    def are_ascii(self) -> bool:
        """Whether all are ASCII, so that none is part of a character in UTF-8."""
        return (self.element + self.component + self.terminator).isascii()


def detect_delimiters(text: str) -> Delimiters | None:
    """Detect the delimiters of the ISA at the start of a text; None without an ISA.

    The elements are counted. An ISA often does not have the standard's 106 bytes, so no position in it is fixed.
    """
    if not is_header(text):
        return None
    element = text[3]
    before = position = 3
    for _ in range(HEADER_ELEMENTS - 1):
        before, position = position, text.find(element, position + 1, MAX_HEADER_LENGTH)
        if position < 0:
            return None
    last = _LAST_OF_SHORT_HEADER.fullmatch(text, before + 1, position)
    if last is not None:  # ISA16 and its separator were left out, so the next segment was counted as an element.
        component, terminator = ":", _line_break(last[1]) if last[1][0] in LINE_BREAKS else last[1][0]
    else:
        component, terminator = _after_header(text, position + 1, element)
    if not terminator or terminator.isalnum() or terminator in (" ", element) or component.isalnum():
        return None
    return Delimiters(element, component, terminator)


def guess_delimiters(text: str) -> Delimiters:
    """Guess the delimiters of a file without an ISA from its first segments."""
    element = text[2]
    first = slice(6, 10) if text.startswith("GS") else slice(2, 4)
    found = next(filter(None, map(_NEXT_TAG.fullmatch, text.split(element, 12)[first])), None)
    terminator = (found[1] or _line_break(found[2])) if found else "~"
    return Delimiters(element, _component_of_services(text, element), terminator)


def guess_delimiters_inside(text: str) -> Delimiters | None:
    """Guess the delimiters of a file that begins within an 835; None if it does not.

    It begins with a tag of the transaction and has a segment that no other transaction has.
    """
    tag = re.match(r"[A-Z][A-Z0-9]{1,2}", text)
    element = text[tag.end() : tag.end() + 1] if tag else ""
    if tag is None or tag[0] not in TAGS - _ENVELOPE_TAGS or not element or element not in _USUAL_ELEMENT_SEPARATORS:
        return None
    separator = re.escape(element)
    following = (
        rf"(?:([^A-Za-z0-9 \t\r\n{separator}])[ \t\r\n]*|([\r\n]+)[ \t]*)(?:{'|'.join(sorted(TAGS))}){separator}"
    )
    # Most of what ends a segment is the terminator; in a name, a mark may stand before what looks like a tag.
    marks = Counter(match[1] or _line_break(match[2]) for match in re.finditer(following, text))
    terminator = marks.most_common(1)[0][0] if marks else "~" if element != "~" else "\n"
    begins = rf"(?:\A|{re.escape(terminator)})[ \t\r\n]*(?:{'|'.join(_TAGS_OF_835_ONLY)}){separator}"
    if re.search(begins, text) is None:
        return None
    return Delimiters(element, _component_of_services(text, element), terminator)


def is_header(text: str) -> bool:
    """Whether a text begins with an ISA and a character that may separate elements."""
    return text.startswith("ISA") and len(text) > 3 and may_separate(text[3])


def may_separate(character: str) -> bool:
    """Whether a character may separate elements."""
    return not character.isalnum() and character not in " \r\n"


def _component_of_services(text: str, element: str) -> str:
    """The component separator of the first service line, or else the usual one."""
    separator = re.escape(element)
    composite = re.search(rf"SVC{separator}[A-Z0-9]{{2}}([^A-Za-z0-9{separator}])", text)
    return composite[1] if composite else ":"


def _after_header(text: str, position: int, element: str) -> tuple[str, str]:
    """Component separator and terminator, from the text after ISA15."""
    following = _following_segment(element).match(text, position)
    if following is None:  # No segment that may follow is there, so the positions of the standard apply.
        component = text[position : position + 1]
        return component, text[position + 1 :].lstrip(" ")[:1]
    gap = following[1]
    marks = [mark for mark in gap if mark not in BLANKS]
    line_break = _line_break(gap)
    if len(marks) > 1:
        return marks[0], marks[1]
    if not marks:
        return ":", line_break
    if line_break and not _ends_line(text[following.end() :], marks[0]):
        return marks[0], line_break
    return ":", marks[0]  # ISA16 was left out.


def _line_break(gap: str) -> str:
    """The line break that ends segments, if one does; of two characters, the last."""
    return "\n" if "\n" in gap else "\r" if "\r" in gap else ""


def _ends_line(text: str, mark: str) -> bool:
    """Whether the mark, and not the line break after it, ends the next segment."""
    line = re.match(r"([^\r\n]*)[\r\n]", text)
    return line[1].rstrip(BLANKS).endswith(mark) if line else mark in text or mark == "~"


@lru_cache(maxsize=16)
def _following_segment(element: str) -> re.Pattern[str]:
    """Pattern of a segment that may follow an ISA; its tag may contain a line break."""
    tags = "|".join("[\r\n]*".join(tag) for tag in ("GS", "ST", "TA1", "IEA"))
    return re.compile(rf"([^A-Za-z0-9]*)(?:{tags})[\r\n]*{re.escape(element)}")
