"""The software bill of materials of what is installed here: CycloneDX 1.5, the library and all that it needs.

    python tools/sbom.py > sbom.json            # in an environment that has the release

It has no date and no serial number, so that the same release gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata
from typing import Any

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def bill(name: str = "sequestration") -> dict[str, Any]:
    """The library, the libraries that it needs without an extra, and theirs, each with the version installed here."""
    needs: dict[str, list[str]] = {}
    waiting = [name]
    while waiting:
        library = waiting.pop()
        if library not in needs:
            needs[library] = needed_by(library)
            waiting += needs[library]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(name)},
        "components": [component(library) for library in sorted(needs) if library != name],
        "dependencies": [
            {"ref": purl(library), "dependsOn": [purl(other) for other in needs[library]]} for library in sorted(needs)
        ],
    }


def component(name: str) -> dict[str, Any]:
    """One library as CycloneDX describes it."""
    found = metadata.distribution(name)
    licensed = found.metadata.get("License-Expression") or found.metadata.get("License") or "unknown"
    return {
        "type": "library",
        "bom-ref": purl(name),
        "name": name,
        "version": found.version,
        "licenses": [{"license": {"name": licensed.splitlines()[0]}}],
        "purl": purl(name),
    }


def needed_by(name: str) -> list[str]:
    """The libraries that one needs in this environment; those of extras and of other systems are left out."""
    asked = [text for text in metadata.requires(name) or () if "extra ==" not in text]
    return sorted(library for text in asked if is_installed(library := normal(_NAME.findall(text)[0])))


def is_installed(name: str) -> bool:
    """Whether a library is installed here; what a marker excludes is not."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def normal(name: str) -> str:
    """A name as an index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def purl(name: str) -> str:
    """The address of a library by its name and version."""
    return f"pkg:pypi/{name}@{metadata.version(name)}"


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=2)
    print()
