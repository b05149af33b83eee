"""Choose the next step for a code.

Guards come first, then the practice's own rows, then this library's rows, then the default of the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from os import PathLike

import attrs

from sequestration._codes.actions import Action
from sequestration._codes.entries import Carc, CodeKind
from sequestration._codes.groups import GroupCode
from sequestration._codes.rows import categories
from sequestration._codes.shipped import carcs, rarcs
from sequestration._codes.spelling import split_code
from sequestration._data import Row, rows_of_file, shipped_rows
from sequestration._dates import for_readers
from sequestration._errors import UnknownCode
from sequestration._messages import quote
from sequestration._plain.result import Result
from sequestration._provenance import PRACTICE, Authority

__all__ = ["ActionFacts", "StepQuery", "StepRule", "StepTable", "action_facts", "shipped_steps"]


@attrs.frozen(eq=False)
class StepQuery:
    """Facts that a step depends on: reason code, group, remark codes and table entry.

    `assigned` is None where it is not known whether the provider accepted assignment, `institutional` where the kind of
    claim is not known. `is_medicare` is false for a plan, and under PI, which fee-for-service Medicare does not use.
    """

    code: str
    group: GroupCode | None = None
    remarks: frozenset[str] = frozenset()
    entry: Carc | None = None
    assigned: bool | None = None
    is_medicare: bool = True
    institutional: bool | None = None

    @property
    def payer(self) -> str:
        """The kind of payer as the table's column payer names it."""
        return "ffs" if self.is_medicare else "plan"


@attrs.frozen(kw_only=True)
class StepRule(Result):
    """One row of the step rules: conditions and the step to take.

    An empty condition, or None, matches anything. A guard comes before every other row.

    Attributes:
        step: Step to take.
        code: Reason code that the row applies to.
        group: Group code that the row applies to.
        remark: Remark code that the row applies to.
        category: Category of codes that the row applies to.
        assigned: Whether the row applies to assigned or to unassigned claims.
        kind: Kind of codes that the row applies to.
        payer: Payer that the row applies to: "ffs" (fee-for-service Medicare), "plan", or empty for both.
        institutional: Whether the row applies to institutional or to professional claims.
        instead_of: Only step that the row replaces, or None for any.
        why: Reason for the step.
        deadlines: Names of the deadline rules; empty for those of the step.
        authority: Source of the row, or None.
        guard: Whether the row is a guard.
        origin: Origin of the row.
    """

    step: Action
    code: str = ""
    group: GroupCode | None = None
    remark: str = ""
    category: str = ""
    assigned: bool | None = None
    kind: CodeKind | None = None
    payer: str = ""
    institutional: bool | None = None
    instead_of: Action | None = None
    why: str = ""
    deadlines: tuple[str, ...] = ()
    authority: Authority | None = None
    guard: bool = False
    origin: str = "library"

    def fits(self, query: StepQuery) -> bool:
        """Whether the row applies to an adjustment."""
        entry = query.entry
        return (
            (not self.remark or self.remark in query.remarks)
            and self.code in ("", query.code)
            and self.group in (None, query.group)
            and self.payer in ("", query.payer)
            and self.institutional in (None, query.institutional)
            and self.assigned in (None, query.assigned)
            and (not self.category or (entry is not None and entry.category == self.category))
            and (self.kind is None or entry is None or entry.kind is self.kind)
        )

    @property
    def closeness(self) -> tuple[bool, bool, bool]:
        """Rank of the row by its conditions: code, then remark, then group, then category."""
        return bool(self.code), bool(self.remark), self.group is not None

    @property
    def source(self) -> str:
        """Source of the row: a citation, or the word "practice"."""
        return self.authority.citation if self.authority else PRACTICE

    @property
    def subject(self) -> tuple[str, str, str, str]:
        """Conditions of the row in words: group, code, remark, category."""
        return self.group or "", self.code, self.remark, self.category

    def always_beaten_by(self, guard: StepRule) -> bool:
        """Whether a guard overrules the row wherever the row applies."""
        entry = carcs().get(self.code)
        return (
            guard.step is not self.step
            and guard.code in ("", self.code)
            and guard.group in (None, self.group)
            and guard.remark in ("", self.remark)
            and guard.assigned is None
            and not guard.payer
            and (guard.kind is None or (entry is not None and entry.kind is guard.kind))
            and guard.instead_of in (None, self.step)
        )

    def __str__(self) -> str:
        group, code, remark, category = self.subject
        about = " ".join(part for part in (group, code, remark, category) if part)
        return f"{about}: {self.step} ({'guard' if self.guard else self.origin})"

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        return notebook(facts("Rule of a next step", zip(_RULE_COLUMNS, _cells(self), strict=True)))


_RULE_COLUMNS = ("about", "step", "why", "from")


