"""Write the table of all public names into its page, from the library itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import sequestration

PAGE = "reference/names"
PLACE = "<!-- all public names -->"
MODULES = ("deadlines", "frames", "plot", "strategies")
TITLES = {
    "": "`import sequestration as seq`",
    "deadlines": "`seq.deadlines`: last days to file, appeal and return money",
    "frames": "`seq.frames`: data frames, SQL, tables of remittances",
    "plot": "`seq.plot`: pictures",
    "strategies": "`seq.strategies`: made remittances for tests",
}
API = Path(__file__).parent / "reference" / "api"


class Name(NamedTuple):
    """A public name: where it is, its kind, and what it is in one line."""

    module: str
    name: str
    page: str
    kind: str
    line: str

    @property
    def path(self) -> str:
        """The name as it is imported."""
        return ".".join(filter(None, ("sequestration", self.module, self.name)))


def public_names() -> Iterator[Name]:
    """Yield every public name, module by module, in alphabetical order."""
    pages = {
        page.stem: page.read_text("utf-8") for page in sorted(API.glob("*.md"))
    }
    for module in ("", *MODULES):
        home = import_module(
            f"sequestration.{module}" if module else "sequestration"
        )
        for name in sorted(home.__all__, key=str.lower):
            value = getattr(home, name)
            if inspect.ismodule(value) or (
                module and name in sequestration.__all__
            ):
                continue
            path = ".".join(filter(None, ("sequestration", module, name)))
            page, text = next(
                (page, text)
                for page, text in pages.items()
                if re.search(
                    rf"^\.\. [\w:]+:: {re.escape(path)}$", text, re.MULTILINE
                )
            )
            yield Name(
                module, name, page, kind_of(name, value), line_of(value, path, text)
            )


def kind_of(name: str, value: Any) -> str:
    """Return what a name is, in the word of a Python programmer."""
    if inspect.isclass(value):
        if issubclass(value, Warning):
            return "warning"
        return "error" if issubclass(value, Exception) else "class"
    if is_function(value):
        return "function"
    return "value" if name.isupper() else "type"


def is_function(value: Any) -> bool:
    """Return whether a value is a function, also behind a cache."""
    return inspect.isfunction(inspect.unwrap(value))


def line_of(value: Any, path: str, page: str) -> str:
    """Return the first line of a docstring, or a value's entry in the reference."""
    if inspect.isclass(value) or is_function(value):
        return (inspect.getdoc(value) or "").partition("\n")[0]
    entry = re.search(
        rf"^\.\. py:data:: {re.escape(path)}\n(?:   :.+\n)?\n((?:   .+\n)+)",
        page,
        re.MULTILINE,
    )
    text = " ".join(entry[1].split()) if entry else ""
    text = re.sub(r":class:`~sequestration\.(\w+)`", r"`\1`", text)
    return re.split(r"(?<=\.) ", text)[0].replace("``", "`")


def table() -> str:
    """Return the table in Markdown, with a heading for each module."""
    rows: list[str] = []
    module = None
    for entry in public_names():
        if entry.module != module:
            module = entry.module
            rows += ["", f"## {TITLES[module]}", ""]
            rows += ["| name | kind | what it is |", "|---|---|---|"]
        line = entry.line.replace("|", "\\|")
        rows.append(
            f"| {{py:obj}}`{entry.name} <{entry.path}>` | {entry.kind} | {line} |"
        )
    return "\n".join(rows)


def fill(_: Any, docname: str, source: list[str]) -> None:
    """Put the table into its page."""
    if docname == PAGE:
        source[0] = source[0].replace(PLACE, table())


def setup(app: Any) -> dict[str, bool]:
    """Tell Sphinx what to call."""
    app.connect("source-read", fill)
    return {"parallel_read_safe": True}
