"""The library opens no connection, starts no program, runs no input as code, and writes only what it is asked for."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.safety.test_privacy import remittance

MODULES = sorted((ROOT / "src").rglob("*.py"))

FORBIDDEN = frozenset(
    {
        "asyncio",
        "code",
        "codeop",
        "ctypes",
        "dbm",
        "dill",
        "ftplib",
        "http",
        "imaplib",
        "joblib",
        "logging",
        "marshal",
        "pickle",
        "poplib",
        "pty",
        "requests",
        "runpy",
        "shelve",
        "smtplib",
        "socket",
        "socketserver",
        "ssl",
        "subprocess",
        "telnetlib",
        "tempfile",
        "urllib",
        "webbrowser",
        "xml",
        "xmlrpc",
        "yaml",
    }
)
ALLOWED = {
    ("_runtime/workers.py", "pickle"),
    ("_web/command.py", "webbrowser"),
    ("_web/server.py", "http"),
    ("_web/server.py", "tempfile"),
    ("frames/_files/spark_options.py", "urllib"),
}
"""What a module may use.

Results of worker processes are pickled, as multiprocessing does; no file is.

The command web serves a page to this computer alone and opens it (tests/web). Spark names files by URLs: their text is
taken apart, and no URL is opened (`urllib.parse`, `url2pathname`).
"""

CALLS = frozenset({"eval", "exec", "compile", "__import__", "breakpoint", "input"})
OF_OS = frozenset({"system", "popen", "execv", "execve", "fork", "spawnv", "posix_spawn", "startfile"})


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_module_can_reach_the_network_a_shell_or_code_in_data(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    name = module.relative_to(ROOT / "src" / "sequestration").as_posix()
    reached = {module.partition(".")[0] for module in imports(tree)} & FORBIDDEN
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    taken = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert reached == {module for of, module in ALLOWED if of == name}
    assert not called & CALLS
    assert not taken & OF_OS
    assert "urlopen" not in module.read_text("utf-8")


WATCHED = """
import os, sys
wanted = {os.path.realpath(path) for path in sys.argv[2:]}
folders = {os.path.dirname(path) for path in wanted}
seen = []
FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "ctypes.", "ftplib.",
    "http.", "urllib.", "smtplib.", "webbrowser.", "pickle.",
)

def watch(event, arguments):
    text = f"{event} {arguments!r}"
    if event.startswith(FORBIDDEN):
        seen.append(text)
    elif event == "open":
        path, mode, flags = arguments
        writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (
            isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        if writes and os.path.dirname(os.path.realpath(path)) not in folders:
            seen.append(text)
    elif event in ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink"):
        if os.path.dirname(os.path.realpath(arguments[0])) not in folders:
            seen.append(text)
    elif event == "exec":
        file = arguments[0].co_filename
        if not (file.endswith(".py") or file.startswith("<frozen") or file.startswith("<attrs generated")
                or file in ("", "<string>", "<__array_function__ internals>")):  # attrs 23 gives its classes no name
            seen.append(text)
    elif event == "compile" and arguments[0] is not None and b"MARKER" in (
            arguments[0] if isinstance(arguments[0], bytes) else str(arguments[0]).encode()):
        seen.append(text)

import sequestration as seq
from sequestration._cli import main as cli
import attrs, decimal, csv, json, html, argparse, zoneinfo, dateutil.tz
sys.dont_write_bytecode = True
sys.addaudithook(watch)
remittance, page = sys.argv[1:]
audit = seq.check_835(remittance, keep="all")
seq.write_report(audit, page)
str(audit), repr(audit), audit.to_dict(), audit._repr_html_(), audit.masked(), audit.by_code(), audit.to_ics()
for claim in seq.read_835(remittance):
    claim.to_text(), claim._repr_html_(), claim.charge is None or claim.paid is None or claim.postings()
list(seq.service_lines(remittance, "denied"))
for options in ([], ["--json"], ["--csv"], ["--codes"], ["--mask"], ["--html", page]):
    cli.main(["check", "--all", *options, remittance])
cli.main(["secondary", remittance])
cli.main(["carc", "timely filing"])
print("what was seen:", *seen, "the end", sep=chr(10), file=sys.stderr)
"""


@pytest.mark.slow
def test_nothing_but_the_report_is_written_and_nothing_started_or_fetched(tmp_path: Path) -> None:
    """Under an audit hook of Python, which tells of every socket, process, file, unpickling and piece of code."""
    file = tmp_path / "in" / "remit.835"
    file.parent.mkdir()
    file.write_bytes(remittance(broken=True))
    page = tmp_path / "out" / "page.html"
    page.parent.mkdir()
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, str(file), str(page)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert done.stderr.rstrip().splitlines()[-2:] == ["what was seen:", "the end"]
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]
    assert [path.name for path in file.parent.iterdir()] == ["remit.835"]


def test_every_test_that_the_page_on_threats_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "SECURITY.md").read_text("utf-8")))
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }

    assert len(named) > 40
    assert named - there == set()
