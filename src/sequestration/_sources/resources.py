"""Open the data files that come with the library."""

from __future__ import annotations

from pkgutil import get_data
from typing import cast

__all__ = ["shipped_bytes", "shipped_names"]


def shipped_bytes(name: str) -> bytes:
    """The content of a shipped data file, by its path within ``data``."""
    return cast("bytes", get_data("sequestration", f"data/{name}"))  # None only if we were loaded without files.


def shipped_names(folder: str, suffix: str) -> tuple[str, ...]:
    """The names of the shipped files in a folder of ``data``, without their suffix."""
    from importlib import resources  # Imported here because only lists of names need it, and it takes long.

    files = (resources.files("sequestration") / "data" / folder).iterdir()
    return tuple(sorted(file.name.removesuffix(suffix) for file in files if file.name.endswith(suffix)))
