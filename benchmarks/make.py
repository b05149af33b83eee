"""Make a Medicare 835 of about so many megabytes, right to the cent, with the truth about it beside it.

    python benchmarks/make.py OUT.835 10                # OUT.835.json holds the counts and sums
    python benchmarks/make.py OUT.835 10 --wrong 5      # five lines in a hundred are cut by one dollar too much

Four transactions in five are Part B (adjustments at the lines), the fifth is Part A (at the claim).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

CLAIMS_OF_A_TRANSACTION = 200
PROCEDURES = ("99213", "99214", "93000", "71046", "80053", "36415", "97110", "G0439")


def percent_on(day: date) -> int:
    if day < date(2020, 5, 1):
        return 2
    if day < date(2022, 4, 1):
        return 0
    return 1 if day < date(2022, 7, 1) else 2


def dollars(cents: int) -> str:
    whole, part = divmod(abs(cents), 100)
    text = f"{whole or ''}.{part:02d}".rstrip("0").rstrip(".") or "0"
    return f"-{text}" if cents < 0 else text


class Maker:
    def __init__(self, seed: int, wrong: int) -> None:
        self.random = random.Random(seed)
        self.wrong = wrong
        self.truth: Counter[str] = Counter()

    def cas(self, *adjustments: tuple[str, str, int]) -> list[str]:
        """CAS segments of what is not zero: mostly one a group, sometimes one an adjustment."""
        rows = [row for row in adjustments if row[2]]
        self.truth["adjustments"] += len(rows)
        for _, reason, cents in rows:
            if reason == "253":
                self.truth["n253"] += 1
                self.truth["sum253_cents"] += cents
        if self.random.random() < 0.2:
            return [f"CAS*{group}*{reason}*{dollars(cents)}" for group, reason, cents in rows]
        segments: dict[str, str] = {}
        for group, reason, cents in rows:
            start = f"{segments[group]}**" if group in segments else f"CAS*{group}*"
            segments[group] = f"{start}{reason}*{dollars(cents)}"
        return list(segments.values())

    def day(self) -> date:
        return date(2019, 1, 1) + timedelta(days=self.random.randrange(2500))

    def line(self) -> tuple[list[str], int, int, int]:
        """Segments, charge, payment and the patient's share of a service line."""
        pick = self.random
        day = self.day()
        allowed = pick.randrange(300, 40_000)
        charge = allowed + pick.randrange(2 * allowed)
        deductible = min(allowed, pick.randrange(22_600)) if pick.random() < 0.12 else 0
        coinsurance = (allowed - deductible) // 5
        payable = allowed - deductible - coinsurance
        cut = (payable * percent_on(day) + 50) // 100
        if payable > 1_000 and pick.randrange(100) < self.wrong:
            cut += 100
            self.truth["wrong"] += 1
        adjustments = self.cas(
            ("CO", "45", charge - allowed), ("CO", "253", cut), ("PR", "1", deductible), ("PR", "2", coinsurance)
        )
        self.truth["lines"] += 1
        segments = [
            f"SVC*HC:{pick.choice(PROCEDURES)}*{dollars(charge)}*{dollars(payable - cut)}**1",
            f"DTM*472*{day:%Y%m%d}",
            *adjustments,
            "REF*LU*11",
            f"REF*6R*{self.truth['lines']:09d}",
            f"AMT*B6*{dollars(allowed)}",
        ]
        return segments, charge, payable - cut, deductible + coinsurance

    def part_b(self) -> tuple[list[str], int]:
        lines = [self.line() for _ in range(self.random.choice((1, 1, 1, 2, 2, 3, 4)))]
        charge, paid, share = (
            sum(line[1] for line in lines),
            sum(line[2] for line in lines),
            sum(line[3] for line in lines),
        )
        head = self.head("MB", charge, paid, share, "MOA***MA01")
        return head + [segment for line in lines for segment in line[0]], paid

    def part_a(self) -> tuple[list[str], int]:
        day = self.day()
        charge = self.random.randrange(900_000, 9_000_000)
        allowed = self.random.randrange(400_000, charge)
        deductible = self.random.choice((155_600, 0))
        payable = allowed - deductible
        cut = (payable * percent_on(day) + 50) // 100
        adjustments = self.cas(("CO", "45", charge - allowed), ("CO", "253", cut), ("PR", "1", deductible))
        head = self.head("MA", charge, payable - cut, deductible, "MIA*0****MA01")
        dates = [f"DTM*232*{day - timedelta(days=4):%Y%m%d}", f"DTM*233*{day:%Y%m%d}", "QTY*CA*4"]
        return [head[0], *adjustments, *head[1:], *dates], payable - cut

    def head(self, plan: str, charge: int, paid: int, share: int, remarks: str) -> list[str]:
        self.truth["claims"] += 1
        number = 1_319_000_000 + self.truth["claims"]
        return [
            f"CLP*A{number}*1*{dollars(charge)}*{dollars(paid)}*{dollars(share)}*{plan}*{number}*11*1",
            "NM1*QC*1*DOE*JANE****MI*1EG4TE5MK73",
            "NM1*82*1*CARE*CLARA****XX*1234567893",
            remarks,
            "DTM*050*20260901",
        ]

    def transaction(self, number: int) -> list[str]:
        make = self.part_a if number % 5 == 0 else self.part_b
        claims = [make() for _ in range(CLAIMS_OF_A_TRANSACTION)]
        paid = sum(amount for _, amount in claims)
        segments = [
            f"ST*835*{number:04d}",
            f"BPR*I*{dollars(paid)}*C*ACH*CCP*01*999999992*DA*1*1351840597**01*999988880*DA*1*20261001",
            f"TRN*1*{number}*1351840597",
            "DTM*405*20260930",
            "N1*PR*EXAMPLE MEDICARE CONTRACTOR",
            "REF*2U*11502",
            "N1*PE*EXAMPLE CLINIC*XX*1234567893",
            "LX*1",
            *(segment for claim, _ in claims for segment in claim),
        ]
        return [*segments, f"SE*{len(segments) + 1}*{number:04d}"]


def write(path: Path, megabytes: float, seed: int = 1, wrong: int = 0) -> Counter[str]:
    maker = Maker(seed, wrong)
    size = number = 0
    with path.open("w", encoding="ascii", newline="") as out:
        out.write("ISA*00*          *00*          *ZZ*MEDICAREMAC    *ZZ*EXAMPLECLINIC  ")
        out.write("*261001*1200*^*00501*000000001*0*P*:~GS*HP*A*B*20261001*1200*1*X*005010X221A1~")
        while size < megabytes * 1_000_000:
            number += 1
            size += out.write("~".join(maker.transaction(number)) + "~")
        out.write(f"GE*{number}*1~IEA*1*000000001~")
    Path(f"{path}.json").write_text(json.dumps(maker.truth))
    return maker.truth


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("megabytes", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wrong", type=int, default=0, metavar="PERCENT")
    options = parser.parse_args()
    print(json.dumps(write(options.path, options.megabytes, options.seed, options.wrong)))
