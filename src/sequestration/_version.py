"""The version of the library that is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["installed_version"]


def installed_version() -> str:
    """The version, or that there is none: a source that only lies on the path is not installed."""
    try:
        return version("sequestration")
    except PackageNotFoundError:
        return "not installed"
