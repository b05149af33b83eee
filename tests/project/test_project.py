"""The project around the library: lint, types, import arrows, docstrings, the README's commands."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest

import sequestration as seq
from sequestration._version import installed_version
from tests.paths import ROOT

pytestmark = pytest.mark.slow

SCRIPTS = Path(sysconfig.get_path("scripts"))
MODULES = sorted(
    module.name.removeprefix("sequestration.")
    for module in pkgutil.walk_packages(seq.__path__, "sequestration.")
    if not module.name.endswith("__main__")
)
PACKAGE = ROOT / "src" / "sequestration"
PUBLIC = {name: getattr(seq, name) for name in seq.__all__}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.built
def test_the_tests_run_on_the_built_package() -> None:
    assert seq.__file__ is not None
    installed = Path(seq.__file__).resolve()

    assert ROOT / "src" not in installed.parents
    assert (installed.parent / "py.typed").is_file()


def test_the_built_package_is_this_source() -> None:
    installed = Path(seq.__file__ or "").parent
    source = ROOT / "src" / "sequestration"
    names = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file() and path.suffix != ".pyc"}

    for name in names:
        assert (installed / name).read_bytes() == (source / name).read_bytes(), f"{name}: install the package again"


def test_lint() -> None:
    done = run(str(SCRIPTS / "ruff"), "check", "--no-cache", ".")

    assert done.returncode == 0, done.stdout


def test_format() -> None:
    done = run(str(SCRIPTS / "ruff"), "format", "--check", "--no-cache", ".")

    assert done.returncode == 0, done.stdout


def test_types(tmp_path: Path) -> None:
    done = run(sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path))

    assert done.returncode == 0, done.stdout


def test_import_arrows() -> None:
    done = run(str(SCRIPTS / "lint-imports"), "--no-cache")

    assert done.returncode == 0, done.stdout


def test_the_table_of_packages_names_each_once_with_its_tests() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    table = text.partition("## The packages")[2].partition("Other tests:")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    tests_of = {name: tests.strip("`") for names, _, tests in rows for name in re.findall(r"`(\w+)`", names)}

    assert sorted(name for names, _, _ in rows for name in re.findall(r"`(\w+)`", names)) == sorted(tests_of)
    assert sorted(tests_of) == [module for module in MODULES if "." not in module]
    for name, tests in tests_of.items():
        doc = importlib.import_module(f"sequestration.{name}").__doc__ or ""
        assert (ROOT / tests / "__init__.py").is_file(), tests
        assert "Tests: " not in doc or doc.rstrip().endswith(f"Tests: {tests}"), name


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in PACKAGE.rglob("__init__.py")), ids=lambda path: path.name
)
def test_folders_and_modules_stay_small(folder: Path) -> None:
    modules = [path for path in folder.iterdir() if path.suffix in (".py", ".pyi")]

    assert len([path for path in modules if path.stem != "__init__"]) <= 15
    assert [path.name for path in modules if len(path.read_text("utf-8").splitlines()) > 450] == []


def test_modules_of_packages_are_among_the_modules() -> None:
    assert {"_money", "frames", "frames._columns", "plot._audit"} <= {*MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings(name: str) -> None:
    module = importlib.import_module(f"sequestration.{name}")
    names = {"EXAMPLE": str(ROOT / "examples" / "one_claim.835")}

    failed, _ = doctest.testmod(module, extraglobs=names, optionflags=doctest.NORMALIZE_WHITESPACE)

    assert failed == 0


def test_the_readme_has_its_two_commands_of_one_line() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)

    assert len(blocks) >= 2
    assert all(block.count("\n") == 1 for block in blocks[:2])
    assert " check examples/" in blocks[0]
    assert "[test]" in blocks[1]
    assert " -e " not in blocks[1]
    assert "pytest" in blocks[1]


def test_the_readme_shows_what_the_command_line_prints() -> None:
    """With `...` where something is left out."""
    text = (ROOT / "README.md").read_text("utf-8")
    shown = re.findall(r"^```text\n\$ python (.+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)

    assert shown
    for command, printed in shown:
        done = run(sys.executable, *command.split())
        assert doctest.OutputChecker().check_output(printed, done.stdout, doctest.ELLIPSIS), command


def test_figures_of_the_readme_are_those_of_the_page_on_tests() -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition("## How it is proved")[2].partition("```")[0]
    page = (ROOT / "docs" / "trust.md").read_text("utf-8")

    figures = re.findall(r"(?<![\w.])\d[\d,.]*%", section)
    assert figures
    assert all(f"{figure} noticed" in page for figure in figures)


def test_what_runs_needs_only_attrs_and_dateutil() -> None:
    needed = [name for name in requires("sequestration") or [] if "extra ==" not in name]

    assert sorted(re.split(r"[<>=!~ ]", name)[0] for name in needed) == ["attrs", "python-dateutil"]


def test_the_import_loads_nothing_heavy_and_parses_nothing() -> None:
    code = (
        "import sys, sequestration\n"
        "from sequestration._law import schedule\n"
        "from sequestration._law.schedule import _shipped\n"
        "heavy = {'pandas', 'polars', 'pyarrow', 'duckdb', 'numpy', 'narwhals', 'matplotlib', 'rich', 'hypothesis'}\n"
        "print(sorted((heavy | {'tomllib', 'argparse'})"
        " & set(sys.modules)), _shipped.cache_info().currsize)"
    )
    done = run(sys.executable, "-c", code)

    assert done.stdout.strip() == "[] 0", done.stdout + done.stderr


def test_every_public_name_is_there_and_listed() -> None:
    assert set(dir(seq)) >= set(seq.__all__)
    assert sorted(seq.__all__, key=lambda name: (not name.isupper(), name)) == seq.__all__
    assert seq.__version__ == installed_version() == version("sequestration")


def test_what_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", missing)

    assert installed_version() == "not installed"
    with pytest.raises(AttributeError, match="MEDICARE_FSS"):
        seq.MEDICARE_FSS  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", [name for name, value in PUBLIC.items() if callable(value)])
def test_every_public_thing_says_what_it_is(name: str) -> None:
    thing = PUBLIC[name]

    assert (thing.__doc__ or "").strip()
    if isinstance(thing, type):
        for member, value in vars(thing).items():
            if not member.startswith("_") and (callable(value) or isinstance(value, (property, classmethod))):
                assert getattr(value, "__doc__", None), f"{name}.{member}"


def test_the_reference_has_the_keys_of_the_json() -> None:
    page = (ROOT / "docs" / "reference" / "outputs.md").read_text("utf-8")
    table = page.split("## JSON")[1]
    named = set(re.findall(r"^\| `([^`]+)`", table, re.MULTILINE))

    assert named == keys_of(seq.check_835(ROOT / "examples" / "part_b_mistakes.835").to_dict()) | {
        "provider_adjustments[].amount",
        "provider_adjustments[].meaning",
        "provider_adjustments[].provider",
        "provider_adjustments[].reason",
        "provider_adjustments[].reference",
    }


def keys_of(value: object, prefix: str = "") -> set[str]:
    """The keys of nested plain values: `a.b`, `list[].key`; keys that are data are left out."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, inner in value.items():
            if prefix in ("counts", "findings_dropped", "totals.by_owed_to", "reversed_since"):
                continue
            name = f"{prefix}.{key}" if prefix else key
            if prefix == "totals.by_month" or prefix.endswith(".by_verdict"):
                found |= keys_of(inner, f"{prefix}[]")
                continue
            found.add(name)
            found |= keys_of(inner, name)
    elif isinstance(value, list):
        for inner in value:
            found |= keys_of(inner, f"{prefix}[]")
    return found


def test_nothing_says_how_it_was_made() -> None:
    done = run("git", "ls-files")
    if done.returncode != 0:
        paths = [path for folder in ("src", "tests", "docs", "examples") for path in (ROOT / folder).rglob("*.*")]
    else:
        paths = [ROOT / name for name in done.stdout.splitlines()]
    words = re.compile(r"/(?:work|root)/|\bTODO\b|\bFIXME\b", re.IGNORECASE)

    for path in paths:
        if path.suffix in (".py", ".md", ".toml", ".csv") and path != Path(__file__) and path.exists():
            assert not words.search(path.read_text("utf-8")), path
