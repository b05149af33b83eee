"""Folders of mail for the tests with Spark: a made 835 with wrong lines, a small one, a letter, and more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.make import write

from tests.frames.test_tables import EXAMPLE

__all__ = ["made_835", "mail"]


def mail(place: Path, megabytes: float, others: Mapping[str, bytes]) -> Path:
    """Fill a folder with `made.835`, a good `a.835`, a letter named `b.835`, and other files by name."""
    (place / "made.835").write_bytes(made_835(place, megabytes))
    for name, content in {"a.835": EXAMPLE, "b.835": b"This is a letter.", **others}.items():
        (place / name).write_bytes(content)
    return place


def made_835(work: Path, megabytes: float) -> bytes:
    """A remittance of about so many megabytes with five wrong lines in a hundred; `work` is left as it was."""
    path = work / "in-work.835"
    write(path, megabytes, wrong=5)
    made = path.read_bytes()
    path.unlink()
    path.with_name(f"{path.name}.json").unlink()
    return made
