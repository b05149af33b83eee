"""Make a Medicare 835 of about so many megabytes, right to the cent, with the truth about it beside it.

    python benchmarks/make.py OUT.835 10                # OUT.835.json holds the counts and sums
    python benchmarks/make.py OUT.835 10 --wrong 5      # five lines in a hundred are cut by one dollar too much
    python benchmarks/make.py OUT.835 10 --parts A      # Part A alone, adjustments at the claim

Four transactions in five are Part B (adjustments at the lines), the fifth is Part A (at the claim). CO 253 is 2%, 1%
or nothing by the date, in the first, second or third place of a CAS or in a CAS of its own. One line in twenty has a
penalty (CARC 237) before it, one in five a remark, and some claims are forwarded to a supplemental payer.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

CLAIMS_OF_A_TRANSACTION = 200
PROCEDURES = ("99213", "99214", "99204", "93000", "71046", "80053", "36415", "20610", "97110", "66984", "G0439")
LAST_NAMES = ("DOE", "ROE", "SAMPLE", "EXAMPLE", "PUBLIC", "TESTER", "SPECIMEN", "NOBODY")
FIRST_NAMES = ("JANE", "JOHN", "MARY", "RICHARD", "ALEX", "PAT", "CHRIS", "SAM")

Adjustment = tuple[str, str, int]
"""Group, reason and cents."""


def percent_on(day: date) -> int:
    if day < date(2020, 5, 1):
        return 2
    if day < date(2022, 4, 1):
        return 0
    return 1 if day < date(2022, 7, 1) else 2


def share(cents: int, permille: int) -> int:
    """A share of an amount, half a cent rounded up."""
    return (cents * permille + 500) // 1000


def dollars(cents: int) -> str:
    whole, part = divmod(abs(cents), 100)
    text = f"{whole or ''}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)
    return f"-{text}" if cents < 0 else text


class Maker:
    def __init__(self, seed: int, wrong: int, most_wrong: int | None, claims: int) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.wrong = wrong
        self.most_wrong = most_wrong
        self.claims = claims
        self.truth: Counter[str] = Counter()

    def cas(self, adjustments: list[Adjustment]) -> list[str]:
        """CAS segments of what is not zero: mostly one a group, sometimes one an adjustment."""
        rows = [row for row in adjustments if row[2]]
        self.truth["adjustments"] += len(rows)
        for _, reason, cents in rows:
            if reason == "253":
                self.truth["n253"] += 1
                self.truth["sum253_cents"] += cents
        # Drawn whatever there is, so that a wrong amount changes nothing else in the file.
        apart = {group: self.random.random() < 0.3 for group in ("CO", "PR")}
        segments: list[str] = []
        for group, together in groupby(rows, lambda row: row[0]):
            triples = [f"{reason}*{dollars(cents)}" for _, reason, cents in together]
            segments += [f"CAS*{group}*{text}" for text in (triples if apart[group] else ["**".join(triples)])]
        return segments

    def day(self) -> date:
        return date(2019, 1, 1) + timedelta(days=self.random.randrange(2500))

    def is_wrong(self, payable: int) -> bool:
        chosen = payable > 1_000 and self.random.randrange(100) < self.wrong
        return chosen and (self.most_wrong is None or self.truth["wrong"] < self.most_wrong)

    def line(self, day: date) -> tuple[list[str], int, int, int]:
        """Segments, charge, payment and the patient's share of a service line."""
        pick = self.random
        allowed = pick.randrange(300, 40_000)
        charge = allowed + pick.randrange(2 * allowed)
        deductible = min(allowed, pick.randrange(22_600)) if pick.random() < 0.12 else 0
        coinsurance = share(allowed - deductible, 200)
        payable = allowed - deductible - coinsurance
        penalty = share(payable, 15) if pick.random() < 0.05 else 0
        payable -= penalty
        cut = share(payable, 10 * percent_on(day))
        if self.is_wrong(payable):
            cut += 100
            self.truth["wrong"] += 1
        contractual: list[Adjustment] = [("CO", "45", charge - allowed), ("CO", "237", penalty), ("CO", "253", cut)]
        if pick.random() < 0.1:
            contractual.reverse()
        adjustments = self.cas([*contractual, ("PR", "1", deductible), ("PR", "2", coinsurance)])
        self.truth["lines"] += 1
        self.truth["findings"] += 1
        segments = [
            f"SVC*HC:{pick.choice(PROCEDURES)}*{dollars(charge)}*{dollars(payable - cut)}**1",
            f"DTM*472*{day:%Y%m%d}",
            *adjustments,
            "REF*LU*11",
            f"REF*6R*{self.truth['lines']:09d}",
            f"AMT*B6*{dollars(allowed)}",
            *["LQ*HE*N699"] * (pick.random() < 0.2),
        ]
        return segments, charge, payable - cut, deductible + coinsurance

    def part_b(self) -> tuple[list[str], int]:
        day = self.day()
        lines = [self.line(day) for _ in range(self.random.choice((1, 1, 1, 2, 2, 3, 4)))]
        charge, paid, patient = (sum(amounts) for amounts in list(zip(*lines, strict=True))[1:])
        forwarded = self.random.random() < 0.25
        claim, patient_name = self.head("19" if forwarded else "1", charge, paid, patient, "MB")
        segments = [
            claim,
            patient_name,
            "NM1*82*1*CARE*CLARA****XX*1234567893",
            *["NM1*TT*2*SAMPLE SUPPLEMENTAL*****PI*30006"] * forwarded,
            "MOA***MA01",
            f"DTM*050*{day + timedelta(days=14):%Y%m%d}",
        ]
        return segments + [segment for line in lines for segment in line[0]], paid

    def part_a(self) -> tuple[list[str], int]:
        day = self.day()
        charge = self.random.randrange(900_000, 9_000_000)
        allowed = self.random.randrange(400_000, charge)
        deductible = 155_600 if self.random.random() < 0.6 else 0
        payable = allowed - deductible
        cut = share(payable, 10 * percent_on(day))
        adjustments = self.cas([("CO", "45", charge - allowed), ("CO", "253", cut), ("PR", "1", deductible)])
        claim, patient_name = self.head("1", charge, payable - cut, deductible, "MA")
        self.truth["findings"] += 1
        segments = [
            f"{claim}**{self.random.randrange(1, 999)}*1.2345",
            *adjustments,
            patient_name,
            f"MIA*0***{dollars(allowed)}*MA01",
            f"DTM*232*{day - timedelta(days=4):%Y%m%d}",
            f"DTM*233*{day:%Y%m%d}",
            f"AMT*AU*{dollars(charge)}",
            "QTY*CA*4",
        ]
        return segments, payable - cut

    def head(self, status: str, charge: int, paid: int, patient: int, plan: str) -> tuple[str, str]:
        """The CLP, and the name of the patient."""
        self.truth["claims"] += 1
        number = f"{self.seed + 1:06d}{self.truth['claims']:07d}"
        amounts = "*".join(dollars(cents) for cents in (charge, paid, patient))
        last, first = self.random.choice(LAST_NAMES), self.random.choice(FIRST_NAMES)
        return (
            f"CLP*A{number}*{status}*{amounts}*{plan}*{number}*11*1",
            f"NM1*QC*1*{last}*{first}****MI*1EG4TE5MK{self.random.randrange(10, 99)}",
        )

    def transaction(self, number: int, *, part_a: bool) -> list[str]:
        make = self.part_a if part_a else self.part_b
        claims = [make() for _ in range(self.claims)]
        paid = sum(amount for _, amount in claims)
        segments = [
            f"ST*835*{number:04d}",
            f"BPR*I*{dollars(paid)}*C*ACH*CCP*01*999999992*DA*1*1351840597**01*999988880*DA*1*20261001",
            f"TRN*1*{self.seed + 1:06d}{number:06d}*1351840597",
            "DTM*405*20260930",
            "N1*PR*EXAMPLE MEDICARE CONTRACTOR",
            "N3*1 EXAMPLE PLAZA",
            "N4*COLUMBIA*SC*29202",
            "REF*2U*11502",
            "PER*CX**TE*8005551213",
            "PER*BL*EDI*TE*8005551212",
            "N1*PE*EXAMPLE CLINIC*XX*1234567893",
            "N3*2 EXAMPLE ST",
            "N4*COLUMBIA*SC*29202",
            "REF*TJ*123456789",
            "LX*1",
            *(segment for claim, _ in claims for segment in claim),
        ]
        return [*segments, f"SE*{len(segments) + 1}*{number:04d}"]


