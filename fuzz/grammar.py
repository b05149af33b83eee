"""Damage done to the grammar of an 835, decided by bytes: atheris, hypothesis and a counter can all drive it.

Bytes alone seldom make a second SVC or a CAS in another claim. Here a byte chooses what is done, and those behind it
where, so that one input always makes one file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

__all__ = ["damaged"]

_ENCODINGS = ("latin-1", "utf-8", "utf-8-sig", "utf-16", "cp037")
_LAYOUTS = ("*:~", "|>!", "\x1d\x1f\x1c", "+<'", "*:\n", "~:'")
_JUNK = (
    b" \r\n",
    b"\0",
    b"From: clearinghouse\n\n",
    b"\x1a",
    b"\xef\xbb\xbf",
    b"ISA*00*",
    b"ST*837*1~",
    b"~~",
    b"\xff",
)
_VALUES = ("", "0", "-1", "1.005", "253", "CO", "22", "20240301", "99991231", "9" * 40, "1e5", "\xe9", " ")
_MAX_STEPS = 12


class _Choices:
    """Numbers from bytes; zero when they are used up."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> bool:
        return self._at < len(self._data)

    def below(self, limit: int) -> int:
        """A number from zero to less than the limit."""
        size = 1 if limit <= 256 else 2
        found = int.from_bytes(self._data[self._at : self._at + size], "big")
        self._at += size
        return found % limit if limit else 0


Segments = list[str]
Step = Callable[[Segments, _Choices, Sequence[Segments]], None]


def damaged(data: bytes, seeds: Sequence[bytes]) -> bytes:
    """The file that bytes make of the seeds: one of them with up to twelve steps of damage, written in some way.

    Args:
        data: Choices.
        seeds: Right remittances, with plain delimiters.
    """
    choices = _Choices(data)
    files = _segments_of(tuple(seeds))
    layout, encoding = _LAYOUTS[choices.below(16) % 16 % len(_LAYOUTS)], choices.below(32)
    ends = choices.below(256)
    segments = list(files[choices.below(len(files))])
    for _ in range(_MAX_STEPS):
        if not choices.left:
            break
        _STEPS[choices.below(len(_STEPS))](segments, choices, files)
    element, component, terminator = tuple(layout)
    text = terminator.join(segments).translate({ord("*"): element, ord(":"): component})
    coded = text.encode(_ENCODINGS[encoding] if encoding < len(_ENCODINGS) else "utf-8", "replace")
    if ends < len(_JUNK):
        return _JUNK[ends] + coded
    return coded + _JUNK[ends % len(_JUNK)] if ends < 2 * len(_JUNK) else coded


@lru_cache(maxsize=4)
def _segments_of(seeds: tuple[bytes, ...]) -> list[Segments]:
    return [seed.decode("latin-1").replace("\r", "").replace("\n", "").split("~") for seed in seeds]


def _lose(segments: Segments, choices: _Choices, _files: Sequence[Segments]) -> None:
    start = choices.below(len(segments))
    del segments[start : start + 1 + choices.below(4)]


def _double(segments: Segments, choices: _Choices, _files: Sequence[Segments]) -> None:
    start = choices.below(len(segments))
    segments[start:start] = segments[start : start + 1 + choices.below(8)]


def _swap(segments: Segments, choices: _Choices, _files: Sequence[Segments]) -> None:
    if segments:
        one, other = choices.below(len(segments)), choices.below(len(segments))
        segments[one], segments[other] = segments[other], segments[one]


def _splice(segments: Segments, choices: _Choices, files: Sequence[Segments]) -> None:
    other = files[choices.below(len(files))]
    start = choices.below(len(other))
    place = choices.below(len(segments))
    segments[place:place] = other[start : start + 1 + choices.below(30)]


def _cut_off(segments: Segments, choices: _Choices, _files: Sequence[Segments]) -> None:
    del segments[choices.below(len(segments)) :]


def _change_element(segments: Segments, choices: _Choices, _files: Sequence[Segments]) -> None:
    """Lose, double, swap or replace an element, or turn its sign."""
    if not segments:
        return
    place = choices.below(len(segments))
    elements = segments[place].split("*")
    at, what = choices.below(len(elements)), choices.below(5)
    if what == 0:
        del elements[at]
    elif what == 1:
        elements.insert(at, elements[at])
    elif what == 2:
        other = choices.below(len(elements))
        elements[at], elements[other] = elements[other], elements[at]
    elif what == 3:
        elements[at] = _VALUES[choices.below(len(_VALUES))]
    else:
        elements[at] = elements[at].removeprefix("-") if elements[at].startswith("-") else f"-{elements[at]}"
    segments[place] = "*".join(elements)


def _take_element(segments: Segments, choices: _Choices, files: Sequence[Segments]) -> None:
    """Put an element of another file's segment of the same tag in."""
    if not segments:
        return
    place = choices.below(len(segments))
    elements = segments[place].split("*")
    like = [each for each in files[choices.below(len(files))] if each.split("*", 1)[0] == elements[0]]
    if like:
        other = like[choices.below(len(like))].split("*")
        at = choices.below(min(len(elements), len(other)))
        elements[at] = other[at]
        segments[place] = "*".join(elements)


_STEPS: Sequence[Step] = (
    _lose,
    _double,
    _swap,
    _splice,
    _change_element,
    _take_element,
    _change_element,
    _take_element,
    _cut_off,
)
