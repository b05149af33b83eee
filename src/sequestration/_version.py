"""Version of the installed library."""

from __future__ import annotations

__all__ = ["installed_version"]


def installed_version() -> str:
    """The version, or "not installed" for a source tree that is only on the path."""
    from importlib.metadata import PackageNotFoundError, version  # Imported here because few ask, and it takes long.

    try:
        return version("sequestration")
    except PackageNotFoundError:
        return "not installed"
