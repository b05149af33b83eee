"""The page that tries Python, in Chromium and in Firefox, if it is installed.

Its server is stopped as soon as the page is ready: all that follows happens without a network, and so does a new start
of Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from tools.browser_page import shipped_cells
from tools.cells import CellResult, Session

from tests.heavy.firefox import FIREFOX, opened_firefox
from tests.heavy.pages import Page, listening, opened_browser, serving
from tests.making import RIGHT, claim, line, remittance
from tests.paths import DOCS, ROOT

TUTORIAL = re.compile(
    r"^```python\n(?P<code>.*?)\n```$(?:\s*^```text\n(?P<printed>.*?)^```$)?", re.DOTALL | re.MULTILINE
)
JUNE, JULY = (remittance(claim("A", line("99213", "150", "78.40", RIGHT)), trace=trace) for trace in ("T1", "T2"))
in_chromium = pytest.mark.parametrize("opened", ["chromium"], indirect=True)
BROWSERS = {"chromium": opened_browser, **({"firefox": opened_firefox} if FIREFOX else {})}


@pytest.fixture(scope="module", params=BROWSERS)
def opened(request: pytest.FixtureRequest, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with BROWSERS[request.param](tmp_path_factory.mktemp(request.param)) as page:
        with listening(serving(built)) as address:
            page.browser.get(f"{address}python.html")
            page.wait_until_ready()
        yield page


@pytest.fixture
def page(opened: Page) -> Page:
    """The page as the tests before left it; each has a cell of its own."""
    opened.wait(lambda: not busy(opened))
    return opened


@pytest.fixture
def cell(page: Page) -> int:
    """Number of a new cell."""
    page.browser.find_element(By.ID, "add").click()
    return len(page.browser.find_elements(By.CLASS_NAME, "cell"))


def restart(page: Page) -> None:
    page.browser.execute_script("document.getElementById('status').textContent = ''")
    page.browser.find_element(By.ID, "restart").click()
    page.wait(lambda: page.text("status") == "Python started again")


def busy(page: Page) -> list[WebElement]:
    found: list[WebElement] = page.browser.find_elements(By.CSS_SELECTOR, "[aria-busy='true']")
    return found


def part(page: Page, number: int, selector: str) -> WebElement:
    return page.browser.find_element(By.CSS_SELECTOR, f"#cells > :nth-child({number}) {selector}")


def write(page: Page, number: int, code: str) -> WebElement:
    """Replace the text of a cell."""
    editor = part(page, number, "textarea")
    script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))"
    page.browser.execute_script(script, editor, code)
    return editor


def press_run(page: Page, number: int) -> None:
    button = part(page, number, ".run")
    page.browser.execute_script("arguments[0].scrollIntoView({ block: 'center' })", button)
    button.click()


def run(page: Page, number: int, code: str) -> CellResult:
    write(page, number, code)
    press_run(page, number)
    page.wait(lambda: not busy(page))
    return result(page, number)


def result(page: Page, number: int) -> CellResult:
    frame = part(page, number, "iframe")
    html = re.fullmatch(r".*?<div style=\"overflow-x:auto\">(.*)</div>", frame.get_attribute("srcdoc") or "", re.DOTALL)
    return CellResult(
        html=html[1] if html else "", text=part(page, number, ".value").text, error=part(page, number, ".error").text
    )


def printed(page: Page, number: int) -> str:
    return str(part(page, number, ".printed").text)


def test_every_cell_runs_and_shows_what_the_tutorial_says(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    told = list(TUTORIAL.finditer((DOCS / "tutorial" / "try_python.md").read_text("utf-8")))
    page.browser.find_element(By.ID, "run-all").click()
    page.wait(lambda: not busy(page))
    monkeypatch.chdir(ROOT)
    here = Session()

    assert [block["code"] for block in told] == [each["code"] for each in shipped_cells()]
    for number, block in enumerate(told, 1):
        assert part(page, number, "textarea").get_attribute("value") == block["code"]
        assert printed(page, number) == block["printed"].strip()
        assert result(page, number) == here.run(block["code"], number, str)
    assert page.text("status") == f"Cell {len(told)}: done"


def test_a_value_is_as_high_and_readable_as_in_a_notebook(page: Page, cell: int) -> None:
    run(page, cell, 'import sequestration as seq\nseq.expected_reduction("40.00", on="2019-03-01")')
    measured = (
        "const frame = document.querySelector(`#cells > :nth-child(${arguments[0]}) iframe`);"
        "const root = frame.contentDocument.documentElement; const cell = root.querySelector('td + td');"
        "const { textAlign, whiteSpace } = getComputedStyle(cell);"
        "return [frame.offsetHeight, root.scrollHeight, textAlign, whiteSpace]"
    )
    page.wait(lambda: page.browser.execute_script(measured, cell)[0] > 150)
    shown, needed, aligned, wrapped = page.browser.execute_script(measured, cell)

    assert shown >= needed
    assert (aligned, wrapped) == ("right", "nowrap")  # By its style attributes, which the policy allows.


def test_a_cell_is_edited_and_run_by_keys(page: Page, cell: int) -> None:
    editor = write(page, cell, "")
    editor.send_keys("number = 20", Keys.ENTER, "number + 1", Keys.CONTROL, Keys.ENTER)
    page.wait(lambda: not busy(page) and result(page, cell).text == "21")
    assert page.browser.switch_to.active_element == editor

    editor.send_keys(Keys.SHIFT, Keys.ENTER)  # Goes to the next one, which there was not.
    after = part(page, cell + 1, "textarea")
    assert page.browser.switch_to.active_element == after
    after.send_keys("number * 2", Keys.SHIFT, Keys.ENTER)
    page.wait(lambda: not busy(page) and result(page, cell + 1).text == "40")


def test_lines_are_indented_without_the_tab_key_which_moves_on(page: Page, cell: int) -> None:
    editor = write(page, cell, "")
    editor.send_keys("for n in range(2):", Keys.ENTER, "if n:", Keys.ENTER, "print(n)", Keys.ENTER, "print(0)")
    assert editor.get_attribute("value") == "for n in range(2):\n    if n:\n        print(n)\n        print(0)"
    editor.send_keys(Keys.CONTROL, "[")
    editor.send_keys(Keys.CONTROL, "[")
    assert str(editor.get_attribute("value")).endswith("\n        print(n)\nprint(0)")
    editor.send_keys(Keys.CONTROL, "]")
    assert str(editor.get_attribute("value")).endswith("\n        print(n)\n    print(0)")
    editor.send_keys(Keys.CONTROL, "z")
    assert str(editor.get_attribute("value")).endswith("\n        print(n)\nprint(0)")
    editor.send_keys(Keys.CONTROL, "a")
    editor.send_keys(Keys.CONTROL, "]")
    assert str(editor.get_attribute("value")).startswith("    for n in range(2):\n        if n:\n")

    editor.send_keys(Keys.TAB)
    assert page.browser.switch_to.active_element.get_attribute("id") == f"run-{cell}"


def test_an_error_is_shown_and_the_next_cell_runs(page: Page, cell: int) -> None:
    told = run(page, cell, "x = 1\nx / 0")
    assert told.error.startswith(f'Traceback (most recent call last):\n  File "<cell {cell}>", line 2')
    assert page.text("status") == f"Cell {cell}: ZeroDivisionError: division by zero"

    assert run(page, cell, "x + 1") == CellResult(text="2")
    assert "SyntaxError" in run(page, cell, "if x").error
    assert run(page, cell, "def f(): return f()\nf()").error.endswith(
        "RecursionError: maximum recursion depth exceeded"
    )
    assert run(page, cell, "import pandas").error.startswith("Traceback")
    assert run(page, cell, "x") == CellResult(text="1")


def test_a_loop_without_end_is_stopped(page: Page, cell: int) -> None:
    run(page, cell, "kept = 1")
    write(page, cell, "while True:\n    print('again')")
    press_run(page, cell)
    page.wait(lambda: printed(page, cell).endswith("(Only the first 100,000 characters are shown.)"))
    assert busy(page)
    page.browser.find_element(By.ID, "stop").click()
    page.wait(lambda: page.text("status") == "Python started again")

    assert result(page, cell).error.startswith("Stopped. Python started again")
    assert printed(page, cell).startswith("again\nagain\n")
    assert run(page, cell, "kept").error.endswith("NameError: name 'kept' is not defined")
    assert run(page, cell, "1 + 1") == CellResult(text="2")


def test_cells_that_wait_behind_a_stopped_one_are_not_run(page: Page, cell: int) -> None:
    page.browser.find_element(By.ID, "add").click()
    write(page, cell, "while True: pass")
    write(page, cell + 1, "print('ran')")
    for number in (cell, cell + 1):
        press_run(page, number)
    assert len(busy(page)) == 2
    page.browser.find_element(By.ID, "stop").click()
    page.wait(lambda: page.text("status") == "Python started again")

    assert busy(page) == []
    assert (printed(page, cell + 1), result(page, cell + 1)) == ("", CellResult())


def test_a_new_start_clears_results_and_names_and_keeps_the_code(page: Page, cell: int) -> None:
    run(page, cell, "name = 1\nprint(name)\nname")
    restart(page)

    assert (printed(page, cell), result(page, cell)) == ("", CellResult())
    assert part(page, cell, "textarea").get_attribute("value") == "name = 1\nprint(name)\nname"
    assert run(page, cell, "name").error.endswith("NameError: name 'name' is not defined")


def test_the_reader_s_own_files_are_checked_also_after_a_new_start(page: Page, tmp_path: Path) -> None:
    (tmp_path / "june.835").write_bytes(JUNE)
    (tmp_path / "july.835").write_bytes(JULY)
    page.browser.find_element(By.ID, "files").send_keys(f"{tmp_path / 'june.835'}\n{tmp_path / 'july.835'}")
    page.wait(lambda: "lines checked" in page.browser.find_element(By.ID, "cells").text and not busy(page))
    (number,) = (
        number
        for number, editor in enumerate(page.browser.find_elements(By.TAG_NAME, "textarea"), 1)
        if "my_files" in str(editor.get_attribute("value"))
    )
    assert printed(page, number) == "No issues found in 2 lines checked."
    assert page.browser.switch_to.active_element == part(page, number, "textarea")

    restart(page)
    assert run(page, number, 'import os\nsorted(os.listdir("my_files"))').text == "['july.835', 'june.835']"
    page.browser.find_element(By.ID, "files").send_keys(str(tmp_path / "june.835"))
    page.wait(lambda: result(page, number).text == "['june.835']")


def test_nothing_in_a_value_runs_or_loads(page: Page, cell: int) -> None:
    hostile = (
        "<script>parent.document.title = 'taken'</script><img src='x' onerror=\"parent.document.title = 'taken'\">"
        "<iframe src='python.html'></iframe><b>bold</b>"
    )
    title = page.browser.title
    run(page, cell, f"class Value:\n    def _repr_html_(self):\n        return {hostile!r}\nValue()")
    content = f"document.querySelector('#cells > :nth-child({cell}) iframe').contentDocument"
    page.wait(lambda: page.browser.execute_script(f"return {content}.querySelector('b')?.textContent") == "bold")

    assert page.browser.title == title
    assert page.browser.execute_script(f"return {content}.querySelector('img').naturalWidth") == 0
    run(page, cell, "")


def test_a_cell_can_ask_no_server(page: Page, cell: int) -> None:
    start = "import js\nrequest = js.XMLHttpRequest.new()\n"
    code = f'{start}request.open("GET", "http://127.0.0.1:9/", False)\nrequest.send()'

    assert "NetworkError" in run(page, cell, code).error


@in_chromium
def test_every_control_has_a_name_and_news_are_said(page: Page) -> None:
    first = f"1. {shipped_cells()[0]['title']}"
    restart(page)
    press_run(page, 1)
    page.wait(lambda: not busy(page))
    found = controls(page)

    assert {
        *[("button", name) for name in ("Run all", "Stop", "Restart Python", "Choose your own files", "Add a cell")],
        ("textbox", f"Python of cell {first}"),
        ("button", f"Run cell {first}"),
        ("Iframe", f"Result of cell {first}"),
    } <= set(found)
    assert all(name for _, name in found)
    assert len(found) == len(set(found))
    for name, role in (("status", "status"), ("error", "alert")):
        assert page.browser.find_element(By.ID, name).get_attribute("role") == role
    assert page.text("status") == "Cell 1: done"


def controls(page: Page) -> list[tuple[str, str]]:
    """Role and name of what the keyboard reaches, as a screen reader has them."""
    nodes = page.browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    found = []
    for node in nodes:
        role = node.get("role", {}).get("value", "")
        focusable = any(each["name"] == "focusable" for each in node.get("properties", []))
        if not node.get("ignored") and role != "RootWebArea" and (focusable or role == "Iframe"):
            found.append((role, node.get("name", {}).get("value", "")))
    return found


@in_chromium
@pytest.mark.parametrize("width", [320, 380, 768, 1400])
def test_the_page_is_never_wider_than_the_screen(width: int, page: Page) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    press_run(page, 4)
    page.wait(lambda: not busy(page))
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        assert page.browser.execute_script("return document.documentElement.scrollWidth") <= width
        bar = page.browser.execute_script("return document.getElementById('bar').offsetHeight")
        assert bar < 200  # It stays on the screen while the cells are scrolled.
    finally:
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@in_chromium
@pytest.mark.parametrize("scheme, dark", [("light", False), ("dark", True)])
def test_values_follow_the_scheme_of_the_system(scheme: str, dark: bool, page: Page, cell: int) -> None:
    run(page, cell, 'import sequestration as seq\nseq.expected_reduction("40.00", on="2019-03-01")')
    feature = {"name": "prefers-color-scheme", "value": scheme}
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        colors = page.browser.execute_script(
            f"const frame = document.querySelector('#cells > :nth-child({cell}) iframe');"
            "const color = getComputedStyle(frame.contentDocument.querySelector('td')).color;"
            "return [color, getComputedStyle(document.body).backgroundColor]"
        )
    finally:
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    text, ground = (sum(map(int, re.findall(r"\d+", color)[:3])) / 3 for color in colors)

    assert (text > 200, ground < 50) == (dark, dark)
    assert (text < 50, ground > 200) == (not dark, not dark)
