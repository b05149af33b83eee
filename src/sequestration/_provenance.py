"""Provenance of facts: authorities, origins of data files, and confidence."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import attrs

__all__ = ["Authority", "Confidence", "DataSource"]


class Confidence(StrEnum):
    """Confidence in a fact."""

    HIGH = "high"
    """Two or more independent sources agree, or the text of the law was read."""
    MEDIUM = "medium"
    """One good source."""
    LOW = "low"
    """A weak source, or part of the fact is unknown."""


@attrs.frozen
class Authority:
    """Source of a period: a statute, an order, or a notice from CMS or a MAC.

    Attributes:
        citation: Short name of the source, such as a section of the U.S. Code.
        says: What the source says, in this project's own words.
        url: Where to read it; empty where no lasting address is known.
    """

    citation: str
    says: str
    url: str = ""

    def __str__(self) -> str:
        return f"{self.citation}: {self.says}"

    def _repr_html_(self) -> str:
        from sequestration._html import authority, element, notebook

        return notebook(element("p", authority(self)))


@attrs.frozen
class DataSource:
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
