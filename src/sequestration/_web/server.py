"""Serve the page from this computer, and check the files that it sends.

The server listens only on the loopback address. The page's address contains a secret, so no other page and no other
user of this computer can use it. Requests from other pages are refused.
"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO, cast

from sequestration._errors import SequestrationError
from sequestration._web.page_check import FILE_TYPES, PageCheck, check_folder
from sequestration._web.page_files import Engine, built_files, page_files, page_policy
from sequestration._web.upload import RequestBody, receive_files
from sequestration._x12.problems import error_text

__all__ = ["PageServer"]

_LOOPBACK = "127.0.0.1"
_CONTENT = "application/x-sequestration-files"
"""Content type that the page sends. A page of another origin would need permission to send it, and gets none."""
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
}
_OTHER_TYPE = "application/octet-stream"
_MAX_CHECKS = 4
"""Number of checks that are kept so that their files can be saved; each belongs to a tab."""


class PageServer(ThreadingHTTPServer):
    """Server of the page, a context manager.

    Files that are being checked are in a temporary folder, which is deleted at the end. With `built`, the folder of a
    page that checks files in the browser, the server only serves files.
    """

    daemon_threads = True
    allow_reuse_address = False  # Windows would let another program listen on the same port.

    def __init__(self, built: Path | None = None) -> None:
        self.checks_files = built is None
        self.files = page_files(Engine.COMPUTER) if built is None else built_files(built)
        # A built page contains its own policy.
        policy = f"{page_policy(Engine.COMPUTER)}; " if built is None else ""
        self.policy = f"{policy}frame-ancestors 'none'"
        self.folder = tempfile.TemporaryDirectory(prefix="sequestration-", ignore_cleanup_errors=True)
        super().__init__((_LOOPBACK, 0), _Handler)
        self.host = f"{_LOOPBACK}:{self.server_port}"
        self.one_at_a_time = threading.Lock()
        self._secret = secrets.token_urlsafe(16)
        self._checks: dict[str, PageCheck] = {}

    def handle_error(self, request: object, client_address: object) -> None:
        """Print an error, unless the browser only closed its connection."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    @property
    def address(self) -> str:
        """Address of the page."""
        return f"http://{self.host}/{self._secret}/"

    def server_close(self) -> None:
        """Close the socket and delete the folder."""
        super().server_close()
        self.folder.cleanup()

    def path_within(self, path: str) -> str | None:
        """The part of a path after the secret; None if the path has no secret."""
        root, _, rest = path.removeprefix("/").partition("/")
        is_ours = secrets.compare_digest(root.encode("utf-8"), self._secret.encode("utf-8"))
        return rest.partition("?")[0] if is_ours else None

    def remember(self, check: PageCheck) -> str:
        """Keep a check in memory and return its number."""
        number = secrets.token_urlsafe(16)
        self._checks[number] = check
        for oldest in list(self._checks)[:-_MAX_CHECKS]:
            del self._checks[oldest]
        return number

    def forget(self, number: str) -> None:
        """Drop a check."""
        self._checks.pop(number, None)

    def check_numbered(self, number: str) -> PageCheck | None:
        """A check that is still kept."""
        return self._checks.get(number)


class _Handler(BaseHTTPRequestHandler):
    server: PageServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        path = self._path()
        if path is None:
            return
        first, _, name = path.partition("/")
        check = self.server.check_numbered(first)
        if check is not None and name in FILE_TYPES:
            try:
                self._send(check.file(name), FILE_TYPES[name])
            except SequestrationError as error:  # The library that writes workbooks is not installed.
                self._send(str(error).encode("utf-8"), "text/plain; charset=utf-8", HTTPStatus.NOT_IMPLEMENTED)
            return
        name = path or "index.html"
        if name in self.server.files:
            self._send(self.server.files[name], _TYPES.get(Path(name).suffix, _OTHER_TYPE))
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        path = self._path()
        if path is None:
            return
        if self.headers.get("Origin") != f"http://{self.server.host}" or self.headers.get("Content-Type") != _CONTENT:
            self._refuse(HTTPStatus.FORBIDDEN)
        elif path == "check" and self.server.checks_files:
            self._check()
        elif path.startswith("forget/"):
            self.server.forget(path.removeprefix("forget/"))
            self._send(b"", _TYPES[".js"])
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def _check(self) -> None:
        """Check the files of a request.

        The response is one line of JSON for each percent, and one for the result.
        """
        self._start("application/x-ndjson")
        body = RequestBody(cast("BinaryIO", self.rfile), self.headers.get("Content-Length"))
        try:
            check = self._check_files(body)
        except SequestrationError as error:
            check = PageCheck(error=str(error))
        except OSError as error:  # The disk is full, for example.
            check = PageCheck(error=f"The files could not be copied: {error_text(error)}")
        body.skip_rest()  # A browser reads the answer only after it has sent everything.
        self._send_line({**check.to_dict(), "number": self.server.remember(check)})

    def _check_files(self, body: RequestBody) -> PageCheck:
        """Check copies of the files of a request, and delete them."""
        with tempfile.TemporaryDirectory(dir=self.server.folder.name, ignore_cleanup_errors=True) as name:
            options = receive_files(body, Path(name))
            with self.server.one_at_a_time:
                return check_folder(name, options, _each_percent(self._send_line))

    def _send_line(self, value: object) -> None:
        self.wfile.write(json.dumps(value).encode("ascii") + b"\n")

    def _path(self) -> str | None:
        """The requested path, or None if the request is refused."""
        path = self.server.path_within(self.path)
        # A page that reaches this server by DNS rebinding sends another host name.
        if path is None or self.headers.get("Host") != self.server.host:
            self._refuse(HTTPStatus.NOT_FOUND)
            return None
        return path

    def _refuse(self, status: HTTPStatus) -> None:
        self._send(status.phrase.encode("ascii"), "text/plain; charset=utf-8", status)

    def _send(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._start(kind, status)
        self.wfile.write(content)

    def _start(self, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", self.server.policy)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def log_message(self, format: str, *values: object) -> None:  # noqa: A002 - the name of the base class
        """Log nothing, because the address contains the secret."""


def _each_percent(send: Callable[[object], None]) -> Callable[[int, int], None]:
    """Build a progress function that sends each whole percent once."""
    last = -1

    def show(done: int, total: int) -> None:
        nonlocal last
        percent = 100 * done // max(total, 1)
        if percent != last:
            last = percent
            send({"percent": percent})

    return show
