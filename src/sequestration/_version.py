"""Version of the installed library."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["installed_version"]


def installed_version() -> str:
    """The version, or "not installed" for a source tree that is only on the path."""
    try:
        return version("sequestration")
    except PackageNotFoundError:
        return "not installed"
