"""The page that checks files and its report in Firefox, without a network once the page is ready.

What other tests ask of the page in Chromium only is how it looks and what it does not do.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from selenium.webdriver.common.by import By

from sequestration._web.page_check import FILE_TYPES, PageOptions, check_folder
from tests.heavy.firefox import opened_firefox
from tests.heavy.pages import Page, listening, serving
from tests.heavy.test_browser_page import MISTAKES, mixed_mail
from tests.making import DOUBLED, RIGHT, claim, line, remittance
from tests.paths import EXAMPLES

REPORT, CSV, WORKBOOK = FILE_TYPES


@pytest.fixture(scope="module")
def opened(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with opened_firefox(tmp_path_factory.mktemp("firefox")) as page:
        with listening(serving(built)) as address:
            page.browser.get(address)
            page.wait_until_ready()
        yield page


@pytest.fixture
def page(opened: Page) -> Page:
    opened.start()
    return opened


def natively(folder: Path, name: str) -> bytes:
    return check_folder(folder, PageOptions()).file(name)


def test_a_file_is_checked_filtered_and_saved(page: Page, tmp_path: Path) -> None:
    (tmp_path / MISTAKES.name).write_bytes(MISTAKES.read_bytes())
    page.check(MISTAKES)

    assert page.text("headline").startswith("8 of 16 lines checked need review.")
    assert page.save(REPORT) == natively(tmp_path, REPORT)
    assert page.save(CSV) == natively(tmp_path, CSV)
    assert openpyxl.load_workbook(io.BytesIO(page.save(WORKBOOK))).sheetnames
    page.in_report(
        "const field = document.getElementById('search'); field.value = 'on-allowed';"
        "document.getElementById('filter').requestSubmit()"
    )
    assert page.in_report("return document.getElementById('shown').textContent").startswith("1 of ")


def test_the_made_up_practice_again_and_again(page: Page, tmp_path: Path) -> None:
    (tmp_path / "example.zip").write_bytes((EXAMPLES / "practice" / "quarter.zip").read_bytes())
    for _ in range(3):
        page.start()
        page.browser.find_element(By.ID, "try-example").click()
        page.wait_for_result()
        assert page.text("headline").startswith("104 of 674 lines checked need review.")

    assert page.save(REPORT) == natively(tmp_path, REPORT)


def test_many_files_of_all_kinds(page: Page, tmp_path: Path) -> None:
    """A folder cannot be chosen by the protocol."""
    page.check(*(path for path in sorted(mixed_mail(tmp_path).rglob("*")) if path.is_file()))

    files = {row["file"] for row in csv.DictReader(io.StringIO(page.save(CSV).decode("utf-8-sig"), newline=""))}
    assert files == {"bad.835.gz", "more.zip!/c.835"}


def test_a_file_that_cannot_be_read_is_said_plainly(page: Page, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7\n")
    page.check(tmp_path / "letter.pdf")

    assert page.text("error").startswith("letter.pdf: Not an 835")


def test_ten_megabytes(page: Page, tmp_path: Path) -> None:
    wrong = [claim(f"W{number}", line("99213", "150", "76.80", DOUBLED)) for number in range(200)]
    right = [claim(f"R{number}", line("99213", "150", "78.40", RIGHT)) for number in range(200)]
    (tmp_path / "large.835").write_bytes(remittance(*wrong, *right * 350))
    page.check(tmp_path / "large.835")

    assert page.save(CSV) == natively(tmp_path, CSV)
