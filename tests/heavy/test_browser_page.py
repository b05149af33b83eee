"""The page that checks files, in a real browser: built as a folder, and served by the command web.

The folder's server is stopped as soon as the page is ready, and the browser is set offline: all that follows happens
without a network.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from sequestration._web.page_check import PageOptions, check_folder
from tests.heavy.pages import Page, listening, opened_browser, serving
from tests.heavy.test_browser import PATIENCE
from tests.making import DOUBLED, RIGHT, claim, line, remittance
from tests.paths import ROOT

REPORT, CSV, WORKBOOK = (f"sequestration-{name}" for name in ("report.html", "findings.csv", "findings.xlsx"))
MISTAKES = ROOT / "examples" / "part_b_mistakes.835"


@pytest.fixture(scope="module")
def offline(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The built page, loaded; then its server is stopped and the browser's network turned off."""
    server = serving(built)
    with opened_browser(tmp_path_factory.mktemp("offline")) as page:
        with listening(server) as address:
            page.browser.get(address)
            page.wait_until_ready()
        page.browser.execute_cdp_cmd("Network.enable", {})
        conditions = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        page.browser.execute_cdp_cmd("Network.emulateNetworkConditions", conditions)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.server_port))
        yield page


@pytest.fixture
def page(offline: Page) -> Iterator[Page]:
    offline.start()
    yield offline
    assert offline.browser.get_log("browser") == []


def natively(folder: Path, options: PageOptions | None = None) -> dict[str, bytes]:
    """What the library makes of the same folder in this process."""
    check = check_folder(folder, options or PageOptions())
    return {name: check.file(name) for name in (REPORT, CSV, WORKBOOK)}


