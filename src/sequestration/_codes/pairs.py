"""Pair a group code with a reason code, and point out unusual pairs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import attrs

from sequestration._codes.entries import Carc, CodeKind
from sequestration._codes.groups import GroupCode
from sequestration._codes.shipped import carcs
from sequestration._codes.spelling import CodeLike, split_code
from sequestration._data import shipped_rows
from sequestration._plain.result import plain_value, pydantic_core_schema, pydantic_json_schema

__all__ = ["AdjustmentCode", "adjustment_code"]


class AdjustmentCode(NamedTuple):
    """A group code and the entry of a reason code; `group` is None if none was given.

    >>> group, entry = adjustment_code("CO-45")
    >>> group.liability, entry.title
    ('provider', 'Charge above the contracted or fee schedule amount')
    """

    group: GroupCode | None
    carc: Carc

    @property
    def unusual(self) -> str:
        """Reason why the pair is unusual, in words; empty for a usual pair.

        No pair is forbidden.

        >>> adjustment_code("CO-253").unusual
        ''
        >>> adjustment_code("CO-23").unusual
        'X12 allows 23 only under OA'
        """
        if self.group is None:
            return ""
        reasons = [says.says for says in _pairings() if says.fits(self.group, self.carc)]
        if self.carc.groups and self.group not in self.carc.groups:
            reasons.insert(0, f"X12 allows {self.carc.code} only under {' or '.join(self.carc.groups)}")
        return "; ".join(reasons)

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON."""
        return {"group": plain_value(self.group), "carc": self.carc.to_dict(), "unusual": self.unusual}

    def to_text(self) -> str:
        """Lay out the pair in lines: reason code, responsible party, unusual facts."""
        lines = [self.carc.to_text()]
        if self.group is not None:
            lines.append(f"  {'under ' + self.group:<14}{self.group.title} (liable: {self.group.liability})")
        if self.unusual:
            lines.append(f"  {'unusual':<14}{self.unusual}")
        return "\n".join(lines)

    # A named tuple has no other base class, so it says this itself.
    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        return pydantic_core_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        return pydantic_json_schema(cls)

    def __str__(self) -> str:
        return f"{self.group}-{self.carc.code}" if self.group else self.carc.code

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        group = f"{self.group.title} (liable: {self.group.liability})" if self.group is not None else ""
        rows = [*self.carc._rows(), (f"under {self.group}", group), ("unusual", self.unusual)]
        return notebook(facts(f"{self}: {self.carc.title}", rows))


def adjustment_code(text: CodeLike) -> AdjustmentCode:
    """Read a group code and a reason code: "CO-253", "co 253", "PR 2", "B15", 253.

    Raises `UnknownCode`, which names the nearest codes, also for a code that is newer than the table; `CARCS.get`
    returns None for such a code.

    >>> str(adjustment_code("pr 2")), adjustment_code("B15").group
    ('PR-2', None)
    """
    entry = carcs().look_up(text)
    return AdjustmentCode(split_code(text)[0], entry)


@attrs.frozen
class _Pairing:
    """One row of ``data/codes/pairings.csv``: an unusual group for some codes."""

    group: GroupCode
    codes: tuple[str, ...]
    kind: CodeKind | None
    category: str
    says: str

    def fits(self, group: GroupCode, entry: Carc) -> bool:
        return (
            group is self.group
            and (not self.codes or entry.code in self.codes)
            and (self.kind is None or entry.kind is self.kind)
            and (not self.category or entry.category == self.category)
        )


@cache
def _pairings() -> Sequence[_Pairing]:
    return [
        _Pairing(
            row.member("group", GroupCode),
            row.words("codes"),
            row.member("kind", CodeKind) if row.text("kind") else None,
            row.text("category"),
            row.filled("says"),
        )
        for row in shipped_rows("codes/pairings.csv", ("group", "codes", "kind", "category", "says"))
    ]
