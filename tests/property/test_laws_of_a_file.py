"""Laws of a file: what neither money nor claims depend on changes offsets and names of a result, and no more."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration import strategies
from sequestration._x12 import segments as segments_module

pytestmark = pytest.mark.slow

MISTAKES = ("doubled", "on_allowed", "other_rate", "one_cent", "wrong_group")
MADE = st.one_of(
    strategies.remittances(stays=strategies.stays(), max_transactions=2, reversals=True, provider_adjustments=True),
    strategies.remittances(max_transactions=3, mistakes=MISTAKES),
)
SEVERAL = strategies.remittances(max_transactions=3, mistakes=MISTAKES)
OF_A_FILE = ("file", "offset", "segment_number", "claim_position", "transaction_position")
FOREIGN = {
    "999": ["AK1*HP*1", "AK9*A*1*1*1"],
    "277": ["BHT*0085*08*1*20240315*1200*TH"],
    "820": ["BPR*I*40.00*C*ACH", "TRN*1*PREMIUM"],
    "837": ["BHT*0019*00*1*20240315*1200*CH", "CLM*C1*150***11:B:1"],
}


def audited(source: Any) -> seq.Audit:
    return seq.check_835(source, keep="all")


def facts(audit: seq.Audit, *, without: tuple[str, ...] = OF_A_FILE) -> dict[str, Any]:
    """An audit as plain values without names and offsets, in an order that does not depend on the file's."""
    found = audit.to_dict(as_of="2025-01-15")
    del found["files"]
    for kind in ("findings", "problems"):
        rows = [{key: value for key, value in row.items() if key not in without} for row in found[kind]]
        found[kind] = sorted(rows, key=repr)
    return found


def renamed(data: bytes, part: str) -> bytes:
    """A remittance with numbers of its own for its payments and claims."""
    return re.sub(rb"EFT(?=\d{4})|(?<=CLP\*)C", lambda hit: part.encode() + hit[0], data)


def transactions_of(data: bytes) -> tuple[bytes, list[bytes], bytes]:
    """A plainly written remittance as its head, its transactions and its tail."""
    head, rest = data[: data.index(b"ST*835")], data[data.index(b"ST*835") : data.index(b"GE*")]
    return head, re.findall(rb"ST\*835.*?~SE\*[^~]*~", rest), data[data.index(b"GE*") :]


@given(made=MADE, blanks=st.text(" \t\r\n", min_size=1, max_size=300))
@settings(max_examples=60)
def test_blanks_before_it(made: strategies.MadeRemittance, blanks: str) -> None:
    assert facts(audited(blanks.encode() + made.data)) == facts(audited(made.data))


@given(made=MADE, chunk=st.integers(1, 500))
@settings(max_examples=60)
def test_sizes_of_what_is_read_at_once(made: strategies.MadeRemittance, chunk: int) -> None:
    whole = audited(made.data).to_dict()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments_module, "CHUNK", chunk)
        assert audited(made.data).to_dict() == whole


@given(made=MADE, layout=strategies.layouts())
@settings(max_examples=80)
def test_separators(made: strategies.MadeRemittance, layout: strategies.Layout) -> None:
    written_as = {"*": layout.element, ":": layout.component, "~": layout.terminator + layout.line_end}
    text = made.data.decode().replace("^", "^" if layout.element != "^" else "{")
    other = text.translate({ord(plain): chosen for plain, chosen in written_as.items()}).encode()
    assert facts(audited(other)) == facts(audited(made.data))


@given(made=SEVERAL, data=st.data())
@settings(max_examples=60)
def test_order_of_transactions(made: strategies.MadeRemittance, data: st.DataObject) -> None:
    head, parts, tail = transactions_of(made.data)
    other = head + b"".join(data.draw(st.permutations(parts))) + tail
    assert facts(audited(other)) == facts(audited(made.data))


@given(first=MADE, second=MADE)
@settings(max_examples=60)
def test_two_files_behind_each_other_are_the_sum_of_both(
    first: strategies.MadeRemittance, second: strategies.MadeRemittance
) -> None:
    one, two = renamed(first.data, "X"), renamed(second.data, "Y")
    together = audited(one + two)
    merged = seq.Audit()
    for data in (one, two):
        merged.merge(audited(data))

    assert facts(together) == facts(merged) == facts(audited([one, two]))
    assert together.totals == merged.totals


@pytest.mark.parametrize("code", FOREIGN)
@given(made=SEVERAL, data=st.data())
@settings(max_examples=25)
def test_a_foreign_transaction_among_them(code: str, made: strategies.MadeRemittance, data: st.DataObject) -> None:
    """Before, between or after remittances, in their envelope; it is reported and changes nothing else."""
    head, parts, tail = transactions_of(made.data)
    body = [f"ST*{code}*0099", *FOREIGN[code]]
    foreign = ("~".join([*body, f"SE*{len(body) + 1}*0099"]) + "~").encode()
    place = data.draw(st.integers(0, len(parts)))
    parts.insert(place, foreign)
    tail = tail.replace(b"GE*%d*" % (len(parts) - 1), b"GE*%d*" % len(parts))
    plain, mixed = audited(made.data), audited(head + b"".join(parts) + tail)
    assert mixed.counts == plain.counts
    assert mixed.totals == plain.totals
    assert facts(mixed)["findings"] == facts(plain)["findings"]
    assert [found.text for found in mixed.problems if found not in plain.problems] == [
        f"The file also has a transaction that is not an 835 ({code}). It was skipped."
    ]


@given(made=MADE)
@settings(max_examples=25)
def test_wherever_it_comes_from(made: strategies.MadeRemittance, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Bytes, a file, a stream, gzip, a member of an archive, an archive, a folder."""
    folder: Path = tmp_path_factory.mktemp("forms")
    path = folder / "remit.835"
    path.write_bytes(made.data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/remit.835", made.data)
    (folder / "more").mkdir()
    (folder / "more" / "all.zip").write_bytes(packed.getvalue())
    (folder / "more.gz").write_bytes(gzip.compress(made.data))
    forms: list[Any] = [
        bytearray(made.data),
        memoryview(made.data),
        io.BytesIO(made.data),
        path,
        str(path),
        [path],
        gzip.compress(made.data),
        io.BytesIO(gzip.compress(made.data)),
        folder / "more.gz",
        folder / "more" / "all.zip",
        folder / "more",
    ]
    plain = without_names(audited(made.data).to_dict())
    for form in forms:
        assert without_names(audited(form).to_dict()) == plain


def without_names(found: Any) -> Any:
    """Plain values without the names of files."""
    if isinstance(found, dict):
        if "readable" in found:
            found["name"] = None
        if "file" in found:
            found["file"] = None
        for value in found.values():
            without_names(value)
    elif isinstance(found, list):
        for value in found:
            without_names(value)
    return found
