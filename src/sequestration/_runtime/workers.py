"""Run one function over many items in several processes.

Results come in order, and a worker that dies loses no result.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import threading
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from functools import partial
from typing import Any, Generic, TypeVar, cast

import attrs

from sequestration._runtime.interrupts import Interrupts, defer_interrupts, start_worker

__all__ = ["LostItem", "run_in_processes"]

_THREADS_OF_A_POOL = 2  # One that manages the workers, and one that feeds their queue.

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_function: Callable[[Any], Any]
"""Function of a worker process."""


@attrs.frozen
class LostItem(Generic[Item]):
    """An item whose worker process died."""

    item: Item


def run_in_processes(
    function: Callable[[Item], Outcome], items: Iterable[Item], jobs: int, *, helps: bool = False
) -> Generator[Outcome | LostItem[Item]]:
    """Yield the result for each item in order, computed in several processes.

    The function, the items and the results must be picklable. All items are made before the first result, while the
    workers start. If a worker dies, the items it may have died of are tried again, each in its own process; an item
    that kills that process too is `LostItem`. If this process dies, its workers end, too. If no process can be started
    (in a daemon worker, in a script without a main guard, or because memory for the threads of a pool is missing), this
    process does all the work.

    Args:
        function: The function.
        items: The items.
        jobs: Number of processes.
        helps: Whether this process is one of them: it does items, too, instead of waiting for a result.
    """
    if multiprocessing.current_process().daemon or not _can_start_threads():
        yield from map(function, list(items))
        return
    startable: bool | None = None  # Unknown until a worker is lost.
    of_the_caller = multiprocessing.active_children()
    workers = jobs - 1 if helps else jobs
    with _pool(workers, function) as pool:
        try:
            tasks = _Tasks[Item](pool, workers, are_shared=helps)
            for item in items:
                tasks.add(item)
            Interrupts.for_this_process().pass_on()  # Some workers may have started after the interrupt came.
            while tasks.all:
                task = tasks.all.popleft()  # A result is forgotten once it is yielded.
                item = task.item
                while helps and not task.is_done and (own := tasks.take()) is not None:
                    tasks.finish(own, function(own.item))
                try:
                    result = tasks.wait_for(task)
                    yield _unpack(result) if isinstance(result, _Packed) else result
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


@attrs.define(eq=False)
class _Task(Generic[Item]):
    """An item and what became of it.

    A large file has thousands. A future for each would need twenty times the memory.
    """

    item: Item
    is_done: bool = False
    result: Any = None
    error: BaseException | None = None


class _Tasks(Generic[Item]):
    """Items with their results to come, most of them waiting for a process.

    Each worker has one in hand, and one more is next. The others go to the process that is free first.

    Args:
        pool: The workers.
        workers: Number of workers.
        are_shared: Whether this process takes items, too. Else a lost worker loses those that wait.
    """

    def __init__(self, pool: ProcessPoolExecutor, workers: int, *, are_shared: bool) -> None:
        self.all: deque[_Task[Item]] = deque()
        self._pool = pool
        self._are_shared = are_shared
        self._free = workers + 1
        self._waiting: deque[_Task[Item]] = deque()
        self._error: RuntimeError | None = None
        self._changed = threading.Condition()

    def add(self, item: Item) -> None:
        """Add an item; the workers start with the first one."""
        task = _Task(item)
        self._waiting.append(task)
        with nullcontext() if self.all else defer_interrupts():
            self._hand_out()
        self.all.append(task)

    def take(self) -> _Task[Item] | None:
        """Take an item that no worker has; None if there is none."""
        with self._changed:
            return self._waiting.popleft() if self._waiting else None

    def finish(self, task: _Task[Item], result: Any = None, error: BaseException | None = None) -> None:
        """Enter the result of an item, or the error that it ended with."""
        with self._changed:
            task.result, task.error, task.is_done = result, error, True
            self._changed.notify_all()

    def wait_for(self, task: _Task[Item]) -> Any:
        """Wait for the result of an item; raises the error that it ended with."""
        with self._changed:
            while not task.is_done:
                self._changed.wait()
        if task.error is not None:
            raise task.error
        return task.result

    def _hand_out(self) -> None:
        """Hand an item to a worker that is free."""
        with self._changed:
            if self._error is not None and not self._are_shared:
                while self._waiting:
                    self.finish(self._waiting.popleft(), error=self._error)
            if self._error is not None or not self._free or not self._waiting:
                return
            task = self._waiting.popleft()
            self._free -= 1
        try:
            done = self._pool.submit(_do, task.item)
        except RuntimeError as error:  # The pool is broken, or it was shut down.
            self._lose(task, error)
        else:
            done.add_done_callback(partial(self._take_back, task))

    def _take_back(self, task: _Task[Item], done: Future[Any]) -> None:
        """Pass a result on, in the thread of the pool.

        A broken pool takes nothing more, and waits for itself if it is asked to.
        """
        if done.cancelled():
            return
        error = done.exception()
        if isinstance(error, BrokenProcessPool):
            self._lose(task, error)
            return
        with self._changed:
            self._free += 1
        self._hand_out()
        self.finish(task, None if error is not None else done.result(), error)

    def _lose(self, task: _Task[Item], error: RuntimeError) -> None:
        self._error = error
        self.finish(task, error=error)
        self._hand_out()


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
    with _pool(1, int) as pool:
        try:
            pool.submit(_do, "0").result()
        except BrokenProcessPool:
            return False
    return True


def _run_alone(function: Callable[[Item], Outcome], item: Item) -> Outcome | LostItem[Item]:
    with _pool(1, function) as pool:
        future = pool.submit(_do, item)
        try:
            return cast("Outcome", _unpack(future.result()))
        except BrokenProcessPool:
            return LostItem(item)


def _pool(jobs: int, function: Callable[[Any], Any]) -> ProcessPoolExecutor:
    taken = Interrupts.for_this_process().are_taken
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, spawn, initializer=_start_worker, initargs=(taken, function))


def _start_worker(interrupts_are_taken: bool, function: Callable[[Any], Any]) -> None:
    global _function  # noqa: PLW0603 - a worker has one
    _function = function
    gc.freeze()  # The modules stay to the end, where collecting them takes as long as reading a megabyte.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start_worker(interrupts_are_taken)


@attrs.frozen
class _Packed:
    """A result of a worker process.

    If it were larger than the buffer of a pipe, the worker would wait until this process, which does items, too, reads
    it. So it is compressed.
    """

    data: bytes


def _do(item: Any) -> _Packed:
    """Do an item, in a worker process."""
    return _Packed(zlib.compress(pickle.dumps(_function(item), pickle.HIGHEST_PROTOCOL), 1))


def _unpack(result: _Packed) -> Any:
    return pickle.loads(zlib.decompress(result.data))  # noqa: S301 - a worker of ours made it


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
