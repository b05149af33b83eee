"""Make text from a file safe to print.

Control characters and characters that change the text direction are replaced.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

__all__ = ["UNPRINTABLE", "make_printable", "make_single_line"]

_LAYOUT = "\t\n\r"
_SHOWN: Mapping[int, str] = dict.fromkeys(
    (
        *(code for code in range(0x20) if chr(code) not in _LAYOUT),
        *range(0x7F, 0xA0),  # 0x9b begins a terminal command, as ESC does.
        0x061C,  # The characters from here on change the direction of the text that follows.
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x2028,  # Some programs take these for line ends.
        0x2029,
        *range(0xD800, 0xE000),  # Surrogates: halves of characters.
        0xFEFF,
        0xFFFE,
        0xFFFF,
    ),
    "?",
)
UNPRINTABLE: Collection[int] = _SHOWN.keys()
"""Characters that do not belong in a name or a number; tabs and line ends are left out."""

_SHOWN_IN_ONE_LINE: Mapping[int, str] = {**_SHOWN, **{ord(blank): "?" for blank in _LAYOUT}}


def make_printable(text: str) -> str:
    r"""Replace each unsafe character with a question mark; line ends stay.

    >>> print(make_printable("A-1\x1b[2J"))
    A-1?[2J
    """
    return text.translate(_SHOWN)


def make_single_line(text: str) -> str:
    r"""Replace unsafe characters, line ends and tabs, for one-line error messages.

    >>> make_single_line("A-1\n\tB")
    'A-1??B'
    """
    return text.translate(_SHOWN_IN_ONE_LINE)
