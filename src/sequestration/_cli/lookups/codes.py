"""Commands that look up reason codes and remark codes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import TypeVar

from sequestration._cli.exit_codes import OK, fail
from sequestration._cli.terminal import print_text
from sequestration._codes.entries import Carc, Rarc
from sequestration._codes.shipped import carcs, rarcs
from sequestration._codes.spelling import split_code
from sequestration._codes.tables import DatedCodeTable
from sequestration._errors import UnknownCode
from sequestration._messages import quote

__all__ = ["COMMANDS"]

_MAX_PRINTED = 20
D = TypeVar("D", Carc, Rarc)


def _carc(options: argparse.Namespace) -> int:
    from sequestration._codes.pairs import AdjustmentCode
    from sequestration._worklist.code_steps import step_of_pair

    def show(entry: Carc, words: str) -> None:
        code = AdjustmentCode(split_code(words)[0], entry)
        print_text(code.to_text())
        print_text(f"  {'next step':<14}{step_of_pair(code)}")

    return _print_entry(carcs(), options, show)


def _rarc(options: argparse.Namespace) -> int:
    return _print_entry(rarcs(), options, lambda entry, _words: print_text(entry.to_text()))


def _print_entry(table: DatedCodeTable[D], options: argparse.Namespace, show: Callable[[D, str], None]) -> int:
    """Print a code, or the codes whose titles have these words."""
    words = " ".join(options.words)
    known = table if options.table is None else table.with_codes(options.table)
    try:
        known.canonical(words)
    except UnknownCode:
        return _print_found(known.search(words), words)
    show(known.look_up(words), words)
    return OK


def _print_found(found: DatedCodeTable[D], words: str) -> int:
    if not found:
        return fail(f"No code or title matches {quote(words, 40)}. Try another word.")
    for code in list(found.values())[:_MAX_PRINTED]:
        print_text(str(code))
    if len(found) > _MAX_PRINTED:
        print(f"and {len(found) - _MAX_PRINTED} more")
    return OK


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {"carc": _carc, "rarc": _rarc}
