"""One function over many items in several processes: results in order, and no result lost with a worker."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Generic, TypeVar

import attrs

from sequestration._interrupts import Interrupts, held_back, in_worker

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
            with held_back():
                futures = [pool.submit(function, item) for item in items]
            Interrupts.of_this_process().pass_on()  # to workers that were started after it came
            for item, future in zip(items, futures, strict=True):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    if Interrupts.of_this_process().came:  # it may have died of that: here it ends at once, and is told
                        yield function(item)
                        continue
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
            pool.submit(int).result()
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
    taken = Interrupts.of_this_process().are_taken
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, spawn, initializer=in_worker, initargs=(taken,))
