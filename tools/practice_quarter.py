"""Write examples/practice/quarter.zip: the remittances of a made-up practice in the third quarter of 2022.

    python -m tools.practice_quarter

Lakeside Example Medical Group has two offices. It is paid by a Medicare contractor for each of them, a DME contractor,
a Medicare Advantage plan and a commercial plan. Every name, number and dollar amount is made up, and the same on every
run. `quarter` also returns the errors that were put in, computed here without the library.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from pathlib import Path
from typing import NamedTuple

OUT = Path(__file__).parents[1] / "examples" / "practice" / "quarter.zip"

NPI = "1234567893"
NO_AMOUNT = Decimal(0)
CENT = Decimal("0.01")
FULL, HALF, NONE = Decimal("0.02"), Decimal("0.01"), Decimal(0)
HALF_FROM, FULL_FROM = date(2022, 4, 1), date(2022, 7, 1)


class Fee(NamedTuple):
    """A service: procedure code, charge, allowed amount, and whether Medicare leaves 20% of it to the patient."""

    code: str
    charge: Decimal
    allowed: Decimal
    coinsurance: bool = True


class Payer(NamedTuple):
    """A payer as its remittances name it, with its plan code (CLP06)."""

    name: str
    number: str
    plan: str
    prefix: str


class Line(NamedTuple):
    """A service line: what was allowed, what the patient and sequestration took, and the rest."""

    fee: Fee
    on: date
    adjustments: tuple[tuple[str, str, Decimal], ...]
    has_allowed: bool = True

    @property
    def paid(self) -> Decimal:
        """Charge less adjustments."""
        return self.fee.charge - sum((amount for _, _, amount in self.adjustments), NO_AMOUNT)


class Planned(NamedTuple):
    """An error that was put in: claim, line, verdict, and reported less expected sequestration."""

    claim: str
    line: int
    verdict: str
    difference: Decimal


class Quarter(NamedTuple):
    """Files by name, and the errors in them."""

    files: dict[str, bytes]
    planned: tuple[Planned, ...]


NORTH = Payer("EXAMPLE MEDICARE PART B NORTH", "99101", "MB", "22N")
SOUTH = Payer("EXAMPLE MEDICARE PART B SOUTH", "99202", "MB", "22S")
DME = Payer("EXAMPLE MEDICARE DME", "99303", "MB", "22D")
ADVANTAGE = Payer("EXAMPLE ADVANTAGE HEALTH PLAN", "H0000", "16", "AH")
COMMERCIAL = Payer("EXAMPLE COMMERCIAL INSURANCE", "00000", "12", "CI")


def fee(code: str, charge: str, allowed: str, *, coinsurance: bool = True) -> Fee:
    """A fee from dollars as text."""
    return Fee(code, Decimal(charge), Decimal(allowed), coinsurance)


OFFICE = (
    fee("99213", "150.00", "91.39"),
    fee("99214", "215.00", "128.92"),
    fee("99212", "95.00", "57.05"),
    fee("99204", "270.00", "167.52"),
    fee("99215", "295.00", "181.37"),
)
ADDED = (
    fee("93000", "45.00", "14.63"),
    fee("36415", "12.00", "8.57", coinsurance=False),
    fee("85025", "25.00", "7.77", coinsurance=False),
    fee("80053", "38.00", "10.56", coinsurance=False),
    fee("20610", "165.00", "66.89"),
    fee("G0439", "190.00", "132.84", coinsurance=False),
    fee("97110", "75.00", "29.41"),
)
EQUIPMENT = (fee("E0601:RR", "140.00", "48.27"), fee("E1390:RR", "260.00", "97.83"), fee("K0001:RR", "75.00", "27.19"))


def quarter() -> Quarter:
    """Make all files."""
    practice = _Practice()
    practice.north()
    practice.south()
    practice.equipment()
    practice.plans()
    files = dict(practice.files)
    # What a clearinghouse delivers besides: a remittance that came twice, and an acknowledgment.
    files["2022-08-18-north_copy.835"] = files["2022-08-18-north.835"]
    files["2022-08-01-acknowledgment.999"] = _acknowledgment()
    return Quarter(dict(sorted(files.items())), tuple(practice.planned))


def write(path: Path) -> None:
    """Write the files as one zip archive, with the same dates on every run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in quarter().files.items():
            entry = zipfile.ZipInfo(name, (2022, 10, 3, 8, 0, 0))
            entry.create_system = 3  # The same on every system.
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)