class StepTable(Mapping[str, Action]):
    """A mapping of every reason code to its step, without regard to group and remarks.

    Args:
        guards: Rows that no other row can overrule.
        ours: Rows of this library.
        rules: Rows of the practice.

    >>> shipped_steps()["253"], shipped_steps()["29"]
    (<Action.WRITE_OFF: 'write off'>, <Action.WRITE_OFF: 'write off'>)
    """

    __slots__ = ("_guards", "_ours", "_rules")

    def __init__(self, guards: Iterable[StepRule], ours: Iterable[StepRule], rules: Iterable[StepRule] = ()) -> None:
        self._guards = tuple(guards)
        self._ours = tuple(ours)
        self._rules = tuple(rules)

    def __getitem__(self, code: str) -> Action:
        return self.rule_for(StepQuery(code, entry=carcs()[code])).step

    def __iter__(self) -> Iterator[str]:
        return iter(carcs())

    def __len__(self) -> int:
        return len(carcs())

    def rule_for(self, query: StepQuery) -> StepRule:
        """The row that decides: a guard, else the closest row, else the default.

        The practice's own rows come before this library's rows. A row of the library may replace a
        step: a decided Medicare claim is not sent again.
        """
        guard = next((rule for rule in self._guards if rule.instead_of is None and rule.fits(query)), None)
        rule = guard or _closest(self.rules, query)
        if rule is not None:
            return rule
        rule = _closest((each for each in self._ours if each.instead_of is None), query)
        if rule is None and query.entry is not None:
            rule = StepRule(step=query.entry.step, code=query.code, origin="default")
        if rule is not None:
            return self.instead_of(rule.step, query) or rule
        why = f"{query.code} is not in the list of {for_readers(carcs().release)}. It may be newer, so look it up"
        return StepRule(step=Action.REVIEW, code=query.code, why=why, origin="unknown")

    def instead_of(self, step: Action, query: StepQuery) -> StepRule | None:
        """The library's row that replaces a step; None if there is none."""
        return next((rule for rule in self._ours if rule.instead_of is step and rule.fits(query)), None)

    def guard_against(self, step: Action, query: StepQuery) -> StepRule | None:
        """The guard that forbids a step for an adjustment; None if there is none."""
        return next((rule for rule in self._guards if rule.instead_of is step and rule.fits(query)), None)

    def with_rules(self, path: str | PathLike[str]) -> StepTable:
        """Build a new table with the practice's own rows added.

        The file is CSV in UTF-8 with the column step and one or more of code, remark and category. A code may carry its
        group ("CO-96"). The closest row wins: a row with a code comes before one with a remark, and that before one
        with only a category. Rows that a guard overrules are kept in `overruled`. Raises `InvalidTable`, which names
        the file and the row, and `OSError` if the file cannot be read.
        """
        rules: dict[tuple[str, ...], StepRule] = {}
        for row in rows_of_file(path, ("step",), ("code", "remark", "category")):
            rule = _own_rule(row)
            if rule.subject in rules:
                row.refuse(f"{' '.join(part for part in rule.subject if part)} appears twice")
            rules[rule.subject] = rule
        kept = [rule for rule in self.rules if rule.subject not in rules]
        return StepTable(self._guards, self._ours, [*rules.values(), *kept])

    @property
    def rules(self) -> tuple[StepRule, ...]:
        """The practice's own rows."""
        return self._rules

    @property
    def overruled(self) -> tuple[StepRule, ...]:
        """The practice's rows that have no effect because a guard overrules them."""
        return tuple(rule for rule in self.rules if any(rule.always_beaten_by(guard) for guard in self._guards))

    @property
    def without_rule(self) -> tuple[str, ...]:
        """The codes that neither a guard nor a row of the practice names.

        They get this library's default, which a practice may want to review.
        """
        named = [rule for rule in (*self._guards, *self.rules) if rule.code or (rule.category and not rule.remark)]
        codes = {rule.code for rule in named}
        of = {rule.category for rule in named if rule.category and not rule.code}
        return tuple(entry.code for entry in carcs().values() if entry.code not in codes and entry.category not in of)

    def to_records(self) -> list[dict[str, str]]:
        """Convert the step of every code to plain values, with the row it comes from."""
        records: list[dict[str, str]] = []
        for entry in carcs().values():
            rule = self.rule_for(StepQuery(entry.code, entry=entry))
            origin = "guard" if rule.guard else rule.origin
            records.append({"code": entry.code, "title": entry.title, "step": rule.step.value, "origin": origin})
        return records

    def __reduce__(self) -> tuple[type[StepTable], tuple[tuple[StepRule, ...], ...]]:
        return StepTable, (self._guards, self._ours, self.rules)

    def __repr__(self) -> str:
        own = f"{len(self.rules)} of your own" + (f", {len(self.overruled)} overruled" if self.overruled else "")
        return f"<StepTable: {len(self)} codes, {len(self._guards)} guards, {own}, {len(self.without_rule)} by default>"

    def __str__(self) -> str:
        return "\n".join(map(str, self._every_rule))

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        rows = [_cells(rule) for rule in self._every_rule]
        note = f"{len(self.without_rule):,} of {len(self):,} codes have the default step of their entry in CARCS"
        return notebook(
            table(
                "Next steps: fixed rules (guards), then your own rules, then the library's",
                _RULE_COLUMNS,
                rows,
                note=note,
            )
        )

    @property
    def _every_rule(self) -> tuple[StepRule, ...]:
        return (*self._guards, *self.rules, *self._ours)


