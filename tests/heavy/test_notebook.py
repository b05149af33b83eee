"""Tables of results under the style rules of JupyterLab: text at the left, amounts at the right, no wrapped date."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

import sequestration as seq
from tests.heavy.test_browser import browser
from tests.paths import EXAMPLES

__all__ = ["browser"]

# Of JupyterLab 4.6, for cells of its rendered HTML: as measured there, they win over those of a style element within.
LAB = """
.jp-RenderedHTMLCommon table{border-collapse:collapse;border-spacing:0;font-size:13px;table-layout:fixed}
.jp-RenderedHTMLCommon td,.jp-RenderedHTMLCommon th,.jp-RenderedHTMLCommon tr{text-align:right;vertical-align:middle;
padding:.5em;line-height:normal;white-space:normal;max-width:none;border:none}
div.jp-RenderedHTMLCommon.jp-OutputArea-output td,div.jp-RenderedHTMLCommon.jp-OutputArea-output th{text-align:right}
"""
MEASURE = """
return Array.from(document.querySelectorAll('td')).map(cell => {
  const range = document.createRange(), dates = [];
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (const found of node.data.matchAll(/[A-Z][a-z]{2} \\d{1,2}, \\d{4}/g)) {
      range.setStart(node, found.index); range.setEnd(node, found.index + found[0].length);
      dates.push(new Set(Array.from(range.getClientRects(), each => Math.round(each.top))).size);
    }
  return [cell.textContent, getComputedStyle(cell).textAlign, dates];
})
"""
AMOUNT = re.compile(r"-?[\d,]+(\.\d\d)?")
TEXTS = re.compile(r"[A-Za-z]{3}")


def results() -> dict[str, Any]:
    audit = seq.check_835(EXAMPLES / "practice" / "quarter.zip")
    return {
        "audit": audit,
        "findings": audit.findings,
        "finding": audit.findings[0],
        "problems": audit.problems,
        "by code": audit.by_code(),
        "by claim": audit.by_claim(),
        "patterns": audit.patterns(),
        "plans": audit.plans(),
        "counts": audit.counts,
        "schedule": seq.MEDICARE_FFS,
    }


RESULTS = results()


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize("name", RESULTS)
def test_text_is_at_the_left_amounts_at_the_right_and_no_date_wraps(
    name: str, trusted: bool, browser: webdriver.Chrome, tmp_path: Path
) -> None:
    piece = RESULTS[name]._repr_html_()
    if not trusted:  # What a notebook removes from an output that it does not trust.
        piece = re.sub(r"<style>.*?</style>", "", piece)
    page = tmp_path / "page.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><style>{LAB}</style>"
        f"<div class='jp-RenderedHTMLCommon jp-OutputArea-output' style='width:700px'>{piece}</div>",
        "utf-8",
    )
    browser.get(page.as_uri())
    cells = browser.execute_script(MEASURE)

    assert cells
    for text, align, dates in cells:
        if AMOUNT.fullmatch(text) and "." in text:
            assert align == "right", text
        if TEXTS.search(text):
            assert align == "left", text
        assert set(dates) <= {1}, text


def test_no_text_between_two_dollars_is_a_formula() -> None:
    for result in RESULTS.values():
        assert result._repr_html_().startswith('<div class="sequestration tex2jax_ignore mathjax_ignore">')
