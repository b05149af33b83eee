"""Pictures of README and site: each is there, described, small, and shown somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.paths import ROOT

FOLDER = ROOT / "docs" / "_static" / "pictures"
FILES = sorted(FOLDER.iterdir())
PAGES = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts)]
MAX_BYTES, MAX_BYTES_OF_ALL = 80_000, 600_000
SHORTEST_TEXT = 20


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def shown_on(page: Path) -> list[tuple[str, Path]]:
    """The pictures of a page: their texts and files."""
    prose = re.sub(r"^```(?!\{).*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"!\[([^]]*)\]\(([^)\s]+)\)", prose)
    return [(text, (page.parent / target).resolve()) for text, target in found]


SHOWN = [(page, text, picture) for page in PAGES for text, picture in shown_on(page)]


def test_a_picture_is_found_on_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[![A report](a.webp)](b.md)\n\n```text\n![no](c.webp)\n```\n\n![](d.webp)\n", "utf-8")

    assert shown_on(page) == [("A report", tmp_path / "a.webp"), ("", tmp_path / "d.webp")]


@pytest.mark.parametrize("page, text, picture", SHOWN, ids=[f"{name_of(page)}-{path.stem}" for page, _, path in SHOWN])
def test_a_picture_is_there_and_described(page: Path, text: str, picture: Path) -> None:
    assert picture in FILES, f"{name_of(page)} shows {picture.name}, which is not in {name_of(FOLDER)}"
    assert len(text) >= SHORTEST_TEXT, f"{name_of(page)}: {picture.name} needs a text for readers who cannot see it"


def test_no_page_shows_a_picture_in_another_way() -> None:
    for page in PAGES:
        assert not re.search(r"<img\b|^(```|:::+)\{(image|figure)\}", page.read_text("utf-8"), re.MULTILINE), page


def test_every_picture_is_shown() -> None:
    """The dark version of a picture is shown where the light one is (docs/conf.py)."""
    shown = {picture for _, _, picture in SHOWN}
    dark = {path for path in FILES if path.stem.endswith("_dark")}

    assert set(FILES) - dark == shown
    assert {path.name for path in dark} == {
        path.name.replace("_light", "_dark") for path in FILES if path.stem.endswith("_light")
    }


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FILES}

    assert {name: size for name, size in sizes.items() if size > MAX_BYTES} == {}
    assert sum(sizes.values()) <= MAX_BYTES_OF_ALL


def test_the_readme_begins_with_a_picture_of_the_report() -> None:
    before, _, after = (ROOT / "README.md").read_text("utf-8").partition("[![")

    assert len(before.split("\n\n")) == 3  # The title and one paragraph.
    assert after.partition("](")[2].startswith("docs/_static/pictures/report_")
