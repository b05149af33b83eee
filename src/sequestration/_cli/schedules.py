"""Schedule of a command: a file of the caller, or one of the library."""

from __future__ import annotations

import argparse

from sequestration._law.schedule import RateSchedule, shipped_schedule, shipped_schedule_names

__all__ = ["schedule_of"]


def schedule_of(options: argparse.Namespace) -> RateSchedule | None:
    """The schedule of the caller's file or of a shipped name; None if not requested."""
    if options.file is None:
        return None
    name = options.file.lower()
    return shipped_schedule(name) if name in shipped_schedule_names() else RateSchedule.from_toml(options.file)
