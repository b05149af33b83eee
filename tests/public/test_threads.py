"""Threads: what is loaded on first use may be asked for by many at once, and many may check at once.

A first use is one of a process, so each test starts its own.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.paths import EXAMPLES

pytestmark = pytest.mark.slow

TOGETHER = """
import sys
from threading import Barrier, Thread

def at_once(work, threads=16):
    "What so many threads get that start at the same moment and change turns as often as they can."
    start, found, errors = Barrier(threads), [], []
    def run():
        start.wait()
        try:
            found.append(work())
        except BaseException as error:
            errors.append(repr(error))
    sys.setswitchinterval(1e-6)
    workers = [Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not errors, errors
    assert len(found) == threads
    return found

import sequestration as seq
"""
FIRST_USES = {
    "CARCS": "seq.CARCS.to_records()",
    "RARCS": "seq.RARCS.to_records()",
    "PLBS": "seq.PLBS.to_records()",
    "STEPS": "(seq.STEPS.to_records(), str(seq.STEPS))",
    "MEDICARE_FFS": "seq.MEDICARE_FFS.to_records()",
    "MEDICARE_ADVANTAGE": "seq.MEDICARE_ADVANTAGE.to_records()",
    "NONDEFENSE_MANDATORY": "seq.NONDEFENSE_MANDATORY.to_records()",
    "__version__": "seq.__version__",
    "a search": "[code.code for code in seq.CARCS.search('timely filing').values()]",
    "a pair of codes": "seq.adjustment_code('PR-253')",
    "a next step": "str(seq.next_step('CO-29', service_date='2025-03-01', remittance_date='2026-06-01'))",
    "causes": "[str(cause) for cause in seq.misattributed_causes()]",
    "a group": "(seq.GroupCode.CO.liability, seq.GroupCode.PR.title)",
    "deadlines": "[str(rule('2026-06-01')) for rule in (seq.deadlines.timely_filing, seq.deadlines.redetermination)]",
    "a reduction": "seq.expected_reduction('12.25', on='2024-01-15')",
    "a check": "str(seq.check_adjustment(reported='2.60', paid='101.40', on='2024-01-15', allowed='130'))",
    "an audit": "(lambda audit: (audit.to_dict(), str(audit)))(seq.check_835(sys.argv[1], keep='all'))",
    "a reading": "[claim.to_text() for claim in seq.read_835(sys.argv[1])]",
}


def run(code: str) -> str:
    file = str(EXAMPLES / "part_b_mistakes.835")
    done = subprocess.run([sys.executable, "-c", TOGETHER + code, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("use", FIRST_USES.values(), ids=FIRST_USES)
def test_a_first_use_by_many_gives_all_the_same_as_alone(use: str) -> None:
    assert run(f"print(*{{repr(each) for each in at_once(lambda: {use})}})") == run(f"print(repr({use}))")


def test_every_lazy_value_is_among_the_first_uses() -> None:
    lazy = run("print(*(name for name in seq.__all__ if name.isupper()))").split()

    assert {*lazy} <= {*FIRST_USES}


@pytest.mark.parametrize("name", ["CARCS", "RARCS", "PLBS", "STEPS", "MEDICARE_FFS"])
def test_a_first_use_by_many_makes_one_value(name: str) -> None:
    run(f"""
found = at_once(lambda: seq.{name})
assert len({{id(each) for each in found}}) == 1, len({{id(each) for each in found}})
assert found[0] is seq.{name}
""")


def test_many_audits_at_once_of_different_files() -> None:
    run("""
from itertools import count
from pathlib import Path

files = sorted(Path(sys.argv[1]).parent.glob("*.835"))
turn = count()
def work():
    file = files[next(turn) % len(files)]
    return file, seq.check_835(file, keep="all").to_dict()

assert len(files) > 2
alone = {file: seq.check_835(file, keep="all").to_dict() for file in files}
for file, audit in at_once(work, threads=4 * len(files)):
    assert audit == alone[file]
""")
