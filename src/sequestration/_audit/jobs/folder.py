"""Join the audits of several files, with the same limits as for one file."""

from __future__ import annotations

import attrs

from sequestration._audit.jobs.sink import FindingsSink
from sequestration._audit.result import Audit, take_out_repeats
from sequestration._checking.findings import Finding, Verdict
from sequestration._x12.problems import Problem
from sequestration._x12.state import MAX_PROVIDER_ADJUSTMENTS, ProblemLimit

__all__ = ["FileRun", "FolderAudit"]


@attrs.define(eq=False)
class FileRun:
    """Audit of one file, or of several consecutive files.

    Several files share no remittance and reach no limit together, so a remittance can still be taken out.

    Attributes:
        audit: The audit.
        problems_up_to: Number of problems up to the end of each file.
    """

    audit: Audit
    problems_up_to: dict[str | None, int]

    @classmethod
    def of(cls, audit: Audit) -> FileRun:
        """Start a run with one file."""
        return cls(audit, {audit.files[0].name: len(audit.problems)})

    def try_add(self, audit: Audit) -> bool:
        """Add the audit of the next file; False if it must start another run."""
        name = audit.files[0].name
        if name in self.problems_up_to or not _can_join(self.audit, audit):
            return False
        self.audit.merge(audit)
        self.problems_up_to[name] = len(self.audit.problems)
        return True


class FolderAudit:
    """Audit of several files, with the same limits as for one file."""

    def __init__(self, limit: int, problems: list[Problem], sink: FindingsSink | None = None) -> None:
        self.audit = Audit(problems=problems)
        self._sink = sink
        self._findings = dict.fromkeys(Verdict, limit)
        self._problems = ProblemLimit()
        self._provider_adjustments = MAX_PROVIDER_ADJUSTMENTS

    def add(self, run: FileRun) -> None:
        """Add the new parts of the next files, within the limits."""
        new = run.audit
        repeats = take_out_repeats(new, self.audit)
        if repeats:
            new.problems = _by_file(new.problems, repeats, run.problems_up_to)
        self._limit(new)
        if self._sink is not None:
            self._sink.take_all(new)
        self.audit.merge(new)

    def _limit(self, audit: Audit) -> None:
        """Keep as much of an audit as the limits allow, and count the rest."""
        kept: list[Finding] = []
        not_kept: list[Finding] = []
        for finding in audit.findings:
            if self._findings[finding.verdict]:
                self._findings[finding.verdict] -= 1
                kept.append(finding)
            else:
                audit.findings_dropped[finding.verdict] += 1
                not_kept.append(finding)
        audit.findings = kept
        if not_kept:
            audit.remittances.drop_findings(not_kept)
        problems = [problem for problem in audit.problems if self._problems.try_keep(problem.code)]
        audit.problems_dropped += len(audit.problems) - len(problems)
        audit.problems = problems
        dropped = max(0, len(audit.provider_adjustments) - self._provider_adjustments)
        del audit.provider_adjustments[self._provider_adjustments :]
        self._provider_adjustments -= len(audit.provider_adjustments)
        audit.provider_adjustments_dropped += dropped


def _can_join(audit: Audit, other: Audit) -> bool:
    """Whether two audits share no remittance and reach no limit together.

    If so, the part that one of them added can still be taken out.
    """
    return (
        not audit.remittances.repeats(other.remittances)
        and audit.remittances.has_room_for(other.remittances)
        and audit.history.has_room_for(other.history)
        and audit.ledger.has_room_for(other.ledger)
        and audit.pattern_groups.has_room_for(other.pattern_groups)
        and audit.plan_groups.has_room_for(other.plan_groups)
    )


def _by_file(problems: list[Problem], repeats: list[Problem], up_to: dict[str | None, int]) -> list[Problem]:
    """Problems in file order, with the repeats of each file after its other problems."""
    found: list[Problem] = []
    start = 0
    for name, end in up_to.items():
        found += problems[start:end]
        found += [problem for problem in repeats if problem.file == name]
        start = end
    return found
