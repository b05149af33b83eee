"""Origin of each data file and confidence in it, from ``data/sources.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

import attrs

from sequestration._codes.actions import Confidence

__all__ = ["Source", "sources"]


@attrs.frozen
class Source:
    """Origin of one data file.

    Attributes:
        file: Name of the data file.
        what: Contents of the file.
        origins: Origins of the facts.
        release: Release of the official list that the file shows.
        verified_on: Day on which the file was last checked.
        confidence: Confidence in the facts.
        note: Remark; may be empty.
    """

    file: str
    what: str
    origins: tuple[str, ...]
    release: date
    verified_on: date
    confidence: Confidence
    note: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.what}, release {self.release}, verified on {self.verified_on}"

    def _repr_html_(self) -> str:
        from sequestration._html import element, facts, notebook

        rows: list[tuple[str, object]] = [
            ("release", self.release),
            ("verified on", self.verified_on),
            ("confidence", self.confidence),
            ("from", element("ul", *(element("li", origin) for origin in self.origins))),
            ("note", self.note),
        ]
        return notebook(facts(f"{self.file}: {self.what}", rows))


@cache
def sources() -> Mapping[str, Source]:
    """The sources of the data files, by file name."""
    table = tomllib.loads((resources.files("sequestration") / "data" / "sources.toml").read_text("utf-8"))
    return {
        file: Source(
            file,
            entry["what"],
            tuple(entry["from"]),
            entry["release"],
            entry["verified_on"],
            Confidence(entry["confidence"]),
            entry.get("note", ""),
        )
        for file, entry in table.items()
    }
