"""The text of an 835 is no path: refused wherever a path is taken, and never repeated."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from sequestration._sources.paths import refuse_text
from tests.making import RIGHT, claim, line, remittance

TEXT = remittance(claim("ACCOUNT-7", line("99213", "150", "78.40", RIGHT))).decode()
INSIDE = TEXT[TEXT.index("ST*") :]
TEXTS = {
    "whole": TEXT,
    "in lines": TEXT.replace("~", "~\n"),
    "a piece with a line end": "CLP*ACCOUNT-7*1*150\nNM1*QC*1*PATIENTNAME",
    "a carriage return": "NM1*QC*1*PATIENTNAME\rX",
    "from GS": TEXT[TEXT.index("GS*") :],
    "from ST": INSIDE,
    "another separator": INSIDE.replace("*", "|"),
    "a separator that names have": INSIDE.replace("*", "+"),
    "after a mark and blanks": "\ufeff  " + TEXT,
}
PATHS = [
    "ISA.835",
    "ST+notes.835",
    "GS~1.835",
    "ISA*.835",
    "ST*.835",
    "ST-2024.835",
    "STATEMENTS/a.835",
    "GSK 835",
    "",
    "835",
]

AUDIT = seq.check_835(TEXT.encode())
CALLS: dict[str, Callable[[Any], Any]] = {
    "read_835": seq.read_835,
    "check_835": seq.check_835,
    "check_835 of a list": lambda text: seq.check_835(["none.835", text]),
    "check_835 of a list in a list": lambda text: seq.check_835([[b"", [text]]]),  # type: ignore[list-item]
    "check_835 of a path": lambda text: seq.check_835([Path(text)]),
    "check_835 in processes": lambda text: seq.check_835(["none.835", text], jobs=2),
    "service_lines": lambda text: seq.service_lines(text, "denied"),
    "write_report": lambda text: seq.write_report(AUDIT, text),
    "from_toml": seq.RateSchedule.from_toml,
    "with_codes": seq.CARCS.with_codes,
    "with_texts": seq.RARCS.with_texts,
    "with_rules": seq.STEPS.with_rules,
}


def of_frames(name: str, text: Any) -> None:
    pytest.importorskip("pyarrow")
    frames = pytest.importorskip("sequestration.frames")
    if name == "to_parquet":
        frames.to_parquet(TEXT.encode(), text)
    else:
        getattr(frames, name)(text, backend="pyarrow")


for of_paths in ("adjustments", "findings", "problems", "to_parquet"):
    CALLS[f"frames.{of_paths}"] = lambda text, name=of_paths: of_frames(name, text)  # type: ignore[misc]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("text", TEXTS)
def test_the_text_of_an_835_is_no_path_and_not_repeated(text: str, call: str) -> None:
    with pytest.raises(TypeError, match=r"^this is the text of a file, not a path. ") as caught:
        CALLS[call](TEXTS[text])

    assert isinstance(caught.value, seq.SequestrationError)
    told = "".join(traceback.format_exception_only(caught.value))
    assert not [word for word in ("PATIENT", "ACCOUNT", "ISA", "*") if word in told]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_no_text(path: str) -> None:
    refuse_text(path)
    refuse_text(Path(path))


def test_nothing_but_a_path_is_looked_at() -> None:
    for other in (b"ISA*00*\n", None, 1, ["ISA*00*"]):
        refuse_text(other)
