"""The server of the page: who may use it, what it accepts, and what is left behind."""

from __future__ import annotations

import errno
import http.client
import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from sequestration._cli.main import main
from sequestration._web.page_check import FILE_TYPES
from sequestration._web.server import PageServer
from tests.making import DOUBLED, claim, line, remittance

OVER = remittance(claim("ACCOUNT", line("99213", "150", "76.80", DOUBLED)))
REPORT, CSV, WORKBOOK = FILE_TYPES


@contextmanager
def running(server: PageServer) -> Iterator[PageServer]:
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def server() -> Iterator[PageServer]:
    with running(PageServer()) as found:
        yield found


def ask(
    server: PageServer, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, bytes, Mapping[str, str]]:
    """A request as the page makes it, but for the headers given."""
    of_page = {
        "Host": server.host,
        "Origin": f"http://{server.host}",
        "Content-Type": "application/x-sequestration-files",
        "Content-Length": str(len(body)),
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    try:
        connection.putrequest(method, path, skip_host=True)
        for name, value in {**of_page, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


def root(server: PageServer) -> str:
    return server.address.removeprefix(f"http://{server.host}")


def body(*files: tuple[str, bytes], **options: object) -> bytes:
    head = {"options": options, "files": [[name, len(content)] for name, content in files]}
    return json.dumps(head).encode() + b"\n" + b"".join(content for _, content in files)


def check(server: PageServer, content: bytes) -> list[dict[str, Any]]:
    status, answer, _ = ask(server, "POST", f"{root(server)}check", content)
    assert status == 200
    return [json.loads(line) for line in answer.splitlines()]


def test_it_listens_on_this_computer_alone(server: PageServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.address.startswith("http://127.0.0.1:")
    assert len(root(server)) > 20


def test_the_page_is_there_with_its_headers(server: PageServer) -> None:
    status, page, headers = ask(server, "GET", root(server))
    script = ask(server, "GET", f"{root(server)}page.js?")

    assert status == 200
    assert b"Your files never leave this computer" in page
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert (script[0], script[2]["Content-Type"]) == (200, "text/javascript; charset=utf-8")


@pytest.mark.parametrize("path", ["/", "/page.js", "/wrong/", "/wrong/page.js", "//", "/%C3%A9/"])
def test_without_the_secret_nothing_is_there(path: str, server: PageServer) -> None:
    assert ask(server, "GET", path)[0] == 404


def test_a_page_whose_name_leads_here_gets_nothing(server: PageServer) -> None:
    assert ask(server, "GET", root(server), Host="evil.example")[0] == 404
    assert ask(server, "POST", f"{root(server)}check", body(("a.835", OVER)), Host="evil.example")[0] == 404


@pytest.mark.parametrize(
    "header", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Content_Type": "text/plain"}]
)
def test_another_page_cannot_send_files(header: dict[str, str], server: PageServer) -> None:
    assert ask(server, "POST", f"{root(server)}check", body(("a.835", OVER)), **header)[0] == 403


def test_a_check_answers_with_progress_and_result_whose_files_can_be_saved(server: PageServer) -> None:
    *percents, result = check(server, body(("june.835", OVER)))
    number = result.pop("number")
    status, saved, headers = ask(server, "GET", f"{root(server)}{number}/{CSV}")

    assert percents[-1] == {"percent": 100}
    assert result == {"status": "needs_review", "headline": "1 of 1 line checked needs review."}
    assert (status, headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert b"june.835" in saved
    assert ask(server, "GET", f"{root(server)}{number}/other.txt")[0] == 404
    assert ask(server, "POST", f"{root(server)}forget/{number}")[0] == 200
    assert ask(server, "GET", f"{root(server)}{number}/{CSV}")[0] == 404


def test_without_the_library_of_workbooks_what_to_install_is_said(
    server: PageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    number = check(server, body(("june.835", OVER)))[-1]["number"]
    status, text, _ = ask(server, "GET", f"{root(server)}{number}/{WORKBOOK}")

    assert status == 501
    assert b'pip install "sequestration[excel]"' in text


def test_only_the_last_checks_are_kept(server: PageServer) -> None:
    numbers = [check(server, body(("june.835", OVER)))[-1]["number"] for _ in range(5)]
    kept = [ask(server, "GET", f"{root(server)}{number}/{CSV}")[0] for number in numbers]

    assert kept == [404, 200, 200, 200, 200]


def test_options_reach_the_check(server: PageServer) -> None:
    result = check(server, body(("june.835", OVER), mask=True))[-1]
    saved = ask(server, "GET", f"{root(server)}{result['number']}/{REPORT}")[1]

    assert b"ACCOUNT" not in saved


@pytest.mark.parametrize(
    "name, kept",
    [
        ("../../up.835", "up.835"),
        ("/etc/up.835", "etc/up.835"),
        ("C:\\up.835", "C__up.835"),
        ("a/./b/../c.835", "a/b/c.835"),
        ("nul\0.835", "nul_.835"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_no_name_leads_out_of_the_folder(name: str, kept: str, server: PageServer) -> None:
    before = set(Path(server.folder.name).parent.iterdir())
    check_of_two = check(server, body((name, OVER), ("letter.pdf", b"%PDF-1.7")))[-1]
    saved = ask(server, "GET", f"{root(server)}{check_of_two['number']}/{CSV}")[1].decode("utf-8-sig")

    assert f",{kept}," in saved
    assert "up.835" not in {path.name for path in set(Path(server.folder.name).parent.iterdir()) - before}


@pytest.mark.parametrize(
    "content",
    [b"", b"{}\n", b"[]\n", b"no json\n", b'{"options": {}, "files": [["a.835"]]}\n', b'{"options": 1, "files": []}\n'],
)
def test_a_request_that_is_not_the_pages_is_refused(content: bytes, server: PageServer) -> None:
    assert check(server, content)[-1]["error"] == "This request did not come from the page"


def test_files_are_gone_after_the_check_whatever_it_found(server: PageServer) -> None:
    check(server, body(("june.835", OVER)))
    check(server, body(("letter.pdf", b"%PDF-1.7")))
    check(server, body(("june.835", OVER))[:-1])

    assert list(Path(server.folder.name).iterdir()) == []


@pytest.mark.parametrize("size", [10, 20_000_000])
def test_a_full_disk_is_told_after_whatever_else_the_page_sends(
    size: int, server: PageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser whose files are not read to the end sees a lost connection in place of the answer."""

    def fill(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sequestration._web.upload._receive", fill)
    (answer,) = check(server, body(("june.835", b" " * size)))

    assert answer["error"] == "The files could not be copied: No space left on device"


def test_a_disk_with_no_room_for_a_folder_is_told(server: PageServer) -> None:
    server.folder.cleanup()
    (answer,) = check(server, body(("june.835", OVER)))

    assert answer["error"] == "The files could not be copied: file not found"


def test_a_command_without_room_for_temporary_files_ends_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_options: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("sequestration._web.server.tempfile.TemporaryDirectory", refuse)

    assert main(["web", "--no-open"]) == 2
    assert capsys.readouterr().err == "sequestration: web: No usable temporary directory found in ['/tmp']\n"


def test_a_built_folder_is_served_with_the_types_that_browsers_want(tmp_path: Path) -> None:
    for name in ("index.html", "wheels.json", "worker.js", "pyodide/pyodide.mjs", "pyodide/pyodide.asm.wasm", "a.whl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    with running(PageServer(tmp_path)) as server:
        answers = {name: ask(server, "GET", f"{root(server)}{name}") for name in ("", *server.files)}
        refused = ask(server, "POST", f"{root(server)}check", body(("june.835", OVER)))

    assert answers[""][1] == b"index.html"
    assert answers["pyodide/pyodide.mjs"][2]["Content-Type"].startswith("text/javascript")
    assert answers["pyodide/pyodide.asm.wasm"][2]["Content-Type"] == "application/wasm"
    assert answers["a.whl"][2]["Content-Type"] == "application/octet-stream"
    assert {status for status, _, _ in answers.values()} == {200}
    assert refused[0] == 404


def test_another_folder_is_not_served(tmp_path: Path) -> None:
    (tmp_path / "june.835").write_bytes(OVER)
    with pytest.raises(seq.InvalidArgument, match=r"python -m tools\.browser_page"):
        PageServer(tmp_path)


def test_the_folder_is_gone_with_the_server() -> None:
    with PageServer() as server:
        folder = Path(server.folder.name)
        assert folder.is_dir()

    assert not folder.exists()
