"""One function over many items in several processes: results in order, and no result lost with a worker."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Generic, TypeVar

import attrs

__all__ = ["Lost", "in_processes"]

Item = TypeVar("Item")
Result = TypeVar("Result")


@attrs.frozen
class Lost(Generic[Item]):
    """An item whose worker died of it, whatever killed it."""

    item: Item


def in_processes(function: Callable[[Item], Result], items: Sequence[Item], jobs: int) -> Iterator[Result | Lost[Item]]:
    """The result for each item, in the order of the items, figured in so many processes.

    Function, items and results must be such as can be pickled. When a worker dies, the items that it may
    have died of are tried again, each in a process of its own; the one that kills that one, too, is `Lost`.
    Where no process can be started (in a worker of the caller's own pool, in a script without a main guard),
    this one does it all.
    """
    if multiprocessing.current_process().daemon:
        yield from map(function, items)
        return
    startable: bool | None = None  # not known until a worker was lost
    of_the_caller = multiprocessing.active_children()
    with _pool(jobs) as pool:
        try:
            futures = [pool.submit(function, item) for item in items]
            for item, future in zip(items, futures, strict=True):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    startable = _can_start() if startable is None else startable
                    yield _alone(function, item) if startable else function(item)
        except BaseException:  # interrupted, or nobody wants the rest: leave no worker behind
            for process in multiprocessing.active_children():
                if process not in of_the_caller:
                    process.terminate()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _can_start() -> bool:
    """Whether a process can be started at all: one that is given nothing to do."""
    with _pool(1) as pool:
        try:
            pool.submit(_leave_interrupts_to_the_parent).result()
        except BrokenProcessPool:
            return False
    return True


def _alone(function: Callable[[Item], Result], item: Item) -> Result | Lost[Item]:
    with _pool(1) as pool:
        try:
            return pool.submit(function, item).result()
        except BrokenProcessPool:
            return Lost(item)


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
