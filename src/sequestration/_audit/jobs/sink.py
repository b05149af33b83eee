"""Pass findings to the caller's function, so that an audit keeps none."""

from __future__ import annotations

from collections.abc import Callable

from sequestration._audit.result import Audit
from sequestration._checking.findings import Finding
from sequestration._errors import InvalidArgumentType
from sequestration._messages import shorten_repr

__all__ = ["FindingsSink", "SinkError"]


class SinkError(Exception):
    """An error in the caller's function for findings, which is not a read error."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class FindingsSink:
    """The caller's function that receives findings."""

    def __init__(self, findings_to: Callable[[list[Finding]], object]) -> None:
        if not callable(findings_to):
            raise InvalidArgumentType(f"findings_to must be a function of findings, not {shorten_repr(findings_to)}")
        self._findings_to = findings_to

    def take(self, findings: list[Finding]) -> None:
        """Pass findings on."""
        try:
            self._findings_to(findings)
        except Exception as error:
            raise SinkError(error) from error

    def take_all(self, audit: Audit) -> None:
        """Pass on the findings of an audit, which then has none."""
        if audit.findings:
            self.take(audit.findings)
            audit.findings = []
            audit.remittances.let_go_of_findings()
