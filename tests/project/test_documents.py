"""The documents: every code block runs and prints what stands below it, links lead somewhere, nothing is left out.

A block marked `python` is a dialog (`>>>`) or plain code; one marked `sh` is run by bash. What either prints must
stand in a block marked `text` right below it, where `...` stands for anything. All blocks of a page share their
names and a folder of their own with a copy of `examples`. A block of another kind whose first line is a comment
with the name of a file is written to that file. One marked `py` is not run here, for it needs a cluster: what it
calls is tried in tests/heavy.
"""

from __future__ import annotations

import argparse
import contextlib
import doctest
import importlib
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from sequestration._checking.reasons import REASONS
from sequestration._cli.parser import command_parser
from sequestration._data import sources
from sequestration._dates import for_readers
from sequestration._law.periods import percent
from sequestration._x12.problems import PROBLEM_KINDS
from tests.paths import ROOT
from tests.processes import needed_program

pytestmark = pytest.mark.slow

DOCS = ROOT / "docs"
PAGES = sorted(
    path
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]
    if "_build" not in path.parts
)
NOTEBOOKS = [page for page in PAGES if page.parent.name == "notebooks"]
SOURCES = "\n".join(page.read_text("utf-8") for page in sorted((DOCS / "reference").rglob("*.md")))
BLOCK = re.compile(
    r"^```(?P<kind>\w+)\n(?P<code>.*?)^```$(?:\s*^```text\n(?P<printed>.*?)^```$)?", re.DOTALL | re.MULTILINE
)
FILE_NAME = re.compile(r"# ([\w.-]+\.\w+)")
PUBLIC_MODULES = [name for name in ("deadlines", "frames", "plot", "strategies") if name in dir(seq)]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [page for page in PAGES if page not in NOTEBOOKS], ids=name_of)
def test_every_code_block_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    names: dict[str, Any] = {"__name__": "__main__"}

    for number, block in enumerate(BLOCK.finditer(page.read_text("utf-8")), 1):
        kind, code, printed = block["kind"], block["code"], block["printed"] or ""
        where = f"{name_of(page)}, block {number} ({code.strip().splitlines()[0]})"
        if kind == "python" and code.startswith(">>>"):
            run_dialog(code, names, where)
        elif kind == "python":
            assert_same(run_code(code, names, where), printed, where)
        elif kind == "sh" and "pip install" not in code:
            assert_same(run_commands(code, where), printed, where)
        elif kind not in ("sh", "text") and (named := FILE_NAME.match(code)):
            Path(named[1]).write_text(code, "utf-8")


