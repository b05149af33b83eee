"""The command web: serve the page until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import threading
import webbrowser
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from sequestration._web.server import PageServer

__all__ = ["COMMANDS"]


def _web(options: argparse.Namespace) -> int:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)  # Files that are being checked are then deleted.
    try:
        with _page_server(options.folder) as server:
            print("The page that checks your remittances is running on this computer:")
            print(f"  {server.address}")
            print("Press Ctrl-C to stop.", flush=True)
            if not options.no_open:
                webbrowser.open(server.address)
            server.serve_forever()
    except KeyboardInterrupt:
        print("Closed.")
    return 0


def _page_server(folder: str | None) -> PageServer:
    """Create the server.

    An error that names no file gets the name of the command, or it would be taken for an error of the output.
    """
    try:
        return PageServer(None if folder is None else Path(folder))
    except OSError as error:
        error.filename = error.filename or "web"
        raise


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {"web": _web}
