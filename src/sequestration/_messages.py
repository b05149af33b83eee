"""Quote, shorten and count values in messages."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["counted", "quote", "shorten_repr", "to_text"]


def counted(number: int, thing: str) -> str:
    """Write a number with its noun.

    >>> counted(1, "claim"), counted(1200, "claim")
    ('1 claim', '1,200 claims')
    """
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def quote(text: str, longest: int = 20) -> str:
    """Quote text for an error message, shortened so that errors stay short."""
    return repr(text if len(text) <= longest else text[:longest] + "...")


def shorten_repr(value: object, longest: int = 40) -> str:
    """Show any value in an error message as Python writes it, shortened."""
    return _safe_text(value, repr, longest)


def to_text(value: object) -> str:
    """Convert any value to text, even one that is too long for Python to write."""
    return _safe_text(value, str, None)


def _safe_text(value: object, write: Callable[[object], str], longest: int | None) -> str:
    try:
        text = write(value)
    except (ValueError, RecursionError):  # A number of over 4,300 digits, or deeply nested lists.
        return f"<{type(value).__name__} too long to show>"
    return text if longest is None or len(text) <= longest else text[:longest] + "..."