def lawful_rate(on: date) -> Decimal:
    """Rate of 2022 by date of service: none in the first quarter, 1% in the second, then 2%."""
    return NONE if on < HALF_FROM else HALF if on < FULL_FROM else FULL


def cut(payable: Decimal, rate: Decimal) -> Decimal:
    """Sequestration of a line in whole cents."""
    return (payable * rate).quantize(CENT, ROUND_HALF_UP)


class _Practice:
    """The files so far, and the errors put in."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.planned: list[Planned] = []
        self._accounts = count(10001)
        self._picks = count()
        self._controls = count(1)

    def north(self) -> None:
        """Weekly. Until July 14 it takes 2% of June services; late claims of the suspension lose 1%."""
        for week, paid_on in enumerate(_every(date(2022, 7, 7), 7, 13)):
            claims: list[str] = []
            for number in range(18):
                on = paid_on - timedelta(days=14 + number % 5)
                lines = self._visit(on, number, rate=FULL if paid_on <= date(2022, 7, 14) else None)
                claims += self._claim(NORTH, lines, denied=(week * 18 + number) % 17 == 5)
            if week == 3:
                for on in (date(2022, 1, 11), date(2022, 2, 8), date(2022, 3, 22)):
                    claims += self._claim(NORTH, self._visit(on, 1, rate=HALF), verdict="cut_not_due")
            if week == 8:
                claims += self._single_errors(paid_on - timedelta(days=14))
            plb = {2: ("L6:INTEREST", "-3.18"), 5: ("WO:22N0000000011", "45.00"), 10: ("CS:ADJ", "-12.40")}.get(week)
            self._file(f"{paid_on}-north.835", NORTH, paid_on, claims, plb)

    def south(self) -> None:
        """Every two weeks. It takes 1% of services of July 1 to 15, and corrects itself on August 25."""
        wrong: list[tuple[str, str, list[Line]]] = []
        for paid_on in _every(date(2022, 7, 14), 14, 6):
            claims: list[str] = []
            for number in range(12):
                on = paid_on - timedelta(days=14 + number % 8)
                late = FULL_FROM <= on <= date(2022, 7, 15)
                lines = self._visit(on, number + 3, rate=HALF if late else None)
                account, control = self._numbers(SOUTH)
                claims += self._claim(SOUTH, lines, numbers=(account, control))
                if late:
                    wrong.append((account, control, lines))
            if paid_on == date(2022, 8, 25):
                for account, control, lines in wrong:
                    claims += _segments(SOUTH, account, control, [_reversed(line) for line in lines], status="22")
                    again = [_line(line.fee, line.on, FULL) for line in lines]
                    claims += _segments(SOUTH, account, f"{control}A", again, frequency="7", original=control)
            self._file(f"{paid_on}-south.835", SOUTH, paid_on, claims, None)

    def equipment(self) -> None:
        """Monthly rentals. In September, sequestration is taken of the allowed amount of two of them."""
        for paid_on in (date(2022, 7, 20), date(2022, 8, 19), date(2022, 9, 20)):
            claims: list[str] = []
            for number in range(9):
                item, on = EQUIPMENT[number % 3], paid_on.replace(day=2 + number)
                wrong = paid_on.month == 9 and number in (4, 7)
                line = _line(item, on, FULL, taken=cut(item.allowed, FULL) if wrong else None)
                claims += self._claim(DME, [line])
            self._file(f"{paid_on}-dme.835", DME, paid_on, claims, None)

    def plans(self) -> None:
        """Monthly. The Advantage plan takes 2% of June services, too; the commercial plan takes none."""
        for month in (7, 8, 9):
            paid_on = date(2022, month, 28)
            for payer, name, rate in ((ADVANTAGE, "advantage", FULL), (COMMERCIAL, "commercial", NONE)):
                claims: list[str] = []
                for number in range(10):
                    on = paid_on - timedelta(days=21 + number)
                    lines = self._visit(on, number + 1, rate=rate)
                    claims += _segments(payer, *self._numbers(payer), lines)
                self._file(f"{paid_on}-{name}.835", payer, paid_on, claims, None)

    def _single_errors(self, on: date) -> Iterator[str]:
        """One claim for each of five ways to get a line wrong."""
        visit = OFFICE[1]
        payable = visit.allowed - cut(visit.allowed, Decimal("0.20"))
        due = cut(payable, FULL)
        for verdict, taken, group in (
            ("cut_too_large", cut(visit.allowed, FULL), "CO"),
            ("cut_too_large", cut(visit.charge, FULL), "CO"),
            ("cut_too_large", due * 2, "CO"),
            ("missing", NO_AMOUNT, "CO"),
            ("wrong_group", due, "PR"),
        ):
            yield from self._claim(NORTH, [_line(visit, on, FULL, taken=taken, group=group)], verdict=verdict)

    def _visit(self, on: date, number: int, *, rate: Decimal | None) -> list[Line]:
        """An office visit with up to two further services; without a rate, the lawful one."""
        pick = next(self._picks)
        fees = [OFFICE[(pick * 7 + number) % len(OFFICE)]]
        fees += [ADDED[(pick * 5 + extra * 3) % len(ADDED)] for extra in range(pick % 3)]
        return [_line(item, on, lawful_rate(on) if rate is None else rate) for item in fees]

    def _numbers(self, payer: Payer) -> tuple[str, str]:
        """Account number and the payer's claim number."""
        account = next(self._accounts)
        return f"LK{account}", f"{payer.prefix}{account * 37 % 10**10:010}"

    def _claim(
        self,
        payer: Payer,
        lines: list[Line],
        *,
        numbers: tuple[str, str] | None = None,
        denied: bool = False,
        verdict: str = "",
    ) -> list[str]:
        """A claim of fee-for-service Medicare; what is wrong with it is noted."""
        account, control = numbers or self._numbers(payer)
        if denied:
            reason = ("50", "97", "16")[int(control[-1]) % 3]
            lines = [Line(item.fee, item.on, (("CO", reason, item.fee.charge),), has_allowed=False) for item in lines]
            return _segments(payer, account, control, lines, remark="N386" if reason == "50" else "MA130")
        for number, item in enumerate(lines, 1):
            difference = _reported(item) - cut(_payable(item), lawful_rate(item.on))
            if difference or verdict:
                size = "cut_too_large" if difference > 0 else "cut_too_small"
                self.planned.append(Planned(account, number, verdict or size, difference))
        return _segments(payer, account, control, lines)

    def _file(self, name: str, payer: Payer, paid_on: date, claims: Iterable[str], plb: tuple[str, str] | None) -> None:
        """One interchange of one remittance."""
        body = list(claims)
        paid = sum((Decimal(segment.split("*")[4]) for segment in body if segment.startswith("CLP*")), NO_AMOUNT)
        control, day = f"{next(self._controls):09}", f"{paid_on:%Y%m%d}"
        if plb:
            paid -= Decimal(plb[1])
            body.append(f"PLB*{NPI}*20221231*{plb[0]}*{plb[1]}")
        text = [
            f"BPR*I*{paid}*C*ACH*CCP*01*999999992*DA*123456*1999999999**01*999988880*DA*98765*{day}",
            f"TRN*1*EFT{payer.prefix}{control[-6:]}*1999999999",
            f"DTM*405*{day}",
            f"N1*PR*{payer.name}",
            f"REF*2U*{payer.number}",
            f"N1*PE*LAKESIDE EXAMPLE MEDICAL GROUP*XX*{NPI}",
            "LX*1",
            *body,
        ]
        self.files[name] = _interchange(control, paid_on, ["ST*835*0001", *text, f"SE*{len(text) + 2}*0001"])


