"""Results of checking remittances: counts, totals, findings, problems."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from sequestration._audit.claim_history import ClaimHistory
from sequestration._audit.groups import Groups
from sequestration._audit.ledger import Ledger
from sequestration._audit.repeats import RemittanceLog, TransactionPart, repeat_problem
from sequestration._audit.summaries.by_claim import ClaimTotal, totals_by_claim
from sequestration._audit.summaries.by_code import CodeTotal, totals_by_code
from sequestration._audit.summaries.patterns import Pattern, patterns_of
from sequestration._audit.summaries.plans import PlanTotal, plans_of
from sequestration._audit.summaries.reversed_since import ReversedSince
from sequestration._audit.text import (
    AuditStatus,
    audit_status,
    dollar_rows,
    format_audit,
    format_headline,
    format_summary,
)
from sequestration._audit.totals import AuditTotals
from sequestration._checking.findings import Finding, OwedTo, Verdict, mask_findings
from sequestration._dates import Day, as_date, day_or_today
from sequestration._plain.result import Result
from sequestration._plain.rows import Counts, Rows
from sequestration._printable import make_printable
from sequestration._worklist.expiry import Expiring, expiring, last_days
from sequestration._x12.problems import Problem, ProblemCode, Severity
from sequestration._x12.remittance import ProviderAdjustment

__all__ = ["Audit", "AuditedFile", "add_part", "serial_numbers", "take_out_repeats"]


@attrs.define
class AuditedFile(Result):
    """One file of an audit.

    Attributes:
        name: Name of the file, or None.
        readable: Whether the file could be read.
        transactions: Number of transactions.
        claims: Number of claims.
        lines: Number of service lines.
    """

    name: str | None
    readable: bool = True
    transactions: int = 0
    claims: int = 0
    lines: int = 0

    _columns: ClassVar[tuple[str, ...]] = ("file", "readable", "transactions", "claims", "lines")

    @property
    def _cells(self) -> tuple[object, ...]:
        return self.name or "unnamed input", self.readable, self.transactions, self.claims, self.lines

    def __str__(self) -> str:
        read = "" if self.readable else " (could not be read)"
        name = self.name or "unnamed input"
        return make_printable(f"{name}{read}: {self.claims:,} claims, {self.lines:,} lines")

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows = [(name, getattr(self, name)) for name in ("readable", "transactions", "claims", "lines")]
        return notebook(facts(self.name or "unnamed input", rows))


def _no_counts() -> Counts[Verdict]:
    """A count of zero for each verdict."""
    return Counts[Verdict].zero(Verdict)


@attrs.define(repr=False)
class Audit(Result):
    """Results of checking remittances.

    Attributes:
        counts: Number of claims or lines for every verdict.
        totals: Sums in dollars.
        findings: Findings that need review (or all, by `keep`), in the order of the files. At most `limit` of
            each verdict are kept.
        findings_dropped: Number of findings of each verdict that are not kept.
        problems: File problems.
        problems_dropped: Number of problems beyond those that are kept.
        provider_adjustments: Provider-level adjustments (PLB).
        provider_adjustments_dropped: Number of provider-level adjustments beyond those that are kept.
        files: Files that were checked.
        projected: Number of claims or lines whose rate is a projection.
        ledger: Totals by group and reason code, which `by_code` shows.
        history: Payments and reversals of claims, which `by_claim` nets.
        pattern_groups: Sums of what needs review, which `patterns` shows.
        plan_groups: Sums of what plans withheld, which `plans` shows.
        remittances: What each remittance added, so that the same one again is counted once.
    """

    counts: dict[Verdict, int] = attrs.field(factory=_no_counts)
    totals: AuditTotals = attrs.field(factory=AuditTotals)
    findings: list[Finding] = attrs.field(factory=Rows[Finding])
    findings_dropped: dict[Verdict, int] = attrs.field(factory=_no_counts)
    problems: list[Problem] = attrs.field(factory=Rows[Problem])
    problems_dropped: int = 0
    provider_adjustments: list[ProviderAdjustment] = attrs.field(factory=Rows[ProviderAdjustment])
    provider_adjustments_dropped: int = 0
    files: list[AuditedFile] = attrs.field(factory=Rows[AuditedFile])
    projected: int = 0
    ledger: Ledger = attrs.field(factory=Ledger, eq=False)
    history: ClaimHistory = attrs.field(factory=ClaimHistory, eq=False)
    pattern_groups: Groups = attrs.field(factory=Groups, eq=False)
    plan_groups: Groups = attrs.field(factory=Groups, eq=False)
    remittances: RemittanceLog = attrs.field(factory=RemittanceLog, eq=False)

    @property
    def ok(self) -> bool:
        """Whether no issue was found and everything was read.

        No finding needs review, no problem is an error, and no plan withheld an amount that Medicare's rate of the date
        does not explain.
        """
        return self.status in (AuditStatus.NO_ISSUES, AuditStatus.NOT_CHECKED)

    @property
    def status(self) -> AuditStatus:
        """Outcome in one word: needs_review, incomplete, not_checked or no_issues."""
        return audit_status(self.counts, self.plans(), errors=self._errors)

    @property
    def headline(self) -> str:
        """Outcome in words, with what restricts it."""
        return make_printable(" ".join(self._headline))

    @property
    def _headline(self) -> list[str]:
        dropped = self.problems_dropped
        return format_headline(self.counts, self.plans(), self.problems, errors=self._errors, problems_dropped=dropped)

    @property
    def _errors(self) -> int:
        return sum(problem.level is Severity.ERROR for problem in self.problems)

    @property
    def interrupted(self) -> int:
        """Number of files that were interrupted; if positive, the audit is incomplete."""
        return self._count_problems(ProblemCode.INTERRUPTED)

    def _count_problems(self, code: ProblemCode) -> int:
        return sum(problem.code is code for problem in self.problems)

    @property
    def places(self) -> int:
        """Number of claims or lines checked, whatever the verdict."""
        return sum(self.counts.values())

    @property
    def claims(self) -> int:
        """Number of claims read."""
        return sum(file.claims for file in self.files)

    def by_code(self) -> list[CodeTotal]:
        """All adjustments by group and reason code in code order: count, dollars, meaning."""
        return Rows(totals_by_code(self.ledger))

    def by_claim(self) -> list[ClaimTotal]:
        """Net payments, reversals and corrections by the payer's claim number.

        There is a row for each claim with a finding that needs review, a reversal, a correction (REF F8) or several
        payments, over all files. Memory is bounded: the first 20,000 reversals, corrections and claims with a finding
        are kept, and of all other payments the last 5,000 of a remittance and 50,000 in all.
        """
        return Rows(totals_by_claim(self.history))

    @property
    def reversed_since(self) -> dict[OwedTo, Decimal]:
        """Dollars in question of payments that were reversed in these files.

        They are part of `totals.in_question`, by the party that they were owed to, and no longer to be acted on.
        """
        return self._reversed_since.amounts

    def open_findings(self) -> list[Finding]:
        """Findings that need review and whose payment was not reversed in these files.

        A correction with an issue is a finding of its own.
        """
        since = self._reversed_since
        return Rows(each for each in self.findings if each.verdict.needs_review and not since.has_settled(each))

    @property
    def _reversed_since(self) -> ReversedSince:
        return ReversedSince.of(self.history if self.history.has_reversals else ())

    def patterns(self) -> list[Pattern]:
        """Findings that need review, grouped by what they share.

        A group has one payer, verdict, mistake, period of the law and type of claim.

        The groups with the most dollars still open come first; `open_lines` and `open_dollars` leave out the payments
        that were reversed in these files. They count findings that are not kept, too; beyond 1,000 groups,
        new ones are combined by verdict.
        """
        return self._patterns(self._reversed_since)

    def _patterns(self, reversed_since: ReversedSince) -> list[Pattern]:
        return Rows(patterns_of(self.pattern_groups, reversed_since.lines))

    def plans(self) -> list[PlanTotal]:
        """Sequestration that plans withheld, by payer, period of the law and mistake.

        Plans are payers that send plan code 16 (CLP06) or that the caller named `contract`. Nothing of this is in the
        totals, which are those of fee-for-service Medicare.
        """
        return Rows(plans_of(self.plan_groups))

    def to_dict(self, *, as_of: Day | None = None) -> dict[str, Any]:
        """Convert to plain values for JSON: amounts as text with two places, ISO dates.

        The reference page on outputs lists the keys. `as_of` is the day to count the days left from; without it they
        are None. Raises `InvalidDate` if it is not a date.
        """
        day = None if as_of is None else as_date(as_of)
        since = self._reversed_since
        return {
            "schema": 1,
            "as_of": day.isoformat() if day else None,
            "ok": self.ok,
            "status": self.status.value,
            "interrupted": self.interrupted,
            "files": [file.to_dict() for file in self.files],
            "counts": {verdict.value: count for verdict, count in self.counts.items()},
            "totals": self.totals.to_dict(),
            "reversed_since": {whom.value: str(amount) for whom, amount in since.amounts.items()},
            "projected": self.projected,
            "findings": [since.plain_finding(finding, day) for finding in self.findings],
            "findings_dropped": {v.value: n for v, n in self.findings_dropped.items() if n},
            "problems": [problem.to_dict() for problem in self.problems],
            "problems_dropped": self.problems_dropped,
            "patterns": [pattern.to_dict() for pattern in self._patterns(since)],
            "plans": [plan.to_dict() for plan in self.plans()],
            "by_code": [total.to_dict() for total in self.by_code()],
            "provider_adjustments": [adjustment.to_dict() for adjustment in self.provider_adjustments],
            "provider_adjustments_dropped": self.provider_adjustments_dropped,
        }

    def expiring(self, *, as_of: Day | None = None) -> list[Expiring]:
        """Sum the dollars in question by right and by the days that are left.

        A right is an appeal or a reopening, for example. The totals are of `open_findings()`. `as_of` is the day to
        count from; None for today. Raises `InvalidDate` if it is not a date.
        """
        return expiring(last_days(self.open_findings()), day_or_today(as_of))

    def to_ics(self, *, as_of: Day | None = None, alarm_days: int | None = None) -> str:
        """Write the deadlines of the findings as a calendar file (iCalendar, RFC 5545).

        There is one all-day event for each claim and deadline of `open_findings()`. Passed days are left out. An event
        names the payer and the account number, never the patient. Use `masked()` first to hide the account number, too.
        Raises `InvalidDate` if `as_of` is not a date, and `InvalidArgument` for an alarm that is not a number of days.

        Args:
            as_of: Day on which the calendar is made: deadlines before it have passed. None for today.
            alarm_days: Number of days before the last day on which a reminder appears; None for no reminder.
        """
        from sequestration._worklist.calendar_file import write_calendar  # Its checksums take 3 MB of memory.

        return write_calendar(
            self.open_findings(), as_of=as_of, alarm_days=alarm_days, dropped=sum(self.findings_dropped.values())
        )

    def masked(self) -> Audit:
        """Copy of the audit with serial numbers (#1, #2, ...) for patient control numbers.

        So are the payer's claim numbers, the practice's own numbers of lines, and the references of provider-level
        adjustments, in which a payer may repeat such a number. Problems show only the kind and the length of an amount
        or date that could not be read.
        """
        return self._masked(serial_numbers())

    def _masked(self, mask: Callable[[str], str]) -> Audit:
        """Copy of the audit with the numbers that `mask` gives."""
        findings = mask_findings(self.findings, mask)
        problems = [problem.masked(mask) for problem in self.problems]
        adjustments = [
            ProviderAdjustment(item.provider, item.reason, mask(item.reference), item.amount)
            for item in self.provider_adjustments
        ]
        masked = {
            id(item): new
            for item, new in zip((*self.findings, *self.provider_adjustments), (*findings, *adjustments), strict=True)
        }
        return attrs.evolve(
            self,
            findings=Rows(findings),
            problems=Rows(problems),
            provider_adjustments=Rows(adjustments),
            history=self.history.masked(mask),
            remittances=self.remittances.replace(masked),
        )

    def merge(self, other: Audit) -> None:
        """Add the audit of other files to this one.

        A remittance that both audits have is counted once, and reported as `repeated_remittance`.
        """
        other = _without_repeats(other, self)
        for verdict in Verdict:
            self.counts[verdict] += other.counts[verdict]
            self.findings_dropped[verdict] += other.findings_dropped[verdict]
        self.totals.merge(other.totals)
        self.findings += other.findings
        self.problems += other.problems
        self.problems_dropped += other.problems_dropped
        self.provider_adjustments += other.provider_adjustments
        self.provider_adjustments_dropped += other.provider_adjustments_dropped
        self.files += other.files
        self.projected += other.projected
        self.ledger.add(other.ledger.rows())
        self.pattern_groups.add(other.pattern_groups)
        self.plan_groups.add(other.plan_groups)
        self.history.merge(other.history)
        self.remittances.merge(other.remittances)

    def summary(self) -> str:
        """A few lines of text: what was checked, withheld and in question, and all counts."""
        return self._summary(self._reversed_since)

    def _summary(self, reversed_since: ReversedSince) -> str:
        return format_summary(
            headline=self._headline,
            files=len(self.files),
            unread=sum(not file.readable for file in self.files),
            claims=self.claims,
            repeated=self._count_problems(ProblemCode.REPEATED_REMITTANCE),
            counts=self.counts,
            totals=self.totals,
            reversed_since=reversed_since,
            projected=self.projected,
        )

    def __repr__(self) -> str:
        return f"<Audit: {'; '.join(self.summary().splitlines())}>"

    def to_text(self, *, as_of: Day | None = None) -> str:
        """Lay out the audit as text; with `as_of`, last days say what is left of them."""
        reversed_since = self._reversed_since
        text = format_audit(
            summary=self._summary(reversed_since),
            patterns=self._patterns(reversed_since),
            plans=self.plans(),
            findings=self.findings,
            reversed_since=reversed_since,
            dropped=self.findings_dropped,
            problems=self.problems,
            problems_dropped=self.problems_dropped,
            provider_adjustments=self.provider_adjustments,
            provider_adjustments_dropped=self.provider_adjustments_dropped,
            as_of=as_of,
        )
        return make_printable(text)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        from sequestration._audit.notebook import audit_in_html

        return audit_in_html(self, dollar_rows(self.totals))


def serial_numbers() -> Callable[[str], str]:
    """Make a function that gives each text a number (#1, #2, ...), always the same."""
    numbers: dict[str, str] = {}

    def mask(text: str) -> str:
        return numbers.setdefault(text, f"#{len(numbers) + 1}") if text else text

    return mask


def add_part(audit: Audit, part: TransactionPart) -> None:
    """Add what one transaction adds, but for its plain sums."""
    for verdict, count in part.counts.items():
        audit.counts[verdict] += count
    for verdict, count in part.findings_dropped.items():
        audit.findings_dropped[verdict] += count
    part.add_to(audit.totals)
    audit.projected += part.projected
    audit.findings += part.findings
    audit.ledger.add(part.codes)
    audit.pattern_groups.add(part.patterns)
    audit.plan_groups.add(part.plan)


def _without_repeats(audit: Audit, before: Audit) -> Audit:
    """The audit without the remittances of an earlier one, and a problem for each."""
    repeated = before.remittances.repeats(audit.remittances)
    if not repeated:
        return audit
    left = copy.deepcopy(audit)
    left.problems += take_out_repeats(left, before)
    return left


def take_out_repeats(audit: Audit, before: Audit) -> list[Problem]:
    """Take out the remittances of an earlier audit, and return a problem for each."""
    repeated = before.remittances.repeats(audit.remittances)
    problems: list[Problem] = []
    for key in repeated:
        first, again = before.remittances.find(key), audit.remittances.find(key)
        assert first is not None
        assert again is not None
        _take_back(audit, again.unpack())
        problems.append(repeat_problem(key, first, again))
    if repeated:
        audit.history = audit.history.without(set(repeated))
        audit.remittances = audit.remittances.without(repeated)
    return problems


def _take_back(audit: Audit, part: TransactionPart) -> None:
    """Take back what one transaction added."""
    for verdict, count in part.counts.items():
        audit.counts[verdict] -= count
    for verdict, count in part.findings_dropped.items():
        audit.findings_dropped[verdict] -= count
    for (month, verdict), sums in part.sums.items():
        audit.totals.enter_month(sums.negated(), month, verdict)
    audit.totals.enter_correct({month: -cents for month, cents in part.plain.items()})
    audit.projected -= part.projected
    audit.ledger.subtract(part.codes)
    audit.pattern_groups.subtract(part.patterns)
    audit.plan_groups.subtract(part.plan)
    gone = {id(item) for item in (*part.findings, *part.provider_adjustments)}
    audit.findings = Rows(finding for finding in audit.findings if id(finding) not in gone)
    audit.provider_adjustments = Rows(item for item in audit.provider_adjustments if id(item) not in gone)
    audit.provider_adjustments_dropped -= part.provider_adjustments_dropped
