"""Findings that are handed on while files are read, so that memory does not grow with their number."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any, cast

import pytest

import sequestration as seq
from tests.making import DOUBLED, RIGHT, claim, interchange, line, remittance, transaction
from tests.paths import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.835"))
TRANSACTIONS, WRONG_LINES = 30, 40


def wrong(number: int) -> list[str]:
    """A transaction with one right claim and many wrong lines, as segments."""
    lines = [line("99213", "150", "76.80", DOUBLED) for _ in range(WRONG_LINES)]
    return transaction(
        claim(f"RIGHT-{number}", line("99213", "150", "78.40", RIGHT)),
        claim(f"WRONG-{number}", *lines),
        trace=f"EFT{number:04}",
    )


def live_findings() -> int:
    return sum(type(each) is seq.Finding for each in gc.get_objects())


def handed_on(source: Any, **options: Any) -> tuple[list[seq.Finding], seq.Audit]:
    """All findings that were handed on, and the audit."""
    taken: list[seq.Finding] = []
    return taken, seq.check_835(source, findings_to=taken.extend, **options)


def test_no_more_findings_are_alive_than_one_transaction_has() -> None:
    data = interchange(*map(wrong, range(TRANSACTIONS)))
    gc.collect()  # What other tests left is not counted.
    before, alive, taken = live_findings(), list[int](), list[int]()

    def count(findings: list[seq.Finding]) -> None:
        alive.append(live_findings() - before)
        taken.append(len(findings))

    audit = seq.check_835(data, findings_to=count)

    assert taken == [WRONG_LINES] * TRANSACTIONS
    assert audit.counts[seq.Verdict.CUT_TOO_LARGE] == TRANSACTIONS * WRONG_LINES
    # Each finding has a copy with its step, and the last list taken may still be there.
    assert max(alive) <= 3 * WRONG_LINES
    gc.collect()
    assert live_findings() <= before


def test_an_audit_of_several_files_holds_none_of_them() -> None:
    gc.collect()
    before = live_findings()
    audit = seq.check_835([interchange(wrong(1)), interchange(wrong(2))], findings_to=lambda _findings: None)

    gc.collect()
    assert audit.counts[seq.Verdict.CUT_TOO_LARGE] == 2 * WRONG_LINES
    assert live_findings() <= before


@pytest.mark.parametrize("keep", ["wrong", "all"])
@pytest.mark.parametrize("limit", [None, 1, 10_000])
@pytest.mark.parametrize("sources", [*[[path] for path in EXAMPLES], EXAMPLES, ROOT / "examples"], ids=str)
def test_they_are_those_that_the_audit_would_keep(sources: Any, keep: str, limit: int | None) -> None:
    kept = seq.check_835(sources, keep=keep, limit=limit)
    taken, audit = handed_on(sources, keep=keep, limit=limit)

    assert taken == kept.findings
    assert audit.to_dict() == kept.to_dict() | {"findings": []}
    assert audit.findings_dropped == kept.findings_dropped
    assert [total.to_dict() for total in audit.by_claim()] == [total.to_dict() for total in kept.by_claim()]


def test_what_was_delivered_twice_is_handed_on_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one.835", tmp_path / "two.835"
    one.write_bytes(interchange(wrong(1), wrong(2), wrong(1)))
    two.write_bytes(interchange(wrong(2), wrong(3)))

    for sources in ([one], [one, two]):
        kept = seq.check_835(sources)
        taken, audit = handed_on(sources)
        assert taken == kept.findings
        assert len(taken) == (1 + len(sources)) * WRONG_LINES
        assert audit.counts == kept.counts
        assert audit.problems == kept.problems


def test_with_several_processes_they_come_in_the_order_of_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sequestration._audit.jobs.tasks._MIN_BYTES_FOR_JOBS", 0)
    monkeypatch.setattr("sequestration._audit.jobs.tasks._BYTES_OF_A_PACK", 1)
    paths = [tmp_path / f"{number}.835" for number in range(4)]
    for number, path in enumerate(paths):
        path.write_bytes(interchange(*(wrong(each) for each in range(10 * number, 10 * number + 4 - number))))
    taken, audit = handed_on(paths, jobs=2)

    assert taken == seq.check_835(paths).findings
    assert [each.file for each in taken] == sorted(str(each.file) for each in taken)
    assert not audit.findings


def test_a_file_cut_off_hands_on_what_was_read() -> None:
    several = [claim(name, line("99213", "150", "76.80", DOUBLED)) for name in "ABC"]
    data = remittance(claim("RIGHT", line("99213", "150", "78.40", RIGHT)), *several)
    taken, audit = handed_on(data[: data.index(b"CLP*C") + 60])

    assert [each.claim for each in taken] == ["A", "B"]
    assert not audit.ok


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), seq.X12Error("mine"), KeyError("x")])
@pytest.mark.parametrize("several", [False, True])
def test_an_error_of_the_function_is_not_one_of_the_file(error: Exception, several: bool) -> None:
    def refuse(_findings: list[seq.Finding]) -> None:
        raise error

    data = remittance(
        claim("A", line("99213", "150", "76.80", DOUBLED)), claim("B", line("99213", "150", "78.40", RIGHT))
    )
    with pytest.raises(type(error)) as raised:
        seq.check_835([data, EXAMPLES[0]] if several else data, findings_to=refuse)

    assert raised.value is error


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(seq.InvalidArgumentType, match="findings_to must be a function of findings, not 3"):
        seq.check_835(EXAMPLES[0], findings_to=cast("Any", 3))
