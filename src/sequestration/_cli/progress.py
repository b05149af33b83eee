"""Show the progress of long work on the terminal.

It is a bar if rich is installed, a plain line if not, and nothing if the output is piped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import TypeAlias

__all__ = ["Progress", "show_progress"]

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the bytes read so far and the bytes there are."""

_LONG = 4_000_000  # Bytes. Fewer are read before a bar could be seen.


@contextmanager
def show_progress() -> Generator[Progress | None]:
    """A callback that shows progress on the terminal; None if there is none."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        from rich.progress import Progress as Bar  # rich is an extra; everything works without it.
    except ImportError:
        try:
            yield _print_plain_line
        finally:  # Whatever is printed next, an error included, starts on a new line.
            with suppress(OSError):
                print(end="\r\033[K", file=sys.stderr)
        return
    from rich.console import Console

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, visible=False)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=total > _LONG)

        yield show


def _print_plain_line(done: int, total: int) -> None:
    if total > _LONG:
        with suppress(OSError):  # A closed terminal does not end a check.
            print(f"reading: {100 * done // total}%", end="\r", file=sys.stderr, flush=True)
