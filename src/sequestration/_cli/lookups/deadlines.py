"""Command that computes a deadline."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date

from sequestration import deadlines
from sequestration._cli.arguments import parse_date
from sequestration._cli.exit_codes import OK
from sequestration._cli.terminal import print_text
from sequestration._dates import today

__all__ = ["COMMANDS"]


def _deadline(options: argparse.Namespace) -> int:
    kind: str = options.kind
    name = _SAME_DEADLINE.get(kind, kind).replace("-", "_")
    count: Callable[[date], deadlines.Deadline | deadlines.Recoupment] = getattr(deadlines, name)
    print_text(count(parse_date(options.date)).to_text(as_of=options.as_of or today()))
    return OK


_SAME_DEADLINE = {"appeal": "redetermination"}


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {"deadline": _deadline}