def write(
    path: Path,
    megabytes: float,
    seed: int = 1,
    wrong: int = 0,
    *,
    parts: str = "AB",
    claims: int = CLAIMS_OF_A_TRANSACTION,
    most_wrong: int | None = None,
) -> Counter[str]:
    """Write a file, and return the truth about it, which is also written beside it.

    The truth has counts and sums; "findings" are the places where a CO 253 can be: lines of Part B, claims of Part A.

    Args:
        path: File to write; the truth goes to the same name with ".json" after it.
        megabytes: Least size; the file ends with the transaction that reaches it.
        seed: Number from which all that is random follows, and each claim and payment number.
        wrong: Lines in a hundred of Part B with a CO 253 that is one dollar too much; the other amounts of a file
            are the same with any share of wrong lines, except those that follow from it.
        parts: "AB", "A" or "B".
        claims: Claims of a transaction.
        most_wrong: Most wrong lines; None for no limit.
    """
    maker = Maker(seed, wrong, most_wrong, claims)
    size = number = 0
    with path.open("w", encoding="ascii", newline="") as out:
        out.write("ISA*00*          *00*          *ZZ*MEDICAREMAC    *ZZ*EXAMPLECLINIC  ")
        out.write("*261001*1200*^*00501*000000001*0*P*:~GS*HP*A*B*20261001*1200*1*X*005010X221A1~")
        while size < megabytes * 1_000_000:
            number += 1
            part_a = parts == "A" or (parts == "AB" and number % 5 == 0)
            size += out.write("~".join(maker.transaction(number, part_a=part_a)) + "~")
        out.write(f"GE*{number}*1~IEA*1*000000001~")
    Path(f"{path}.json").write_text(json.dumps(maker.truth))
    return maker.truth


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("megabytes", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wrong", type=int, default=0, metavar="PERCENT")
    parser.add_argument("--parts", choices=("AB", "A", "B"), default="AB")
    options = parser.parse_args()
    print(json.dumps(write(options.path, options.megabytes, options.seed, options.wrong, parts=options.parts)))
