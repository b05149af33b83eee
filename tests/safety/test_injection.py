"""What a file brings stays text: in a terminal, in HTML and SVG, in JSON, in errors of one line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from tests.making import DOUBLED, claim, line, remittance
from tests.markup import parsed

pytestmark = pytest.mark.slow

ESCAPE = "\x1b]0;owned\x07\x1b[2J\x9b31m"
EVIL = {
    "commands to a terminal": ESCAPE,
    "a backspace": "A\b\b\bB",
    "the end of a text": "A\0B",
    "markup": "<script>alert(1)</script>",
    "the end of a script": "</script><img src=x onerror=alert(1)>",
    "quotes": "\"' onmouseover='alert(1)\" x=",
    "an address that is run": "javascript:alert(1)",
    "a comment": "<!--<script>",
    "an entity": "&lt;script&gt;",
    "a formula of TeX": r"$\frac{1}{0}$",
    "format": "{0.__class__} %s %(x)s {text}",
}
NAMES = {**EVIL, "turned around": "EXAMPLE \u202eEGNAR\u2066", "a line that ends": "A\u2028B\u2029C\x85D"}


def evil_remittance(text: str) -> bytes:
    """A wrong cut, a bad amount, a provider adjustment, each with the text in all that is kept of it."""
    text = text.replace(":", ";")  # which parts components
    bad = line(text, "150", "76.80", [*DOUBLED, ("CO", text, "1"), (text, "97", "1")], remarks=[text])
    return remittance(
        claim(text, bad, payer_number=text, original=text, remarks=[text], extra=[f"NM1*TT*2*{text}"]),
        claim(text, line("99213", text, "78.40"), plan=text, facility=text, status="19"),
        payer="PAYER",
        payer_id=text,
        provider_adjustments=[f"PLB*{text}*20241231*WO:{text}*10*{text[:5]}*1"],
    )


def named(text: str) -> bytes:
    """The text as the name of the payer and of the carrier, which may be UTF-8."""
    data = remittance(
        claim("A", line("99213", "150", "76.80", DOUBLED), extra=["NM1*TT*2*CARRIER"]), payer="PAYER", payer_id="1"
    )
    return data.replace(b"*PAYER~", b"*" + text.encode() + b"~").replace(b"*CARRIER~", b"*" + text.encode() + b"~")


def texts_of(data: bytes) -> dict[str, str]:
    audit = seq.check_835(data, keep="all")
    with seq.read_835(data) as reader:
        claims = list(reader)
    every: list[Any] = [audit, audit.masked(), *audit.findings, *audit.problems, *audit.files, *audit.by_code()]
    every += [*audit.provider_adjustments, *claims, *(each.remittance for each in claims)]
    every += [part for each in claims for part in (*each.lines, *each.lines[0].adjustments)]
    every += [*seq.service_lines(data, "adjusted")]
    found = {f"{type(each).__name__} {place}": f"{each}\n{each!r}" for place, each in enumerate(every)}
    owed = [each for each in audit.findings if each.owed_to is seq.OwedTo.PROVIDER and each.verdict.needs_review]
    found |= {f"request {place}": seq.reopening_request(each) for place, each in enumerate(owed)}
    for each in claims:
        if None not in (each.charge, each.paid):
            found |= {f"posting {len(found)}": f"{row}\n{row!r}" for row in each.postings()}
        try:
            carried = seq.secondary_adjustments(each)
        except ValueError as error:
            found[f"refused {len(found)}"] = str(error)
        else:
            found[f"carried {len(found)}"] = f"{carried}\n{carried!r}"
    return found


def harmless(text: str) -> bool:
    """Whether no character commands a terminal, hides, turns the direction or ends a line unseen."""
    return all(mark == "\n" or unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for mark in text)


@pytest.mark.parametrize("name", NAMES)
def test_no_text_commands_a_terminal(name: str) -> None:
    files = [named(NAMES[name])] + ([evil_remittance(EVIL[name])] if name in EVIL else [])
    for data in files:
        for way, text in texts_of(data).items():
            assert harmless(text), way


@pytest.mark.parametrize("options", [[], ["--all", "--codes"], ["--json"], ["--csv"], ["--mask"]])
def test_the_command_line_prints_nothing_that_commands_a_terminal(options: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\nb.835"
    path.write_bytes(evil_remittance(ESCAPE))
    broken = tmp_path / "c\x1b[2J\nsequestration: all is well"
    broken.write_bytes(b"no remittance")
    for command in (["check", *options, str(path), str(broken)], ["secondary", str(path)], ["secondary", str(broken)]):
        done = run(command)
        assert harmless(done.stdout.replace("\r\n", "\n"))
        assert harmless(done.stderr)
        assert all(told.startswith("sequestration: ") for told in done.stderr.splitlines())
        assert not any(told.startswith("sequestration: all is well") for told in done.stderr.splitlines())


@pytest.mark.parametrize(
    "command",
    [
        ["check", "none\x1b[2J\nsequestration: all is well"],
        ["carc", "\x1b[2J\nzzqq"],
        ["rarc", "\x1b[2J\nzzqq"],
        ["rate", "\x1b[2J\nx"],
        ["reduce", "\x1b[2J\nx", "--on", "2024-01-01"],
        ["deadline", "\x1b[2J\nx", "2024-01-01"],
        ["schedule", "\x1b[2J\nx"],
        ["check", "--payer", "\x1b[2J\nx", "x"],
        ["secondary", "--claim", "\x1b[2J\nx", "examples/part_b_correct.835"],
        ["\x1b[2J\nx"],
    ],
    ids=lambda command: command[0].strip("\x1b[2J\nx") or "command",
)
def test_an_error_is_one_line_whatever_was_asked(command: list[str]) -> None:
    done = run(command)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert harmless(done.stderr)


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sequestration", *command],
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_text_becomes_markup(name: str, tmp_path: Path) -> None:
    files = [named(NAMES[name])] + ([evil_remittance(EVIL[name])] if name in EVIL else [])
    for data in files:
        audit = seq.check_835(data, keep="all")
        seq.write_report(audit, tmp_path / "page.html")
        page = parsed((tmp_path / "page.html").read_text("utf-8").removeprefix("<!doctype html>\n"))
        shown = [page, parsed(audit._repr_html_()), *(parsed(each._repr_html_()) for each in audit.findings)]
        shown += [parsed(each._repr_html_()) for each in seq.read_835(data)]
        for each in shown:
            assert len(list(each.every("script"))) == (each is page)
            assert list(each.every("img")) == []
            assert not any(key.startswith("on") for found in each.every() for key in found.attributes)
            links = [found.attributes["href"] or "" for found in each.every("a")]
            assert all(re.match(r"#|https://", link) for link in links)
            assert not set(each.text) & set("\0\x1b\x9b\u202e\u2066\u2028")


@pytest.mark.parametrize("name", EVIL)
def test_a_picture_shows_a_name_as_the_text_it_is(name: str, tmp_path: Path) -> None:
    plot = pytest.importorskip("sequestration.plot")
    pytest.importorskip("matplotlib").use("Agg")
    with seq.read_835(evil_remittance(EVIL[name])) as reader:
        ax = plot.payment(next(reader))
    ax.figure.savefig(tmp_path / "picture.svg")
    text = (tmp_path / "picture.svg").read_text("utf-8")

    assert "<script" not in text.lower()
    assert "onerror" not in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("name", NAMES)
def test_json_is_ascii_and_says_the_same(name: str) -> None:
    audit = seq.check_835(named(NAMES[name]), keep="all").to_dict()
    text = json.dumps(audit)

    assert text.isascii()
    assert "</script" not in json.dumps(audit).replace("</", "<\\/")
    assert json.loads(text) == audit
