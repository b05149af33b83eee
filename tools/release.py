"""Everything that must hold before a release, checked by one command; nothing is published.

    pip install build pip-audit pipx uv && python tools/release.py    # on a clean checkout, with network for pip

It looks for placeholders and asks how old the facts are, builds wheel and sdist twice and compares their bytes, looks
at what is in them, installs each in an empty environment and runs the main job there, installs with pip, pipx and uv
from a folder that serves as an empty index, makes the bill of materials (`tools/sbom.py`), asks the index for known
holes of what users install beside it, and runs `.ci/run` on what the sdist holds. CONTRIBUTING.md says what a release
is, step by step.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
OLDEST_FACTS = 100  # days since the law and the code lists were last verified; lists change three times a year
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSION = PROJECT["version"]
PLACEHOLDER = "example.invalid"  # stands where a public address will: of the project, for reports
WITH_ADDRESSES = ("pyproject.toml", "CITATION.cff", "CODE_OF_CONDUCT.md", "SECURITY.md", ".github")


def checkout_is_clean() -> Iterator[str]:
    """Nothing is released that is not committed."""
    changed = run("git", "status", "--porcelain").splitlines()
    if changed:
        yield f"not committed: {', '.join(line[3:] for line in changed[:5])}"


def no_address_is_a_placeholder() -> Iterator[str]:
    """The project's addresses and the contacts for reports are real ones."""
    for place in WITH_ADDRESSES:
        for path in sorted((ROOT / place).rglob("*") if (ROOT / place).is_dir() else [ROOT / place]):
            if path.is_file() and PLACEHOLDER in path.read_text("utf-8"):
                yield f"{path.relative_to(ROOT).as_posix()} has an address at {PLACEHOLDER}"


def version_is_in_the_change_log() -> Iterator[str]:
    """The first dated heading is this version; nothing waits under Unreleased."""
    log = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## \[(.+?)\](?: - (\S+))?$", log, re.MULTILINE)
    dated = [name for name, day in headings if day]
    if not dated or dated[0] != VERSION:
        yield f"the first dated heading of CHANGELOG.md is {dated[0] if dated else 'missing'}, the version is {VERSION}"
    if not re.fullmatch(r"\d\d\.\d+\.\d+", VERSION):
        yield f"{VERSION} is not year.number.correction"
    if f"\nversion: {VERSION}\n" not in (ROOT / "CITATION.cff").read_text("utf-8"):
        yield f"CITATION.cff does not name version {VERSION}"


def facts_are_fresh() -> Iterator[str]:
    """A release fails on facts that nobody looked at for long; a user's call never does."""
    folder = ROOT / "src" / "sequestration" / "data"
    today = datetime.now(UTC).date()
    for path in sorted(folder.rglob("*.toml")):
        days = re.findall(r"^verified_on = (\d{4}-\d\d-\d\d)", path.read_text("utf-8"), re.MULTILINE)
        if days and (age := (today - date.fromisoformat(min(days))).days) > OLDEST_FACTS:
            yield f"{path.name}: verified {age} days ago, more than {OLDEST_FACTS}"


