"""Open the data files that come with the library."""

from __future__ import annotations

from importlib import resources

__all__ = ["shipped_bytes", "shipped_names"]


def shipped_bytes(name: str) -> bytes:
    """The content of a shipped data file, by its path within ``data``."""
    return (resources.files("sequestration") / "data" / name).read_bytes()


def shipped_names(folder: str, suffix: str) -> tuple[str, ...]:
    """The names of the shipped files in a folder of ``data``, without their suffix."""
    files = (resources.files("sequestration") / "data" / folder).iterdir()
    return tuple(sorted(file.name.removesuffix(suffix) for file in files if file.name.endswith(suffix)))
