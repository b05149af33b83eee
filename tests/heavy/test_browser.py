"""The report in a real browser: it opens without a complaint, filters, sorts, prints, and runs nothing foreign.

A wait is for something to be there, not for a time; what never comes fails by the driver's own timeout.
"""

from __future__ import annotations

import base64
import csv
import io
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import attrs
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

import sequestration as seq
from sequestration._export.csv import write_findings
from tests.making import DOUBLED, RIGHT, Line, claim, line, remittance
from tests.paths import ROOT
from tests.public.test_reprs import EVERY, EVIL, evil_file

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PATIENCE = 60  # seconds until the driver gives up
SMALL = [("CO", "45", "50"), ("CO", "253", "0.80"), ("PR", "2", "20")]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    if BROWSER is None or DRIVER is None:
        pytest.skip("no chromium with its chromedriver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in (*ARGUMENTS.split(), f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.set_page_load_timeout(PATIENCE)
    driver.set_script_timeout(PATIENCE)
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def opened(browser: webdriver.Chrome, tmp_path: Path) -> Iterator[Callable[[seq.Audit], webdriver.Chrome]]:
    """Opens the report of an audit. At the end no test may have left a complaint in the console, or an alert."""

    def open_report(audit: seq.Audit) -> webdriver.Chrome:
        seq.write_report(audit, tmp_path / "report.html", as_of="2024-06-20")
        browser.get((tmp_path / "report.html").as_uri())
        return browser

    browser.get("about:blank")
    browser.get_log("browser")
    yield open_report
    assert browser.get_log("browser") == []
    assert browser.execute_script("return document.title")  # which an open alert would refuse


def mistakes() -> seq.Audit:
    return seq.check_835(ROOT / "examples" / "part_b_mistakes.835", keep="all")


def shown(browser: webdriver.Chrome) -> list[str]:
    """The lines that can be seen, in order: account number, procedure, difference and result."""
    found: list[str] = browser.execute_script(
        "return Array.from(document.querySelectorAll('tr[data-v]')).filter(each => each.checkVisibility())"
        ".map(each => [each.parentElement.querySelector('b'), each.children[2], each.children[9], each.children[10]]"
        ".map(cell => cell.textContent).join(' '))"
    )
    return found


def wait_for(browser: webdriver.Chrome, status: str) -> None:
    WebDriverWait(browser, PATIENCE).until(lambda driver: driver.find_element(By.ID, "shown").text == status)


def search(browser: webdriver.Chrome, text: str) -> None:
    field = browser.find_element(By.ID, "search")
    field.clear()
    field.send_keys(text)


def choose(browser: webdriver.Chrome, name: str, value: str) -> None:
    Select(browser.find_element(By.ID, name)).select_by_value(value)


def open_requests(browser: webdriver.Chrome) -> int:
    count: int = browser.execute_script("return document.querySelectorAll('.request[open]').length")
    return count


def test_it_opens_with_all_findings_and_its_controls_there(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    browser = opened(mistakes())

    assert "part_b_mistakes.835" in browser.title
    assert len(shown(browser)) == 21
    assert open_requests(browser) == 0
    assert browser.find_element(By.ID, "filter").is_displayed()
    wait_for(browser, "21 of 21 findings shown")


def test_it_filters_by_result_payer_and_text(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    browser = opened(mistakes())
    browser.find_element(By.CSS_SELECTOR, "input[value=correct]").click()
    wait_for(browser, "17 of 21 findings shown")
    assert not any(text.endswith("Correct") for text in shown(browser))

    search(browser, "on-allowed")
    wait_for(browser, "1 of 21 findings shown")
    assert shown(browser) == ["ON-ALLOWED 99214 +$0.52 Over-withheld"]

    search(browser, "COINSURANCE   130.00 eft0001 contractor")  # any words of the claim, its payment and its payer
    wait_for(browser, "1 of 21 findings shown")

    search(browser, "no such words")
    wait_for(browser, "0 of 21 findings shown")
    assert shown(browser) == []

    browser.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    wait_for(browser, "21 of 21 findings shown")
    assert browser.find_element(By.CSS_SELECTOR, "input[value=correct]").is_selected()

    choose(browser, "payer", "1")
    wait_for(browser, "1 of 21 findings shown")
    assert shown(browser) == ["PLAN 99213 +$0.40 Not applicable"]


def test_a_filter_by_result_hides_the_other_lines_of_a_claim(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    lines = [line("99213", "150", "76.80", DOUBLED), line("99214", "150", "79.20", SMALL)]
    browser = opened(seq.check_835(remittance(claim("A", *lines))))
    assert len(shown(browser)) == 2
    browser.find_element(By.CSS_SELECTOR, "input[value=cut_too_small]").click()
    wait_for(browser, "1 of 2 findings shown")

    assert shown(browser) == ["A 99213 +$1.60 Over-withheld"]


def test_it_sorts_claims_payments_and_payers(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    files = [
        remittance(
            claim("A10", day("20240105")), claim("A9", day("20240301")), payer="FIRST", payer_id="1", trace="T1"
        ),
        remittance(claim("B1", day("20240202")), payer="FIRST", payer_id="1", trace="T2"),
        remittance(
            claim("A1", day("20231201")), claim("C1", big("20240303")), payer="SECOND", payer_id="2", trace="T3"
        ),
    ]
    browser = opened(seq.check_835(files))

    def order() -> list[str]:
        return [text.split()[0] for text in shown(browser)]

    by_dollars = ["C1", "A1", "A10", "A9", "B1"]
    assert order() == by_dollars
    choose(browser, "order", "claim")
    assert order() == ["A1", "C1", "A9", "A10", "B1"]
    choose(browser, "order", "date")
    assert order() == ["A1", "C1", "A10", "A9", "B1"]
    choose(browser, "order", "dollars")
    assert order() == by_dollars
    assert browser.execute_script("return document.querySelector('section.many') === null")


def day(on: str) -> Line:
    return line("99213", "150", "76.80", DOUBLED, on=on)


def big(on: str) -> Line:
    return line("99213", "1500", "768.00", [("CO", "45", "500"), ("CO", "253", "32.00"), ("PR", "2", "200")], on=on)


def test_a_link_opens_its_request_which_is_copied(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    audit = mistakes()
    browser = opened(audit)
    browser.execute_script(
        "window.copied = []; navigator.clipboard.writeText = async text => { window.copied.push(text); }"
    )
    browser.find_element(By.LINK_TEXT, "Request text").click()
    assert open_requests(browser) == 1
    browser.find_element(By.CSS_SELECTOR, ".request[open] button").click()
    WebDriverWait(browser, PATIENCE).until(lambda driver: driver.execute_script("return window.copied.length") == 1)

    worst = next(found for found in audit.findings if found.claim == "ON-CHARGE")
    assert browser.execute_script("return window.copied") == [seq.reopening_request(worst)]


def exported(browser: webdriver.Chrome) -> list[dict[str, str]]:
    """The rows of the CSV that the page makes."""
    text: str = browser.execute_async_script(
        "const done = arguments[0], make = URL.createObjectURL;"
        "URL.createObjectURL = blob => { blob.arrayBuffer().then(b => done(new TextDecoder('utf-8', "
        "{ignoreBOM: true}).decode(b))); return make.call(URL, blob); };"
        "document.getElementById('csv').click(); URL.createObjectURL = make;"
    )
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def test_the_csv_has_the_findings_that_are_shown(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    audit = mistakes()
    browser = opened(audit)
    names = ("payer", "claim", "procedure", "payer_claim_number", "trace_number", "payee_npi", "verdict")
    rows = exported(browser)
    assert sorted(tuple(row[name] for name in names) for row in rows) == sorted(
        tuple(str(getattr(found, name)) for name in names) for found in audit.findings
    )
    of_claim = {found.claim: found for found in audit.findings}
    for row in rows:
        found = of_claim[row["claim"]]
        assert row["reversed_since"] == ("False" if found.verdict.needs_review else "")
        if found.claim != "GOOD":
            for name in ("line", "on", "paid", "reported", "payable", "rate", "expected"):
                assert row[name] == str("" if getattr(found, name) is None else getattr(found, name)), name

    search(browser, "on-allowed")
    wait_for(browser, "1 of 21 findings shown")
    (row,) = exported(browser)
    assert (row["difference"], row["why"]) == ("0.52", ON_ALLOWED)
    assert row["step"].startswith("Request a clerical error reopening from your MAC by Mar 15, 2025.")


def test_the_csv_of_findings_that_were_reversed_since(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    """They have no link to a kind of step. The claim that is left has both an instruction and a link to its request."""
    back = [(group, reason, f"-{amount}") for group, reason, amount in DOUBLED]
    paid = [claim(name, line("99213", "150", "76.80", DOUBLED), payer_number=name) for name in ("GONE", "LEFT")]
    reversal = claim("GONE", line("99213", "-150", "-76.80", back), payer_number="GONE", status="22")
    audit = seq.check_835([remittance(*paid), remittance(reversal, trace="EFT2")])
    rows = exported(opened(audit))
    steps = {row["claim"]: row["step"] for row in rows}

    assert steps["GONE"] == "none: this payment was reversed in these files."
    assert steps["LEFT"].startswith("Request a clerical error reopening from your MAC by ")
    assert "Request text" not in steps["LEFT"]
    assert {row["claim"]: row["reversed_since"] for row in rows} == {"GONE": "True", "LEFT": "False"}


ON_ALLOWED = "2% of the allowed amount ($130.00); or 2% of the amount before coinsurance ($130.00)."


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", 'a";=1+1', "a;  +1"])
def test_no_text_in_the_csv_is_a_formula(text: str, opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    """The same guard as that of `check --csv`."""
    audit = seq.check_835(remittance(claim("CLAIM", line("99213", "150", "76.80", DOUBLED)), payer="PAYER"))
    audit.findings[0] = attrs.evolve(audit.findings[0], claim=text, payer_claim_number=text, payer=text)
    stream = io.StringIO(newline="")
    write_findings(audit.findings, stream, as_of=date(2024, 6, 1))
    (guarded,) = csv.DictReader(io.StringIO(stream.getvalue(), newline=""))
    (row,) = exported(opened(audit))

    assert [row[name] for name in GUARDED] == [guarded[name] for name in GUARDED]
    assert row["claim"] != text


GUARDED = ("claim", "payer_claim_number", "payer")


def test_the_keyboard_is_enough(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    browser = opened(mistakes())

    def press(*keys: str) -> None:
        browser.switch_to.active_element.send_keys(*keys)

    def focused() -> str:
        text: str = browser.execute_script("const e = document.activeElement; return e.id || e.value || e.textContent")
        return text

    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert focused() == "Skip to the findings"
    assert browser.switch_to.active_element.is_displayed()
    press(Keys.ENTER)
    assert focused() == "findings"
    reached = []
    verdicts = [box.get_attribute("value") for box in browser.find_elements(By.CSS_SELECTOR, "#filter [type=checkbox]")]
    controls = [*verdicts, "search", "payer", "order", "Clear", "csv"]
    for _ in controls:
        press(Keys.TAB)
        reached.append(focused())
    assert reached == controls
    outline = browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"

    reached = []
    while focused() != "Request text":
        press(Keys.TAB)
        reached.append(focused())
    assert reached == ["2%", "Next step:", "Request text"]
    press(Keys.ENTER)
    assert open_requests(browser) == 1


def test_enter_in_the_search_stays_on_the_page(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    browser = opened(mistakes())
    search(browser, f"doubled{Keys.ENTER}")
    wait_for(browser, "1 of 21 findings shown")

    assert browser.current_url.endswith("report.html")


def test_nothing_of_a_file_runs(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    browser = opened(seq.check_835(evil_file(), keep="all"))

    assert browser.execute_script("return document.scripts.length") == 1
    assert any(text.startswith(EVIL) for text in shown(browser))
    assert EVIL in browser.execute_script("return document.body.textContent")
    search(browser, EVIL)
    WebDriverWait(browser, PATIENCE).until(lambda _: len(shown(browser)) > 0)


def test_its_policy_stops_what_is_not_its_own(browser: webdriver.Chrome, tmp_path: Path) -> None:
    """Were the escaping ever to fail, the browser itself would refuse a script or picture that got in."""
    seq.write_report(mistakes(), tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    foreign = "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
    (tmp_path / "report.html").write_text(text.replace("<main>", f"<main>{foreign}"), "utf-8")
    browser.get((tmp_path / "report.html").as_uri())

    assert browser.title != "run"
    assert sum("Content Security Policy" in entry["message"] for entry in browser.get_log("browser")) >= 2


def test_a_claim_that_begins_like_a_formula(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    browser = opened(seq.check_835(remittance(claim("=1+1", line("99213", "150", "76.80", DOUBLED)), payer=EVIL)))
    search(browser, "=1+1")
    wait_for(browser, "1 of 1 findings shown")

    assert shown(browser) == ["=1+1 99213 +$1.60 Over-withheld"]


def test_on_paper_all_is_unfolded_and_the_controls_are_gone(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    browser = opened(mistakes())
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        visible = "return document.querySelector('.request pre').checkVisibility()"
        WebDriverWait(browser, PATIENCE).until(lambda driver: driver.execute_script(visible))
        assert not browser.find_element(By.ID, "filter").is_displayed()
        assert not browser.find_element(By.CSS_SELECTOR, ".request button").is_displayed()
        heads = browser.execute_script(
            "return Array.from(document.querySelectorAll('.chunk thead')).map(each => getComputedStyle(each).display)"
        )
        assert set(heads) == {"table-header-group"}  # which a browser repeats on every page
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert base64.b64decode(browser.print_page()).startswith(b"%PDF")
    assert open_requests(browser) == 0  # folded again afterwards


def test_without_its_script_everything_can_be_read(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    browser = opened(mistakes())
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.refresh()
        assert not browser.find_element(By.ID, "filter").is_displayed()
        rows = browser.find_elements(By.CSS_SELECTOR, "tr[data-v]")
        assert len(rows) == 21
        assert all(row.is_displayed() for row in rows)
        assert browser.find_elements(By.CSS_SELECTOR, ".request button") == []
        request = browser.find_element(By.CSS_SELECTOR, ".request")
        request.find_element(By.TAG_NAME, "summary").click()
        assert request.find_element(By.TAG_NAME, "pre").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_scheme_of_the_system(scheme: str, opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    browser = opened(mistakes())
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    parts = [int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")]

    assert (sum(parts) > 3 * 128) is (scheme == "light")


@pytest.mark.parametrize("width", [320, 380, 768, 1400])
def test_the_page_is_never_wider_than_the_screen(width: int, opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser = opened(mistakes())
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.execute_script("for (const each of document.querySelectorAll('details')) each.open = true")
        wide = browser.execute_script("return document.documentElement.scrollWidth")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    assert wide <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_outcome_is_seen_first_and_leads_to_the_findings(
    scheme: str, opened: Callable[[seq.Audit], webdriver.Chrome]
) -> None:
    """Of a real quarter: status, dollars and the way to the findings, which begin on the screen that it leads to."""
    browser = opened(seq.Audit())
    size = {"width": 380, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    try:
        opened(seq.check_835(ROOT / "examples" / "practice" / "quarter.zip"))
        before = browser.execute_script(_BOTTOMS, ".outcome .status", ".outcome .headline", ".outcome .jump")
        dollars = browser.find_element(By.CSS_SELECTOR, ".outcome").text
        browser.find_element(By.CSS_SELECTOR, ".jump").click()
        after = browser.execute_script(_BOTTOMS, "#findings", ".payer [data-v] > td:nth-child(11)")
        browser.find_element(By.CSS_SELECTOR, "#filter summary").click()
        search_shown = browser.find_element(By.ID, "search").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    assert "to recover on" in dollars
    assert all(0 < bottom < 600 for bottom in before), before
    assert all(0 < bottom < 800 for bottom in after), after
    assert search_shown


_BOTTOMS = "return Array.from(arguments, each => document.querySelector(each).getBoundingClientRect().bottom)"


def test_ten_thousand_findings_open_filter_sort_and_export(opened: Callable[[seq.Audit], webdriver.Chrome]) -> None:
    claims = [
        claim(f"W{number}", line("99213", "150", "76.80", DOUBLED))
        if number % 2
        else claim(f"U{number}", line("99214", "150", "79.20", SMALL))
        for number in range(10_000)
    ]
    audit = seq.check_835(remittance(*claims, claim("R", line("99213", "150", "78.40", RIGHT))))
    assert len(audit.findings) == 10_000
    browser = opened(audit)
    wait_for(browser, "10,000 of 10,000 findings shown")

    search(browser, "U1234")
    wait_for(browser, "1 of 10,000 findings shown")
    search(browser, "")
    browser.find_element(By.CSS_SELECTOR, "input[value=cut_too_small]").click()
    wait_for(browser, "5,000 of 10,000 findings shown")
    choose(browser, "order", "claim")
    assert shown(browser)[:2] == ["W1 99213 +$1.60 Over-withheld", "W3 99213 +$1.60 Over-withheld"]
    assert len(exported(browser)) == 5_000


def test_notebook_pieces_keep_to_themselves(browser: webdriver.Chrome, tmp_path: Path) -> None:
    """All of them on one page: no complaint, nothing runs, and what stands around them looks as before."""
    pieces = [value._repr_html_() for value in EVERY.values() if hasattr(value, "_repr_html_")]
    page = f"<!doctype html><meta charset=utf-8><table id=other><tr><td>x</table>{''.join(pieces)}"
    look = "const s = getComputedStyle(document.querySelector('#other td')); return [s.textAlign, s.padding, s.border]"
    looks = []
    for name, text in (("alone.html", page.replace("".join(pieces), "")), ("all.html", page)):
        (tmp_path / name).write_text(text, "utf-8")
        browser.get((tmp_path / name).as_uri())
        looks.append(browser.execute_script(look))

    assert browser.execute_script("return document.querySelectorAll('.sequestration').length") == len(pieces)
    assert browser.execute_script("return document.scripts.length") == 0
    assert looks[0] == looks[1]
    assert browser.get_log("browser") == []
