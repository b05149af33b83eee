"""Notes on remark codes: what a remark adds to the step of its reason code.

They are listed in ``data/steps/remarks.csv``, each with its source or the word "practice".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import attrs

from sequestration._codes.shipped import rarcs
from sequestration._data import shipped_rows

__all__ = ["RemarkNote", "remark_notes"]


@attrs.frozen
class RemarkNote:
    """Row of ``data/steps/remarks.csv``."""

    remark: str
    allows_appeal: bool
    says: str
    source: str


@cache
def remark_notes() -> Mapping[str, RemarkNote]:
    """The notes by remark code."""
    return {
        (remark := rarcs().canonical(row.filled("remark"))): RemarkNote(
            remark, row.flag("appeal"), row.filled("says"), row.filled("source")
        )
        for row in shipped_rows("steps/remarks.csv", ("remark", "appeal", "says", "source"))
    }