def _line(item: Fee, on: date, rate: Decimal, *, taken: Decimal | None = None, group: str = "CO") -> Line:
    """A paid line with sequestration at a rate, or of the amount `taken`."""
    coinsurance = cut(item.allowed, Decimal("0.20")) if item.coinsurance else NO_AMOUNT
    withheld = cut(item.allowed - coinsurance, rate) if taken is None else taken
    amounts = (("CO", "45", item.charge - item.allowed), (group, "253", withheld), ("PR", "2", coinsurance))
    return Line(item, on, tuple(entry for entry in amounts if entry[2]))


def _payable(line: Line) -> Decimal:
    """Medicare's payment before sequestration."""
    return line.paid + _reported(line)


def _reported(line: Line) -> Decimal:
    return sum((amount for _, reason, amount in line.adjustments if reason == "253"), NO_AMOUNT)


def _reversed(line: Line) -> Line:
    """The line with every sign turned."""
    back = line.fee._replace(charge=-line.fee.charge, allowed=-line.fee.allowed)
    return Line(back, line.on, tuple((group, reason, -amount) for group, reason, amount in line.adjustments))


def _segments(
    payer: Payer,
    account: str,
    control: str,
    lines: list[Line],
    *,
    status: str = "1",
    frequency: str = "1",
    original: str = "",
    remark: str = "",
) -> list[str]:
    """The segments of a claim. The patient has no name."""
    charge = sum((line.fee.charge for line in lines), NO_AMOUNT)
    paid = sum((line.paid for line in lines), NO_AMOUNT)
    patient = sum((amount for line in lines for group, _, amount in line.adjustments if group == "PR"), NO_AMOUNT)
    status = "4" if remark else status
    found = [f"CLP*{account}*{status}*{charge}*{paid}*{patient}*{payer.plan}*{control}*11*{frequency}"]
    found.append("NM1*QC*1*MADEUP*PATIENT****MI*NOTAMEMBER")
    if remark:
        found.append(f"MOA***{remark}")
    if original:
        found.append(f"REF*F8*{original}")
    for line in lines:
        found.append(f"SVC*HC:{line.fee.code}*{line.fee.charge}*{line.paid}**1")
        found.append(f"DTM*472*{line.on:%Y%m%d}")
        found += [f"CAS*{group}*{reason}*{amount}" for group, reason, amount in line.adjustments]
        if line.has_allowed:
            found.append(f"AMT*B6*{line.fee.allowed}")
    return found