def builds_are_the_same_twice() -> Iterator[str]:
    """Wheel and sdist do not depend on when and where they are built."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        first, second = build(Path(one)), build(Path(two))
        if first.keys() != second.keys():
            yield f"built {sorted(first)} and then {sorted(second)}"
        yield from (f"{name} differs between two builds" for name in first if first[name] != second.get(name))


def files_are_what_they_should_be() -> Iterator[str]:
    """Data and py.typed are in the wheel, tests and examples are not; the sdist can be tested."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        wheel, sdist = next(Path(folder).glob("*.whl")), next(Path(folder).glob("*.tar.gz"))
        inside = set(zipfile.ZipFile(wheel).namelist())
        wanted = {
            path.relative_to(ROOT / "src").as_posix()
            for path in (ROOT / "src" / "sequestration").rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        yield from (f"the wheel lacks {name}" for name in sorted(wanted - inside))
        yield from (f"the wheel has {name}" for name in sorted(inside - wanted) if ".dist-info/" not in name)
        described = zipfile.ZipFile(wheel).read(next(name for name in inside if name.endswith(".dist-info/METADATA")))
        relative = re.findall(r"\]\((?![a-z]+:|#)([^)]*)\)", described.decode())
        yield from (f"the description has the relative link {link}, which no index can follow" for link in relative)
        with tarfile.open(sdist) as archive:
            packed = {name.partition("/")[2] for name in archive.getnames()}
        yield from (f"the sdist lacks {name}" for name in run("git", "ls-files").splitlines() if name not in packed)


def each_installs_in_an_empty_environment() -> Iterator[str]:
    """With attrs and python-dateutil and what those need, and nothing else; the main job runs."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        for built in sorted(Path(folder).iterdir()):
            place = Path(folder) / f"env-{built.suffix[1:]}"
            venv.create(place, with_pip=True)
            python = place / "bin" / "python"
            run(str(python), "-m", "pip", "install", "--quiet", str(built))
            names = run(str(python), "-m", "pip", "list", "--format=freeze").splitlines()
            others = {name.partition("==")[0].lower() for name in names}
            others -= {"pip", "setuptools", "attrs", "python-dateutil", "six", "tzdata", "sequestration"}
            if others:
                yield f"{built.name} brings {', '.join(sorted(others))}"
            said = run(
                str(python), "-m", "sequestration", "check", "--json", str(ROOT / "examples" / "part_b_correct.835")
            )
            if not json.loads(said)["counts"]["correct"]:
                yield f"{built.name}: the main job says {said[:200]!r}"
            if run(str(python), "-m", "sequestration", "--version").strip() != VERSION:
                yield f"{built.name} is not version {VERSION}"


def each_tool_installs_from_an_empty_index() -> Iterator[str]:
    """A folder with the wheel and what it needs stands for an index that has nothing else; the command runs."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder, "index")
        build(Path(folder, "built"))
        wheel = next(Path(folder, "built").glob("*.whl"))
        run(sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(index), str(wheel))
        closed = ("--no-index", "--find-links", str(index))
        for tool in ("pip", "uv", "pipx"):
            if tool != "pip" and shutil.which(tool) is None:
                yield f"{tool} is not here, so installing with it was not tried"
                continue
            place = Path(folder, tool)
            command = place / "bin" / "sequestration"
            if tool == "pipx":
                pipx = {"PIPX_HOME": str(place), "PIPX_BIN_DIR": str(command.parent)}
                run("pipx", "install", f"--pip-args={' '.join(closed)}", "sequestration", **pipx)
            else:
                venv.create(place, with_pip=tool == "pip")
                python = str(place / "bin" / "python")
                how = (
                    (python, "-m", "pip", "install") if tool == "pip" else ("uv", "pip", "install", "--python", python)
                )
                run(*how, "--quiet", *closed, "sequestration")
            if run(str(command), "--version").strip() != VERSION:
                yield f"installed with {tool}, the command is not version {VERSION}"


def bill_of_materials_is_whole() -> Iterator[str]:
    """It lists what an empty environment holds after the installation, with the versions there."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder, "built"))
        place = Path(folder, "env")
        venv.create(place, with_pip=True)
        python = str(place / "bin" / "python")
        run(python, "-m", "pip", "install", "--quiet", str(next(Path(folder, "built").glob("*.whl"))))
        bill = json.loads(run(python, str(ROOT / "tools" / "sbom.py")))
        listed = {f"{part['name']}=={part['version']}" for part in (*bill["components"], bill["metadata"]["component"])}
        held = {
            f"{name.lower()}=={version}"
            for name, _, version in (
                line.partition("==") for line in run(python, "-m", "pip", "list", "--format=freeze").splitlines()
            )
            if name not in ("pip", "setuptools")
        }
        yield from (f"the bill of materials and the environment differ in {name}" for name in sorted(listed ^ held))
        if (bill["bomFormat"], bill["specVersion"]) != ("CycloneDX", "1.5"):
            yield "the bill of materials is not CycloneDX 1.5"


def no_dependency_has_a_known_hole() -> Iterator[str]:
    """What a user's environment holds with every extra, asked of the index; what cannot be asked is told, too."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "env"
        venv.create(place, with_pip=True)
        run(str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", f"{ROOT}[all]")
        libraries = next((place / "lib").glob("python*")) / "site-packages"
        for own in libraries.glob("sequestration-*.dist-info"):
            shutil.rmtree(own)
        audit = [sys.executable, "-m", "pip_audit", "--format=json", "--progress-spinner=off", "--path", str(libraries)]
        done = subprocess.run(audit, capture_output=True, text=True, check=False)
        if not done.stdout:
            yield f"the audit did not run: {done.stderr[-300:].strip()}"
            return
        for found in json.loads(done.stdout)["dependencies"]:
            if "skip_reason" in found:
                yield f"{found['name']} could not be audited: {found['skip_reason']}"
            yield from (f"{found['name']} {found['version']}: {hole['id']}" for hole in found.get("vulns", ()))


def all_tests_pass_on_the_sdist() -> Iterator[str]:
    """What CI runs, in the unpacked sdist: who packages it can test it."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        with tarfile.open(next(Path(folder).glob("*.tar.gz"))) as archive:
            archive.extractall(folder, filter="data")
        unpacked = next(path for path in Path(folder).iterdir() if path.is_dir())
        done = subprocess.run(
            ["bash", ".ci/run"], capture_output=True, text=True, cwd=unpacked, env=os.environ, check=False
        )
        if done.returncode:
            yield f".ci/run failed: {done.stdout[-1500:]}{done.stderr[-1500:]}"


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    checkout_is_clean,
    no_address_is_a_placeholder,
    version_is_in_the_change_log,
    facts_are_fresh,
    builds_are_the_same_twice,
    files_are_what_they_should_be,
    each_installs_in_an_empty_environment,
    each_tool_installs_from_an_empty_index,
    bill_of_materials_is_whole,
    no_dependency_has_a_known_hole,
    all_tests_pass_on_the_sdist,
)


def main() -> int:
    """Run every check and say what stands against a release."""
    wrong = 0
    for check in CHECKS:
        found = list(check())
        wrong += len(found)
        print(f"{'no' if found else 'ok':<3} {check.__name__.replace('_', ' ')}", flush=True)
        for text in found:
            print(f"    {text}")
    print("nothing stands against a release" if not wrong else f"{wrong} things stand against a release")
    return 1 if wrong else 0


def build(folder: Path) -> dict[str, str]:
    """Build wheel and sdist into a folder: their names and hashes."""
    when = run("git", "log", "-1", "--format=%ct").strip()
    run(sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT), SOURCE_DATE_EPOCH=when)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def run(*command: str, **environment: str) -> str:
    """What a command prints; one that fails ends all."""
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment}, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
