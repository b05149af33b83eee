"""Provenance of facts: authorities, origins of data files, and confidence."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import attrs

from sequestration._plain.result import Result

__all__ = ["PRACTICE", "Authority", "AuthorityStatus", "Confidence", "DataSource"]

PRACTICE = "practice"
"""Source of a row that rests on what billing offices do, not on a text that was read."""


class Confidence(StrEnum):
    """Confidence in a fact."""

    HIGH = "high"
    """Two or more independent sources agree, or the text of the law was read."""
    MEDIUM = "medium"
    """One good source."""
    LOW = "low"
    """A weak source, or part of the fact is unknown."""


class AuthorityStatus(StrEnum):
    """Whether the text of an authority was read, or is known from others."""

    READ = "read"
    """The text itself was read."""
    REPORTED = "reported"
    """Known from what others report of it; `says` names them."""


@attrs.frozen
class Authority(Result):
    """Source of a period: a statute, an order, or a notice from CMS or a MAC.

    Attributes:
        citation: Short name of the source, such as a section of the U.S. Code.
        says: What the source says, in this project's own words.
        url: Where to read it; empty where no lasting address is known.
        status: Whether the text was read or is only reported.
    """

    citation: str
    says: str
    url: str = ""
    status: AuthorityStatus = attrs.field(
        default=AuthorityStatus.READ, converter=AuthorityStatus, repr=lambda status: repr(status.value)
    )

    @property
    def reported(self) -> bool:
        """Whether the text was not read and is known only from others."""
        return self.status is AuthorityStatus.REPORTED

    @property
    def label(self) -> str:
        """The citation, marked if the text was not read."""
        return f"{self.citation} (reported)" if self.reported else self.citation

    def __str__(self) -> str:
        return f"{self.label}: {self.says}"

    def _repr_html_(self) -> str:
        from sequestration._html import authority, element, notebook

        return notebook(element("p", authority(self)))


@attrs.frozen
class DataSource(Result):
    """Origin of one data file.

    Attributes:
        file: Name of the data file.
        what: Contents of the file.
        origins: Origins of the facts.
        release: Release of the official list that the file shows.
        verified_on: Day on which the file was last checked.
        confidence: Confidence in the facts.
        note: Remark; may be empty.
        newest_source: Date of the newest source that was found by then; None if the sources bear no date.
    """

    file: str
    what: str
    origins: tuple[str, ...]
    release: date
    verified_on: date
    confidence: Confidence
    note: str = ""
    newest_source: date | None = None

    @property
    def how_current(self) -> str:
        """Release, day of the last check and date of the newest source."""
        newest = f", newest source {self.newest_source}" if self.newest_source else ""
        return f"release {self.release}, verified on {self.verified_on}{newest}"

    def __str__(self) -> str:
        return f"{self.file}: {self.what}, {self.how_current}"

    def _repr_html_(self) -> str:
        from sequestration._html import element, facts, notebook

        rows: list[tuple[str, object]] = [
            ("release", self.release),
            ("verified on", self.verified_on),
            ("newest source", self.newest_source or ""),
            ("confidence", self.confidence),
            ("from", element("ul", *(element("li", origin) for origin in self.origins))),
            ("note", self.note),
        ]
        return notebook(facts(f"{self.file}: {self.what}", rows))