def _every(first: date, days: int, times: int) -> Iterator[date]:
    return (first + timedelta(days=days * number) for number in range(times))


def _interchange(control: str, day: date, segments: list[str], *, kind: str = "HP*", version: str = "221A1") -> bytes:
    """A transaction in its envelope, a segment a line."""
    parties = "ZZ*MADEUPPAYER    *ZZ*LAKESIDEEXAMPLE"
    text = [
        f"ISA*00*{' ' * 10}*00*{' ' * 10}*{parties}*{day:%y%m%d}*0600*^*00501*{control}*0*P*:",
        f"GS*{kind}MADEUPPAYER*LAKESIDEEXAMPLE*{day:%Y%m%d}*0600*1*X*005010X{version}",
        *segments,
        "GE*1*1",
        f"IEA*1*{control}",
    ]
    return "".join(f"{segment}~\n" for segment in text).encode("ascii")


def _acknowledgment() -> bytes:
    """A 999 that accepts one batch of claims."""
    body = ["ST*999*0001*005010X231A1", "AK1*HC*1*005010X222A1", "AK2*837*0001*005010X222A1", "IK5*A", "AK9*A*1*1*1"]
    return _interchange("000000999", date(2022, 8, 1), [*body, "SE*6*0001"], kind="FA*", version="231A1")


if __name__ == "__main__":
    write(OUT)
