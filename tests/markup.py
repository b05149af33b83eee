"""HTML read strictly for tests: what is open must be closed, in order; what there is can be asked for."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import attrs

VOID = {"br", "hr", "img", "input", "link", "meta"}
RAW = {"script", "style"}


@attrs.define(eq=False)
class Element:
    """An element, its attributes, and what stands in it: elements and texts."""

    name: str
    attributes: dict[str, str | None]
    content: list[Element | str] = attrs.field(factory=list)

    def every(self, name: str = "", **wanted: str) -> Iterator[Element]:
        """The elements below, in order, of a name and with attributes; `class_` asks for one of the classes."""
        for child in self.content:
            if isinstance(child, Element):
                if name in ("", child.name) and all(child.has(key, value) for key, value in wanted.items()):
                    yield child
                yield from child.every(name, **wanted)

    def one(self, name: str = "", **wanted: str) -> Element:
        """The only such element."""
        (found,) = self.every(name, **wanted)
        return found

    def has(self, key: str, value: str) -> bool:
        """Whether an attribute is there with this value."""
        if key == "class_":
            return value in (self.attributes.get("class") or "").split()
        return self.attributes.get(key.replace("_", "-")) == value

    @property
    def text(self) -> str:
        """The text of the element, scripts and styles left out."""
        if self.name in RAW:
            return ""
        return "".join(child if isinstance(child, str) else child.text for child in self.content)

    def rows(self) -> list[list[str]]:
        """The cells of a table, row by row."""
        return [
            [cell.text for cell in row.content if isinstance(cell, Element) and cell.name in ("td", "th")]
            for row in self.every("tr")
        ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert len(dict(attributes)) == len(attributes), f"{tag}: an attribute appears twice"
        found = Element(tag, dict(attributes))
        self.open[-1].content.append(found)
        if tag not in VOID:
            self.open.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> where {self.open[-1].name} is open"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def parsed(text: str) -> Element:
    """The HTML as a tree. Fails where an element is not closed, or not in order."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root], f"not closed: {[each.name for each in reader.open[1:]]}"
    return reader.root
