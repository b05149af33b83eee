"""Ctrl-C while files are read: the first ends the reading where it stands, the second ends the program.

The first is made a read that fails, at a place where a file is opened or read and nowhere else: of a file that fails
half way what was read is kept, and no claim is half counted.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Self

__all__ = ["Interrupted", "Interrupts", "held_back", "in_worker"]


class Interrupted(OSError):
    """The reading was ended by an interrupt. No `InterruptedError`, for that one makes Python read on."""


class Interrupts:
    """What a process does about interrupts (SIGINT) while it reads: a context, and the handler of the signal.

    A process has one handler of a signal, so that handler is also where the process finds this again. A program that
    handles interrupts in its own way, or ignores them, goes on doing so.
    """

    def __init__(self) -> None:
        self.came = False
        self._waits = False

    @staticmethod
    def of_this_process() -> Interrupts:
        """Those that this process has taken; else some that never come."""
        handler = signal.getsignal(signal.SIGINT)
        return handler if isinstance(handler, Interrupts) else Interrupts()

    @property
    def are_taken(self) -> bool:
        """Whether this handles the interrupts of its process."""
        return signal.getsignal(signal.SIGINT) is self

    def __enter__(self) -> Self:
        is_main = threading.current_thread() is threading.main_thread()
        if is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self)
        return self

    def __exit__(self, *exception: object) -> None:
        if self.are_taken:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if self.came:
            raise KeyboardInterrupt
        self.came = True
        self.pass_on()
        if self._waits:
            raise Interrupted

    def pass_on(self) -> None:
        """Let the worker processes know of an interrupt that came: one from a terminal they have already, and know."""
        if self.came and os.name == "posix":
            for worker in multiprocessing.active_children():
                if worker.pid is not None:
                    os.kill(worker.pid, signal.SIGINT)

    @contextmanager
    def end_a_wait(self) -> Generator[None]:
        """Where a file is opened or read: there an interrupt, also one that came before, is an error."""
        self._waits = True  # before the question: one that comes between the two must end the wait, too
        try:
            if self.came:
                raise Interrupted
            yield
        finally:
            self._waits = False


class _OfWorker(Interrupts):
    """The interrupts of a worker process: its parent ends it, so that any after the first says nothing new."""

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if not self.came:
            super().__call__(number, frame)


def in_worker(taken: bool) -> None:
    """Begin a worker process, to end its reading at an interrupt as its parent does, or to leave that to the parent."""
    signal.signal(signal.SIGINT, _OfWorker() if taken else signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def held_back() -> Generator[None]:
    """Interrupts wait, for this thread and for the processes that it starts, until those say that they are ready."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
