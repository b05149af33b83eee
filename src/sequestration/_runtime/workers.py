"""Run one function over many items in several processes.

Results come in order, and a worker that dies loses no result.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Generic, TypeVar

import attrs

from sequestration._runtime.interrupts import Interrupts, defer_interrupts, start_worker

__all__ = ["LostItem", "run_in_processes"]

_THREADS_OF_A_POOL = 2  # One that manages the workers, and one that feeds their queue.

Item = TypeVar("Item")
Result = TypeVar("Result")


@attrs.frozen
class LostItem(Generic[Item]):
    """An item whose worker process died."""

    item: Item


def run_in_processes(
    function: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Generator[Result | LostItem[Item]]:
    """Yield the result for each item in order, computed in several processes.

    The function, the items and the results must be picklable. If a worker dies, the items it may have died of are
    tried again, each in its own process; an item that kills that process too is `LostItem`. If this process dies,
    its workers end, too. If no process can be started (in a daemon worker, in a script without a main guard, or because
    memory for the threads of a pool is missing), this process does all the work.
    """
    if multiprocessing.current_process().daemon or not _can_start_threads():
        yield from map(function, items)
        return
    startable: bool | None = None  # Unknown until a worker is lost.
    of_the_caller = multiprocessing.active_children()
    with _pool(jobs) as pool:
        try:
            with defer_interrupts():
                futures = [pool.submit(function, item) for item in items]
            Interrupts.for_this_process().pass_on()  # Some workers may have started after the interrupt came.
            for item, future in zip(items, futures, strict=True):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    # The worker may have died of the interrupt. Here the item ends at once and is reported.
                    if Interrupts.for_this_process().came:
                        yield function(item)
                        continue
                    startable = _can_start() if startable is None else startable
                    yield _run_alone(function, item) if startable else function(item)
        except BaseException:  # After an interrupt, or when the caller stops early, no worker may be left behind.
            for process in multiprocessing.active_children():
                if process not in of_the_caller:
                    process.terminate()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _can_start_threads() -> bool:
    """Whether the threads of a pool can be started.

    A pool without its second thread would wait forever for its workers.
    """
    done = threading.Event()
    threads = [threading.Thread(target=done.wait, daemon=True) for _ in range(_THREADS_OF_A_POOL)]
    started: list[threading.Thread] = []
    try:
        for thread in threads:
            thread.start()
            started.append(thread)
    except (RuntimeError, MemoryError):
        return False
    finally:
        done.set()
        for thread in started:
            thread.join()
    return True


def _can_start() -> bool:
    """Whether a process can be started at all, tested with an empty task."""
    with _pool(1) as pool:
        try:
            pool.submit(int).result()
        except BrokenProcessPool:
            return False
    return True


def _run_alone(function: Callable[[Item], Result], item: Item) -> Result | LostItem[Item]:
    with _pool(1) as pool:
        try:
            return pool.submit(function, item).result()
        except BrokenProcessPool:
            return LostItem(item)


def _pool(jobs: int) -> ProcessPoolExecutor:
    taken = Interrupts.for_this_process().are_taken
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, spawn, initializer=_start_worker, initargs=(taken,))


def _start_worker(interrupts_are_taken: bool) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start_worker(interrupts_are_taken)


def _end_with_parent() -> None:
    """End this worker when its parent dies.

    Its queue would not close, because the other workers hold it open.
    """
    if hasattr(signal, "pthread_sigmask"):  # An interrupt must end the wait of the main thread.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