@attrs.frozen(eq=False)
class ActionFacts:
    """Row of ``data/steps/actions.csv``: the instruction, its reason, its deadlines.

    `own` names the deadlines of the action itself, the best first; `deadlines` are all that run while it waits. `note`
    is added to every reason. `instruction_plan` is for payers other than fee-for-service Medicare.
    """

    instruction: str
    instruction_plan: str
    why: str
    note: str
    own: tuple[str, ...]
    deadlines: tuple[str, ...]


@cache
def action_facts() -> Mapping[Action, ActionFacts]:
    """The facts of every action."""
    columns = ("action", "instruction", "instruction_plan", "why", "note", "own", "deadlines")
    return {
        row.member("action", Action): ActionFacts(
            row.filled("instruction"),
            row.filled("instruction_plan"),
            row.filled("why"),
            row.text("note"),
            row.words("own"),
            row.words("deadlines"),
        )
        for row in shipped_rows("steps/actions.csv", columns)
    }


_CONDITIONS = ("code", "group", "remark", "assigned", "kind", "payer", "institutional", "instead_of")
_COLUMNS = ("guard", *_CONDITIONS, "step", "why", "deadlines", "authority", "says")


@cache
def shipped_steps() -> StepTable:
    """The steps that come with the library."""
    rules = [rule for row in shipped_rows("steps/steps.csv", _COLUMNS) for rule in _shipped_rules(row)]
    return StepTable([rule for rule in rules if rule.guard], [rule for rule in rules if not rule.guard])


def _cells(rule: StepRule) -> tuple[str, ...]:
    """A rule as a row of a table."""
    conditions = [part for part in rule.subject if part]
    if rule.assigned is not None:
        conditions.append("assigned" if rule.assigned else "not assigned")
    if rule.kind is not None:
        conditions.append(rule.kind.words)
    if rule.payer:
        conditions.append("fee-for-service Medicare" if rule.payer == "ffs" else "other payer")
    if rule.institutional is not None:
        conditions.append("institutional" if rule.institutional else "professional")
    instead = f" instead of {rule.instead_of}" if rule.instead_of else ""
    return " ".join(conditions), f"{rule.step}{instead}", rule.why, "guard" if rule.guard else rule.origin


def _closest(rules: Iterable[StepRule], query: StepQuery) -> StepRule | None:
    return max((rule for rule in rules if rule.fits(query)), key=lambda rule: rule.closeness, default=None)


def _shipped_rules(row: Row) -> Iterator[StepRule]:
    """The rules of a row, whose cells may name several codes and remarks."""
    for code in row.words("code") or ("",):
        for remark in row.words("remark") or ("",):
            yield _shipped_rule(row, code, remark)


def _shipped_rule(row: Row, code: str, remark: str) -> StepRule:
    if row.text("payer") not in ("", "ffs", "plan"):
        row.refuse(f"payer is ffs, plan or empty, not {quote(row.text('payer'))}")
    return StepRule(
        step=row.member("step", Action),
        code=code,
        group=row.member("group", GroupCode) if row.text("group") else None,
        remark=remark,
        assigned=row.flag("assigned") if row.text("assigned") else None,
        kind=row.member("kind", CodeKind) if row.text("kind") else None,
        payer=row.text("payer"),
        institutional=row.flag("institutional") if row.text("institutional") else None,
        instead_of=row.member("instead_of", Action) if row.text("instead_of") else None,
        why=row.filled("why"),
        deadlines=row.words("deadlines"),
        authority=None if row.filled("authority") == PRACTICE else row.authority(),
        guard=row.flag("guard"),
    )


def _own_rule(row: Row) -> StepRule:
    group, code = _own_code(row)
    remark, category = _own_remark(row), row.text("category")
    if not (code or remark or category):
        row.refuse("a row must name a code, a remark or a category")
    if category and category not in categories("CARC"):
        row.refuse(f"unknown category {quote(category)}; use one of: {', '.join(categories('CARC'))}")
    return StepRule(
        step=row.member("step", Action),
        code=code,
        group=group,
        remark=remark,
        category=category,
        why=f"the practice's own rule ({row.file}, row {row.number})",
        origin=f"{row.file}, row {row.number}",
    )


def _own_code(row: Row) -> tuple[GroupCode | None, str]:
    if not row.text("code"):
        return None, ""
    try:
        return split_code(row.text("code"))
    except UnknownCode as error:
        row.refuse(str(error))


def _own_remark(row: Row) -> str:
    if not row.text("remark"):
        return ""
    try:
        return rarcs().canonical(row.text("remark"))
    except UnknownCode as error:
        row.refuse(str(error))
