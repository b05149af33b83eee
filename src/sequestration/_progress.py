"""How far long work has come, on the terminal: a bar with rich, a plain line without, nothing when piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import TypeAlias

__all__ = ["Progress", "shown_progress"]

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the bytes read so far and the bytes there are."""

_LONG = 4_000_000  # bytes: less is read before anybody could look


@contextmanager
def shown_progress() -> Generator[Progress | None]:
    """A callback that shows progress on standard error, or None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        from rich.progress import Progress as Bar  # an extra: all works without
    except ImportError:
        try:
            yield _plain_line
        finally:  # what is told next, an error too, stands on a line of its own
            with suppress(OSError):
                print(end="\r\033[K", file=sys.stderr)
        return
    from rich.console import Console

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, visible=False)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=total > _LONG)

        yield show


def _plain_line(done: int, total: int) -> None:
    if total > _LONG:
        with suppress(OSError):  # a terminal that is gone ends no check
            print(f"reading: {100 * done // total} %", end="\r", file=sys.stderr, flush=True)
