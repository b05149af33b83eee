"""The files that a public project has beside its code: each is there, complete, and packed into the sdist."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from types import ModuleType

import pytest

from tests.paths import ROOT

CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = CONFIGURATION["project"]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


def keys(text: str) -> list[str]:
    """The keys of the outermost mapping of a simple YAML file."""
    return re.findall(r"^([a-z_-]+):", text, re.MULTILINE)


def tool(name: str) -> ModuleType:
    """A program of the folder `tools`, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_sdist_has_every_file_of_the_project() -> None:
    packed = CONFIGURATION["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    here = {path.name for path in ROOT.iterdir()}

    for name in (".github", ".pre-commit-config.yaml", "CITATION.cff", "CODE_OF_CONDUCT.md", "SECURITY.md", "tools"):
        assert name in packed
        assert name in here


def test_the_project_says_where_it_is() -> None:
    assert PROJECT["urls"].keys() >= {"Homepage", "Documentation", "Source", "Issues", "Changelog"}
    assert all(address.startswith("https://") for address in PROJECT["urls"].values())
    assert len(set(PROJECT["classifiers"])) == len(PROJECT["classifiers"])


def test_a_placeholder_stops_a_release() -> None:
    release = tool("release")
    refused = " ".join(release.no_address_is_a_placeholder())

    for name in release.WITH_ADDRESSES:
        path = ROOT / name
        texts = [path.read_text("utf-8")] if path.is_file() else [form.read_text("utf-8") for form in FORMS]
        assert (name in refused) == any("example.invalid" in text for text in texts), name
    assert release.no_address_is_a_placeholder in release.CHECKS


def test_the_citation_names_this_version() -> None:
    text = (ROOT / "CITATION.cff").read_text("utf-8")

    assert {"cff-version", "message", "title", "authors", "version", "license"} <= set(keys(text))
    assert f"\nversion: {PROJECT['version']}\n" in text
    assert f"\nlicense: {PROJECT['license']}\n" in text


@pytest.mark.parametrize("form", [form for form in FORMS if form.name != "config.yml"], ids=lambda form: form.name)
def test_an_issue_form_warns_of_patient_data(form: object) -> None:
    text = (ROOT / str(form)).read_text("utf-8")

    assert {"name", "description", "body"} <= set(keys(text))
    assert "**No patient data.**" in text
    kinds = re.findall(r"^  - type: (\w+)$", text, re.MULTILINE)
    assert kinds[0] == "markdown"
    assert set(kinds) <= {"markdown", "textarea", "input", "dropdown", "checkboxes"}
    assert len(set(re.findall(r"^    id: (\w+)$", text, re.MULTILINE))) == len(kinds) - 1


def test_no_empty_issue_can_be_opened() -> None:
    assert "blank_issues_enabled: false" in (ROOT / ".github/ISSUE_TEMPLATE/config.yml").read_text("utf-8")


def test_the_yaml_files_are_yaml() -> None:
    yaml = pytest.importorskip("yaml")
    for path in (*FORMS, ROOT / ".pre-commit-config.yaml", ROOT / "CITATION.cff"):
        assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict), path.name


def test_the_hooks_are_those_of_the_tests() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")

    assert re.findall(r"entry: (.+)", text) == ["ruff check", "ruff format --check", "mypy"]
    assert "http" not in text  # nothing is fetched: the tools are those of the extra `test`


def test_links_of_the_description_lead_to_the_source() -> None:
    pytest.importorskip("hatchling")
    source = PROJECT["urls"]["Source"]
    text = tool("long_description").absolute_links((ROOT / "README.md").read_text("utf-8"), source)

    assert f"]({source}/blob/main/docs/trust.md)" in text
    assert re.search(rf"!\[[^]]+\]\({source}/raw/main/docs/_static/pictures/\w+\.webp\)\]\({source}/blob/main/", text)
    assert re.findall(r"\]\((?!https://|#)", text) == []


@pytest.mark.slow
def test_the_bill_of_materials_has_what_the_library_needs() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "sbom.py"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if "PackageNotFoundError" in done.stderr:
        pytest.skip("the library is not installed here, only found by its path")
    bill = json.loads(done.stdout)
    names = [part["name"] for part in bill["components"]]

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert bill["metadata"]["component"]["name"] == "sequestration"
    assert {"attrs", "python-dateutil"} <= set(names) <= {"attrs", "python-dateutil", "six", "tzdata"}
    assert all(re.fullmatch(r"pkg:pypi/[a-z0-9-]+@[^@]+", part["purl"]) for part in bill["components"])