def run_dialog(code: str, names: dict[str, Any], where: str) -> None:
    example = doctest.DocTestParser().get_doctest(code, names, where, where, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    told = io.StringIO()

    runner.run(example, out=told.write, clear_globs=False)

    names.update(example.globs)
    assert not runner.failures, told.getvalue()


def run_code(code: str, names: dict[str, Any], where: str) -> str:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(compile(code, where, "exec"), names)
    return told.getvalue()


def run_commands(code: str, where: str) -> str:
    done = subprocess.run(
        [needed_program("bash"), "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )

    assert done.returncode in (0, 1), f"{where}: {done.stdout}"  # 1: there is something to look at
    return done.stdout


def assert_same(got: str, wanted: str, where: str) -> None:
    checker, asked, printed = doctest.OutputChecker(), f"{wanted.strip()}\n", f"{got.strip()}\n"
    same = checker.check_output(asked, printed, doctest.ELLIPSIS)
    flags = doctest.ELLIPSIS | doctest.REPORT_UDIFF

    assert same, f"{where}\n{checker.output_difference(doctest.Example('', asked), printed, flags)}"


def test_the_page_on_the_law_lists_every_period() -> None:
    page = (DOCS / "explanation" / "rules.md").read_text("utf-8")
    day = r"((?:\w{3} \d+, \d{4})?) ?"
    rows = re.findall(rf"^\| {day}\| {day}\| (none|[\d.]+%) \| ([\w-]+) \|", page, re.MULTILINE)

    assert [(first, last, rate.replace("none", "0%"), status) for first, last, rate, status in rows] == [
        (
            *(for_readers(day) if day else "" for day in (period.first_day, period.last_day)),
            percent(period.rate),
            period.status,
        )
        for period in seq.MEDICARE_FFS.periods
    ]


def test_the_pages_say_when_the_facts_were_checked_and_what_was_last_heard() -> None:
    law = seq.MEDICARE_FFS
    assert law.newest_source is not None
    checked, heard = for_readers(law.verified_on), for_readers(law.newest_source)
    page = (DOCS / "explanation" / "rules.md").read_text("utf-8")
    assert f"Last checked {checked}; newest source {heard}" in page
    page = (DOCS / "explanation" / "limits.md").read_text("utf-8")
    assert f"last checked {checked}; newest source {heard}" in page
    page = (DOCS / "facts.md").read_text("utf-8")
    rows = re.findall(r"^\| .* \| (\w+ \d+, \d+) \| (\w+ \d+, \d+)(?: \(.*\))? \|$", page, re.MULTILINE)
    known = [entry for entry in sources().values() if entry.newest_source]
    assert f"last checked {checked}" in page
    assert set(rows) == {(for_readers(e.verified_on), for_readers(e.newest_source)) for e in known if e.newest_source}


def test_links_between_documents_lead_somewhere() -> None:
    for page in PAGES:
        prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", prose):
            assert (page.parent / target).exists(), f"{name_of(page)}: {target}"


@pytest.mark.parametrize("name", seq.__all__)
def test_the_reference_has_every_public_name(name: str) -> None:
    assert re.search(rf"\bsequestration\.{name}\b", SOURCES), name


@pytest.mark.parametrize("module", PUBLIC_MODULES)
def test_the_reference_has_every_name_of_the_public_modules(module: str) -> None:
    for name in importlib.import_module(f"sequestration.{module}").__all__:
        shown = name in seq.__all__ or re.search(rf"\bsequestration\.{module}\.{name}\b", SOURCES)
        assert shown, f"{module}.{name}"


def names_of_the_list() -> Any:
    """The module that writes the list of all names when the site is built."""
    place = spec_from_file_location("public_names", DOCS / "public_names.py")
    assert place is not None
    assert place.loader is not None
    module = module_from_spec(place)
    place.loader.exec_module(module)
    return module


def test_the_list_of_names_has_every_public_name_in_one_line() -> None:
    listed = {entry.path: entry for entry in names_of_the_list().public_names()}
    modules = {f"{seq.__name__}.{name}" for name in PUBLIC_MODULES}

    assert {path for path in listed if path.count(".") == 1} == {
        f"sequestration.{name}" for name in seq.__all__
    } - modules
    for module in PUBLIC_MODULES:
        own = {*importlib.import_module(f"sequestration.{module}").__all__} - {*seq.__all__}
        assert {path for path in listed if path.startswith(f"sequestration.{module}.")} == {
            f"sequestration.{module}.{name}" for name in own
        }
    for entry in listed.values():
        assert re.match(r"[A-Z]", entry.line), entry
        assert re.search(r"[.?!)\d]$", entry.line), entry


FINDER = (DOCS / "howto" / "find.md").read_text("utf-8")


@pytest.mark.parametrize("path", sorted({*re.findall(r"`[\w.]+ <(sequestration\.[\w.]+)>`", FINDER)}))
def test_a_name_that_the_finder_gives_is_in_the_reference(path: str) -> None:
    thing: Any = seq
    for part in path.split(".")[1:]:
        thing = getattr(thing, part)

    owner = path if path in SOURCES else path.rpartition(".")[0]
    assert re.search(rf"\b{re.escape(owner)}\b", SOURCES), path


def test_a_command_that_the_finder_gives_is_one() -> None:
    parsers = dict(commands())
    given = re.findall(r"`([a-z]+)(?: (--[a-z]+|[a-z-]+))?`", "\n".join(row.split("|")[4] for row in rows_of(FINDER)))

    assert {command for command, _ in given} >= {"check", "request", "deadline", "carc"}
    for command, option in given:
        options = {name for action in parsers[command]._actions for name in action.option_strings}
        assert option in options or not option.startswith("--"), f"{command} {option}"


def rows_of(page: str) -> list[str]:
    """The rows of tables with four columns, without their heads."""
    return [row for row in page.splitlines() if row.startswith("| ") and row.count("|") == 5 and "| page |" not in row]


def test_the_reference_names_nothing_that_is_not_there() -> None:
    for kind, name in re.findall(
        r"^\.\. auto(class|function|data|exception):: sequestration\.([\w.]+)$", SOURCES, re.MULTILINE
    ):
        thing: Any = seq
        for part in name.split("."):
            thing = getattr(thing, part)
        assert isinstance(thing, type) == (kind in ("class", "exception")), name
        assert name.split(".")[0] in {*seq.__all__, *PUBLIC_MODULES}, name


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    (found,) = [action for action in command_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    for name, parser in found.choices.items():
        parser.complete()
        yield name, parser


@pytest.mark.parametrize("command", [name for name, _ in commands()])
def test_the_page_on_the_command_line_has_every_option(command: str) -> None:
    page = (DOCS / "reference" / "command_line.md").read_text("utf-8")
    section = re.search(rf"^## `{command}`\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    parser = dict(commands())[command]
    options = {name for action in parser._actions for name in action.option_strings if name.startswith("--")}
    shown = set(re.findall(r"`(--[a-z-]+)", section[1] if section else ""))

    assert section is not None
    assert shown == options - {"--help"}
    for action in parser._actions:
        if not action.option_strings:
            assert f"`{action.metavar}`" in section[1], action.metavar


def test_the_page_on_the_command_line_has_no_other_command() -> None:
    page = (DOCS / "reference" / "command_line.md").read_text("utf-8")

    assert set(re.findall(r"^## `(\w+)`$", page, re.MULTILINE)) == {name for name, _ in commands()}


CATALOG = (DOCS / "reference" / "results.md").read_text("utf-8")


def entries(heading: str) -> dict[str, str]:
    """The entries of a section of the catalog, by code."""
    section = re.search(rf"^## {heading}[^\n]*\n(.*?)(?=^## |\Z)", CATALOG, re.DOTALL | re.MULTILINE)
    found = re.findall(r"^### `([^`]+)`\n(.*?)(?=^### |\Z)", section[1] if section else "", re.DOTALL | re.MULTILINE)
    return {code: " ".join(text.split()) for code, text in found}


@pytest.mark.parametrize(
    "heading, codes",
    [("Verdicts", seq.Verdict), ("Explanations", seq.ExplanationCode), ("Problems", seq.ProblemCode)],
)
def test_the_catalog_says_of_every_code_what_causes_it_and_what_to_do(heading: str, codes: Any) -> None:
    assert list(entries(heading)) == list(codes)
    for code, text in entries(heading).items():
        assert re.fullmatch(r".+ - \*\*Usual cause:\*\* .+\. - \*\*What to do:\*\* .+\.", text), code


def test_the_catalog_has_every_status_of_a_period() -> None:
    assert set(entries("Status")) == set(seq.RateStatus)


def test_the_catalog_says_which_verdicts_need_review() -> None:
    for code, text in entries("Verdicts").items():
        assert ("**Needs review.**" in text) == seq.Verdict(code).needs_review, code


def test_the_catalog_has_the_text_of_every_reason() -> None:
    table = CATALOG.partition("\n## Reasons\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE)

    assert dict(rows) == {code.value: text for code, text in REASONS.items()}
    assert list(REASONS) == list(seq.ReasonCode)


def test_the_catalog_has_the_words_of_every_problem() -> None:
    for code, text in entries("Problems").items():
        kind = PROBLEM_KINDS[seq.ProblemCode(code)]
        assert text.startswith(f'{kind.level.capitalize()}: "{kind.text}"'), code


def test_the_schedule_file_that_is_shown_is_read(tmp_path: Path) -> None:
    page = (DOCS / "reference" / "schedule_file.md").read_text("utf-8")
    (block,) = re.findall(r"^```toml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "ours.toml").write_text(block, "utf-8")

    assert seq.RateSchedule.from_toml(tmp_path / "ours.toml").rate_on("2026-01-01") > 0
    assert set(tomllib.loads(block)) == {"name", "title", "verified_on", "newest_source", "period"}
