"""Handle Ctrl-C while files are read.

The first interrupt ends the reading, the second ends the program. The first one becomes a failed read, at the
points where a file is opened or read and nowhere else. So what was read of a file is kept, and no claim is half
counted.
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

__all__ = ["Interrupted", "Interrupts", "defer_interrupts", "start_worker"]


class Interrupted(OSError):
    """Reading was ended by an interrupt.

    This is not an `InterruptedError`, after which Python would retry the read.
    """


class Interrupts:
    """Context and signal handler for interrupts (SIGINT) while a process reads.

    A process has one handler for a signal, so the handler is also where the process finds this object. A program
    that handles or ignores interrupts in its own way keeps doing so.
    """

    def __init__(self) -> None:
        self.came = False
        self._waits = False

    @staticmethod
    def for_this_process() -> Interrupts:
        """The active handler of this process, or one that never sees an interrupt."""
        handler = signal.getsignal(signal.SIGINT)
        return handler if isinstance(handler, Interrupts) else Interrupts()

    @property
    def are_taken(self) -> bool:
        """Whether this object handles the interrupts of its process."""
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
        """Send an interrupt on to the worker processes.

        Workers have already seen an interrupt that came from the terminal, and know it.
        """
        if self.came and os.name == "posix":
            for worker in multiprocessing.active_children():
                if worker.pid is not None:
                    os.kill(worker.pid, signal.SIGINT)

    @contextmanager
    def end_a_wait(self) -> Generator[None]:
        """Context for opening or reading a file, in which an interrupt raises an error.

        An interrupt that came earlier raises, too.
        """
        self._waits = True  # Set before the check, because an interrupt that comes in between must end the wait, too.
        try:
            if self.came:
                raise Interrupted
            yield
        finally:
            self._waits = False


class _WorkerInterrupts(Interrupts):
    """Interrupts of a worker process, which ignores all after the first.

    The parent process ends the worker.
    """

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if not self.came:
            super().__call__(number, frame)


def start_worker(taken: bool) -> None:
    """Start a worker process that ends its read at an interrupt.

    If the parent does not handle interrupts here (`taken` is False), the worker ignores them.
    """
    signal.signal(signal.SIGINT, _WorkerInterrupts() if taken else signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def defer_interrupts() -> Generator[None]:
    """Context in which this thread and the processes it starts hold interrupts back.

    The processes release them once they are ready.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