def sheets(workbook: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return {sheet.title: list(sheet.values) for sheet in book.worksheets}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def chosen(tmp_path: Path, **files: bytes) -> Path:
    """A folder with files; an underscore of a name is its dot."""
    folder = tmp_path / "chosen"
    folder.mkdir()
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    return folder


def test_a_file_is_checked_shown_filtered_and_saved(page: Page, tmp_path: Path) -> None:
    """With the same result, to the byte, as the library in this process."""
    page.check(MISTAKES)
    folder = chosen(tmp_path)
    (folder / MISTAKES.name).write_bytes(MISTAKES.read_bytes())
    expected = natively(folder)

    assert page.text("headline").startswith("8 of 16 lines checked need review.")
    assert page.save(REPORT) == expected[REPORT]
    assert page.save(CSV) == expected[CSV]
    assert sheets(page.save(WORKBOOK)) == sheets(expected[WORKBOOK])
    assert page.in_report("return document.querySelectorAll('tr[data-v]').length") == len(rows(expected[CSV]))
    page.in_report(
        "const field = document.getElementById('search'); field.value = 'on-allowed';"
        "document.getElementById('filter').requestSubmit()"
    )
    assert page.in_report("return document.getElementById('shown').textContent").startswith("1 of ")


@pytest.mark.parametrize("name", ["one_claim.835", "part_a.835", "part_b_correct.835"])
def test_every_example_is_as_in_this_process(name: str, page: Page, tmp_path: Path) -> None:
    folder = chosen(tmp_path)
    (folder / name).write_bytes((ROOT / "examples" / name).read_bytes())
    page.check(folder / name)

    assert page.save(REPORT) == natively(folder)[REPORT]


def test_the_made_up_practice_of_the_page_is_there_without_network(page: Page, tmp_path: Path) -> None:
    folder = chosen(tmp_path)
    (folder / "example.zip").write_bytes((ROOT / "examples" / "practice" / "quarter.zip").read_bytes())
    page.browser.find_element(By.ID, "try-example").click()
    page.wait_for_result()

    assert page.text("headline").startswith("104 of 674 lines checked need review.")
    assert page.save(REPORT) == natively(folder)[REPORT]


def mixed_mail(tmp_path: Path) -> Path:
    """A folder as it comes from a clearinghouse: remittances in every wrapping, and other files."""
    mail = tmp_path / "mail"
    (mail / "march").mkdir(parents=True)
    good = remittance(claim("A", line("99213", "150", "78.40", RIGHT)), trace="T1")
    bad = remittance(claim("B", line("99213", "150", "76.80", DOUBLED)), trace="T2")
    (mail / "good.835").write_bytes(good)
    (mail / "march" / "bad.835.gz").write_bytes(gzip.compress(bad))
    with zipfile.ZipFile(mail / "more.zip", "w") as archive:
        archive.writestr("c.835", remittance(claim("C", line("99213", "150", "76.80", DOUBLED)), trace="T3"))
        archive.writestr("letter.pdf", b"%PDF-1.7\n")
    (mail / "broken.835").write_bytes(remittance(claim("D", line("99213", "150", "76.80", DOUBLED)), trace="T4")[:-160])
    (mail / "letter.pdf").write_bytes(b"%PDF-1.7\n")
    (mail / "notes.txt").write_bytes(b"Call the payer.\n")
    (mail / "\u00e9t\u00e9 \u03c9.835").write_bytes(
        remittance(claim("E", line("99213", "150", "78.40", RIGHT)), trace="T5")
    )
    (mail / ".hidden").write_bytes(b"\0")
    return mail


def test_a_folder_of_mixed_mail(page: Page, tmp_path: Path) -> None:
    mail = mixed_mail(tmp_path)
    page.check(mail, picker="folder")
    expected = natively(tmp_path)

    assert page.save(CSV) == expected[CSV]
    assert page.save(REPORT) == expected[REPORT]
    assert {row["file"] for row in rows(expected[CSV])} == {"mail/march/bad.835.gz", "mail/more.zip!/c.835"}
    problems = page.in_report("return document.getElementById('problems').parentElement.textContent")
    assert "3 files that are not 835s" in problems or "2 PDF" in problems
    assert "broken.835" in problems


def test_a_folder_and_a_file_are_dropped(page: Page, tmp_path: Path) -> None:
    mail = mixed_mail(tmp_path)
    drop(page, mail, MISTAKES)
    page.wait_for_result()

    files = {row["file"] for row in rows(page.save(CSV))}
    assert files == {"mail/march/bad.835.gz", "mail/more.zip!/c.835", MISTAKES.name}


def drop(page: Page, *paths: Path) -> None:
    area = page.browser.find_element(By.ID, "drop").rect
    at = {"x": area["x"] + area["width"] / 2, "y": area["y"] + area["height"] / 2}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        page.browser.execute_cdp_cmd("Input.dispatchDragEvent", {"type": kind, **at, "data": data})


def test_options_are_kept_to(page: Page, tmp_path: Path) -> None:
    page.browser.find_element(By.CSS_SELECTOR, "#options summary").click()
    page.browser.find_element(By.ID, "mask").click()
    page.browser.find_element(By.ID, "all-lines").click()
    page.browser.find_element(By.ID, "ffs").send_keys("12345, 67890")
    page.check(MISTAKES)
    page.browser.execute_script("document.getElementById('options').open = false")
    folder = chosen(tmp_path)
    (folder / MISTAKES.name).write_bytes(MISTAKES.read_bytes())
    options = PageOptions(all_lines=True, mask=True, payers={"12345": "ffs", "67890": "ffs"})

    assert page.save(CSV) == natively(folder, options)[CSV]


@pytest.mark.parametrize(
    "name, content, told",
    [
        ("letter.pdf", b"%PDF-1.7\n", "letter.pdf: "),
        ("empty.835", b"", "empty.835: "),
        ("bad.835.gz", gzip.compress(b"ISA*00")[:-4], "bad.835.gz: "),
    ],
)
def test_a_file_that_cannot_be_read_is_said_plainly(
    name: str, content: bytes, told: str, page: Page, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    page.check(tmp_path / name)

    assert page.text("error").startswith(told)
    assert not page.is_shown("result")
    page.check(MISTAKES)  # The next file is checked as ever.
    assert page.is_shown("result")
    assert not page.is_shown("error")


def test_a_file_that_was_moved_is_said_plainly(page: Page, tmp_path: Path) -> None:
    chosen_file = chosen(tmp_path, june_835=MISTAKES.read_bytes()) / "june.835"
    page.browser.execute_script(
        "const probe = document.createElement('input');"
        "Object.assign(probe, {type: 'file', id: 'probe'}); document.body.append(probe)"
    )
    page.browser.find_element(By.ID, "probe").send_keys(str(chosen_file))
    assert page.browser.execute_script("return document.getElementById('probe').files[0].size") > 0
    chosen_file.unlink()
    page.browser.execute_script(
        "const [probe, files] = ['probe', 'files'].map((name) => document.getElementById(name));"
        "files.files = probe.files; files.dispatchEvent(new Event('change')); probe.remove()"
    )
    page.wait_for_result()

    assert page.text("error") == "june.835: the browser could not read this file. Choose it again."


def test_the_report_opens_in_a_tab_of_its_own_to_be_printed(page: Page) -> None:
    page.check(MISTAKES)
    (first,) = page.browser.window_handles
    page.browser.find_element(By.ID, "print").click()
    page.wait(lambda: len(page.browser.window_handles) == 2)
    page.browser.switch_to.window(page.browser.window_handles[1])
    try:
        page.wait(lambda: page.browser.title.startswith(MISTAKES.name))
        assert page.browser.find_element(By.ID, "filter").is_displayed()
    finally:
        page.browser.close()
        page.browser.switch_to.window(first)


def test_a_file_that_breaks_off_is_incomplete(page: Page, tmp_path: Path) -> None:
    (tmp_path / "cut.835").write_bytes(MISTAKES.read_bytes()[:3000])
    page.check(tmp_path / "cut.835")

    assert "The file ends unexpectedly" in page.in_report("return document.body.textContent")


def test_ten_megabytes_while_the_page_goes_on(page: Page, tmp_path: Path) -> None:
    wrong = [claim(f"W{number}", line("99213", "150", "76.80", DOUBLED)) for number in range(200)]
    right = [claim(f"R{number}", line("99213", "150", "78.40", RIGHT)) for number in range(200)]
    content = remittance(*wrong, *right * 350)
    assert len(content) > 10_000_000
    folder = chosen(tmp_path, large_835=content)
    page.browser.execute_script(
        "window.seen = new Set(); window.turns = 0;"
        "window.timer = setInterval(() => { turns++; seen.add(document.getElementById('bar').value) }, 20)"
    )
    page.check(folder / "large.835")
    turns, seen = page.browser.execute_script("clearInterval(timer); return [turns, seen.size]")

    assert turns > 20  # The page was never blocked, and showed how far the check was.
    assert seen > 5
    assert page.save(CSV) == natively(folder)[CSV]


def test_the_page_and_its_workers_may_connect_to_nothing_else(page: Page) -> None:
    """The policy holds in a worker, too, which starts as that of the page does."""
    attempt = "fetch('http://example.com/').then(() => 'sent', () => 'refused')"
    from_page = page.browser.execute_async_script(f"const done = arguments[0]; {attempt}.then(done)")
    from_worker = page.browser.execute_async_script(
        "const [code, done] = arguments;"
        "const worker = new Worker(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})), {type: 'module'});"
        "worker.onmessage = (event) => done(event.data);",
        f"{attempt}.then(postMessage)",
    )

    assert (from_page, from_worker) == ("refused", "refused")
    refusals = [entry["message"] for entry in page.browser.get_log("browser")]
    assert len(refusals) >= 1
    assert all("Content Security Policy" in text for text in refusals)


def test_no_request_goes_to_any_other_origin(built: Path, tmp_path: Path) -> None:
    """By the browser's own log of its network, which says which page made each request.

    A page without the policy shows that such a request would be in it.
    """
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text("<!doctype html><img src='http://127.0.0.1:9/planted'>", "utf-8")
    log = tmp_path / "network.json"
    with (
        listening(serving(built)) as address,
        listening(serving(tmp_path / "other")) as other,
        opened_browser(tmp_path, f"--log-net-log={log}") as page,
    ):
        page.browser.get(address)
        page.wait_until_ready()
        page.check(MISTAKES)
        for name in (REPORT, CSV, WORKBOOK):
            page.save(name)
        page.browser.find_element(By.ID, "again").click()
        page.browser.get(f"{address}python.html")
        page.wait_until_ready()
        page.browser.find_element(By.ID, "run-all").click()
        page.wait(lambda: re.fullmatch(r"Cell [5-9]: done", page.text("status")))
        assert page.browser.get_log("browser") == []
        page.browser.get(other)
    made = requests_by_page(log)

    assert len(made[address.rstrip("/")]) > 10
    assert [url for url in made[address.rstrip("/")] if not url.startswith((address, f"blob:{address}"))] == []
    assert "http://127.0.0.1:9/planted" in made[other.rstrip("/")]
    assert [page for page in made if page.startswith("null")] == []  # The report, whose frame has no origin.


def requests_by_page(log: Path) -> dict[str, set[str]]:
    """Addresses that were asked for, by the origin of the page or worker that did."""
    found: dict[str, set[str]] = {}
    for event in json.loads(log.read_text("utf-8"))["events"]:
        facts = event.get("params", {})
        if "url" in facts and "initiator" in facts and facts["initiator"] != "not an origin":
            found.setdefault(facts["initiator"], set()).add(facts["url"])
    return found


def test_nothing_is_stored(page: Page) -> None:
    page.check(MISTAKES)
    stored = page.browser.execute_async_script(
        "const done = arguments[0];"
        "Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()])"
        ".then((each) => done([document.cookie, localStorage.length, sessionStorage.length, ...each]))"
    )

    assert stored == ["", 0, 0, [], [], []]


def test_the_keyboard_is_enough(page: Page) -> None:
    page.browser.execute_script("document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0)")

    def press(*keys: str) -> None:
        page.browser.switch_to.active_element.send_keys(*keys)

    def reached(count: int) -> list[str]:
        found = []
        for _ in range(count):
            press(Keys.TAB)
            found.append(page.browser.execute_script("return document.activeElement.textContent.trim()"))
        return found

    page.browser.execute_script("document.getElementById('choose-files').focus()")
    assert reached(3) == ["Choose a folder", "Try a made-up practice", "Options"]
    page.browser.execute_script("document.getElementById('try-example').focus()")
    press(Keys.ENTER)
    page.wait_for_result()
    assert page.browser.switch_to.active_element.get_attribute("id") == "headline"
    names = ["Save report", "Save CSV", "Save workbook", "Open to print", "Check other files"]
    assert reached(5) == names
    press(Keys.ENTER)
    assert page.browser.switch_to.active_element.get_attribute("id") == "choose-files"


def test_every_control_has_a_name(page: Page) -> None:
    page.browser.execute_script("document.getElementById('options').open = true")
    start = controls(page)
    page.browser.execute_script("document.getElementById('options').open = false")
    page.check(MISTAKES)

    assert start == {
        ("button", "Choose files"),
        ("button", "Choose a folder"),
        ("button", "Try a made-up practice"),
        ("DisclosureTriangle", "Options"),
        ("checkbox", "List every line, not only those that need review"),
        ("checkbox", "Replace account and claim numbers with serial numbers"),
        ("textbox", "Original Medicare payer numbers"),
        ("textbox", "Plan payer numbers (Medicare Advantage and others)"),
    }
    assert {
        ("button", "Save report"),
        ("button", "Save CSV"),
        ("button", "Save workbook"),
        ("button", "Open to print"),
        ("button", "Check other files"),
        ("Iframe", "Report"),
    } == controls(page)


def controls(page: Page) -> set[tuple[str, str]]:
    """Role and name of what the keyboard reaches, as a screen reader has them."""
    nodes = page.browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    found = set()
    for node in nodes:
        role = node.get("role", {}).get("value", "")
        focusable = any(each["name"] == "focusable" for each in node.get("properties", []))
        if not node.get("ignored") and role not in ("RootWebArea", "heading") and (focusable or role == "Iframe"):
            found.add((role, node.get("name", {}).get("value", "")))
    return found


@pytest.mark.parametrize("width", [320, 380, 768, 1400])
def test_the_page_is_never_wider_than_the_screen(width: int, page: Page) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wide = "return document.documentElement.scrollWidth"
    try:
        page.browser.execute_script("document.getElementById('options').open = true")
        assert page.browser.execute_script(wide) <= width
        page.browser.execute_script("document.getElementById('options').open = false")
        page.check(MISTAKES)
        assert page.browser.execute_script(wide) <= width
        assert page.browser.find_element(By.ID, "report").rect["height"] > 350
    finally:
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_scheme_of_the_system(scheme: str, page: Page) -> None:
    feature = {"name": "prefers-color-scheme", "value": scheme}
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        ground = page.browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    finally:
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    parts = [int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")]

    assert (sum(parts) > 3 * 128) is (scheme == "light")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, subprocess.Popen[str], Path]]:
    """The page of the command web, in a browser, and the folder for temporary files of that process."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "temporary").mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "sequestration", "web", "--no-open"],
        env={**os.environ, "TMPDIR": str(folder / "temporary")},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        address = [process.stdout.readline() for _ in range(3)][1].strip()
        try:
            with opened_browser(folder) as page:
                page.browser.get(address)
                page.wait_until_ready()
                yield page, process, folder / "temporary"
        finally:
            process.kill()


def test_the_command_web_checks_with_the_library_that_is_installed(
    served: tuple[Page, subprocess.Popen[str], Path], tmp_path: Path
) -> None:
    page, _, temporary = served
    mail = mixed_mail(tmp_path)
    page.check(mail, picker="folder")
    expected = natively(tmp_path)

    assert page.save(REPORT) == expected[REPORT]
    assert page.save(CSV) == expected[CSV]
    assert sheets(page.save(WORKBOOK)) == sheets(expected[WORKBOOK])
    assert [path for path in temporary.rglob("*") if path.is_file()] == []
    assert page.browser.get_log("browser") == []


def test_ctrl_c_closes_the_page_which_says_so(served: tuple[Page, subprocess.Popen[str], Path]) -> None:
    page, process, temporary = served
    page.start()
    process.send_signal(signal.SIGINT)

    assert process.wait(PATIENCE) == 0
    assert list(temporary.iterdir()) == []
    page.check(MISTAKES)
    assert "Start it again: python -m sequestration web" in page.text("error")
