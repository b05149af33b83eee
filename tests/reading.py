"""What the tests of the reader share: a reading as plain values, and whether problems stand where they say."""

from __future__ import annotations

import re
from typing import Any

import attrs

from sequestration import Claim, Problem, read_835


def facts(claim: Claim) -> dict[str, Any]:
    """A claim as plain values, without the name of its file."""
    found = attrs.asdict(claim)
    found["remittance"].pop("file")
    return found


def claims_of(source: Any) -> list[dict[str, Any]]:
    """The claims of a remittance as plain values."""
    return [facts(claim) for claim in read_835(source)]


def problems_of(source: Any) -> list[Problem]:
    """What is odd in a remittance."""
    reader = read_835(source)
    for _ in reader:
        pass
    return reader.problems


def codes_of(source: Any) -> list[str]:
    """The codes of what is odd in a remittance."""
    return [problem.code.value for problem in problems_of(source)]


def check_places(data: bytes, problems: list[Problem], terminator: str = "~") -> None:
    """Every problem stands at the byte and the segment that it names."""
    for problem in problems:
        assert problem.offset is not None, problem
        assert problem.segment_number is not None, problem
        assert 0 <= problem.offset <= len(data)
        if problem.tag is not None:
            there = re.sub(rb"[\r\n]", b"", data[problem.offset : problem.offset + 8])
            assert there[: len(problem.tag)] == problem.tag.encode(), problem
        before = data[: problem.offset].decode("latin-1").split(terminator)
        assert problem.segment_number == 1 + sum(1 for piece in before if piece.strip(" \t\r\n\0\x1a\xef\xbb\xbf"))
