"""Build the pages that check files and try Python in a browser: a folder that any web server can serve.

    python -m tools.browser_page OUT            # needs npm and pip, each as configured on this machine

The folder holds the pages, Python compiled to WebAssembly (Pyodide), and the wheels of this library, of what it needs
and of xlsxwriter. The pages load nothing else. `NOTICE.txt` in it lists what is not ours, with versions and licenses.
To try it: `python -m sequestration web --folder OUT`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from sequestration._web.page_files import Engine, page_files

ROOT = Path(__file__).parents[1]
PYODIDE = "314.0.7"
PYODIDE_SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
"""Of the package as it is published, so that what a page runs is what was tested."""
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
EXAMPLE = ROOT / "examples" / "practice" / "quarter.zip"
TUTORIAL = ROOT / "docs" / "tutorial" / "try_python.md"


def build(out: Path) -> None:
    """Write the folder. One that is there must be empty, or a page that was built before."""
    if out.exists() and any(out.iterdir()) and not (out / "wheels.json").is_file():
        raise SystemExit(f"{out} has other files. Name a folder that is empty or new.")
    with tempfile.TemporaryDirectory() as work:
        new = Path(work) / "page"
        (new / "pyodide").mkdir(parents=True)
        for name, content in page_files(Engine.BROWSER).items():
            (new / name).write_bytes(content)
        shutil.copyfile(EXAMPLE, new / "example.zip")
        shutil.copyfile(ROOT / "tools" / "cells.py", new / "cells.py")
        (new / "cells.json").write_text(json.dumps(shipped_cells()), "utf-8")
        add_runtime(new / "pyodide", Path(work))
        notices = add_wheels(new)
        (new / "NOTICE.txt").write_text(notice(notices), "utf-8")
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(new, out)


def shipped_cells() -> list[dict[str, str]]:
    """The cells of the page that tries Python: the code of the tutorial, each under its heading."""
    sections = re.split(r"^## ", TUTORIAL.read_text("utf-8"), flags=re.MULTILINE)[1:]
    blocks = [
        (section, re.search(r"^```python\n(.*?)\n```$", section, re.DOTALL | re.MULTILINE)) for section in sections
    ]
    return [{"title": section.partition("\n")[0], "code": block[1]} for section, block in blocks if block]


def add_runtime(folder: Path, work: Path) -> None:
    """Get Pyodide from the npm registry, compare it with what is expected, and take the files that a page needs."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not installed. It comes with Node.js.")
    run(npm, "pack", "--silent", "--pack-destination", str(work), f"pyodide@{PYODIDE}")
    (package,) = work.glob("pyodide-*.tgz")
    if base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode("ascii") != PYODIDE_SHA512:
        raise SystemExit(f"pyodide {PYODIDE} is not the package that was tested: its checksum differs.")
    with tarfile.open(package) as archive:
        for name in RUNTIME:
            source = archive.extractfile(f"package/{name}")
            assert source is not None
            with source, (folder / name).open("wb") as target:
                shutil.copyfileobj(source, target)


def add_wheels(page: Path) -> list[Message]:
    """Get the wheels, list them for the page, and return the metadata of those of others."""
    folder = page / "wheels"
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--wheel-dir", str(folder), f"{ROOT}[excel]")
    wheels = sorted(folder.glob("*.whl"))
    if compiled := [wheel.name for wheel in wheels if not wheel.name.endswith("-none-any.whl")]:
        raise SystemExit(f"Not for every machine: {', '.join(compiled)}")
    (page / "wheels.json").write_text(json.dumps([wheel.name for wheel in wheels]), "utf-8")
    return [metadata(wheel) for wheel in wheels if not wheel.name.startswith("sequestration-")]


def metadata(wheel: Path) -> Message:
    """Metadata of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


def notice(libraries: list[Message]) -> str:
    """List what the folder holds of others, as their licenses ask."""
    lines = [
        "This page is part of sequestration (MIT license). It holds unchanged copies of:",
        "",
        f"pyodide {PYODIDE}: MPL-2.0; source: https://github.com/pyodide/pyodide",
        "  with CPython and its standard library: PSF-2.0; source: https://github.com/python/cpython",
    ]
    for each in libraries:
        license_name = each.get("License-Expression") or each.get("License") or "see its wheel"
        lines.append(f"{each['Name']} {each['Version']}: {license_name.strip()}")
    return "\n".join([*lines, "", "The license texts are in the wheels.", ""])


def run(*command: str) -> None:
    """Run a command; what it prints is shown only if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("python -m tools.browser_page OUT")
    build(Path(sys.argv[1]))
