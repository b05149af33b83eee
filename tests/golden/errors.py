"""The words of errors: one wrong call for each thing that a caller may get wrong."""

from __future__ import annotations

import gzip
import io
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import sequestration as seq
from sequestration import deadlines
from tests.making import claim, interchange, remittance, transaction

_GOOD = remittance(claim("A-1"))
_PERIOD: dict[str, Any] = {
    "rate": "0.02",
    "status": "ordered",
    "verified_on": "2024-05-06",
    "authorities": [{"citation": "an act", "says": "two percent"}],
}


def of_errors() -> Iterator[str]:
    """What each wrong call says, in the order of the calls."""
    for name, call in {**_AMOUNTS, **_DAYS, **_LAW, **_SCHEDULES, **_CODES, **_FILES}.items():
        try:
            call()
        except (seq.SequestrationError, TypeError, ValueError) as error:
            yield f"{name}: {type(error).__name__}: {error}"
        else:
            yield f"{name}: no error"
    yield from (f"table {content!r}: {text}" for content, text in _of_tables(seq.CARCS.with_codes, _CODE_TABLES))
    yield from (f"texts {content!r}: {text}" for content, text in _of_tables(seq.CARCS.with_texts, _TEXT_TABLES))
    yield from (f"steps {content!r}: {text}" for content, text in _of_tables(seq.STEPS.with_rules, _STEP_TABLES))
    yield from (f"toml {content!r}: {text}" for content, text in _of_tables(seq.RateSchedule.from_toml, _TOMLS))


def _of_tables(read: Callable[[Path], object], contents: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "own.csv")
        for content in contents:
            path.write_text(content, "utf-8")
            try:
                read(path)
            except seq.SequestrationError as error:
                yield content, f"{type(error).__name__}: {error}".replace(folder, "FOLDER")
            else:
                yield content, "no error"


def _on(value: Any) -> Callable[[], object]:
    return lambda: seq.MEDICARE_FFS.rate_on(value)


def _reduced(value: Any) -> Callable[[], object]:
    return lambda: seq.expected_reduction(value, on="2024-01-15")


def _paid(**amounts: Any) -> Callable[[], object]:
    return lambda: seq.medicare_payment(**{"allowed": "100", **amounts})


def _secondary(**amounts: Any) -> Callable[[], object]:
    usual = {"charge": "175", "primary_allowed": "150", "primary_paid": "120", "allowed": "125"}
    return lambda: seq.secondary_payment(**{**usual, **amounts})


def _periods(*records: Any) -> Callable[[], object]:
    return lambda: seq.RateSchedule.from_records(records)


def _what_if(**options: Any) -> Callable[[], object]:
    return lambda: seq.MEDICARE_FFS.what_if(**{"first_day": "2027-01-01", "rate": "0.04", **options})


def _claims(data: Any) -> Callable[[], object]:
    return lambda: list(seq.read_835(data))


class _GivesText(io.RawIOBase):
    def read(self, _size: int = -1) -> Any:
        return "ISA"


def _closed_reader() -> None:
    reader = seq.read_835(interchange(transaction(claim("A-1"))))
    reader.close()
    next(reader)


def _all_of_it() -> seq.RateSchedule:
    return seq.MEDICARE_FFS.what_if(first_day=date(2027, 1, 1), rate="1", stacking="replace")


_AMOUNTS: dict[str, Callable[[], object]] = {
    "text that is no amount": _reduced("forty"),
    "an amount with a comma": _reduced("1,250"),
    "a float": _reduced(1.15),
    "a float that is none": _reduced(float("nan")),
    "a truth value": _reduced(True),
    "bytes": _reduced(b"40"),
    "half a cent": _reduced("0.005"),
    "very little more than whole cents": _reduced(Decimal("40.00" + "0" * 60 + "1")),
    "very little": _reduced(Decimal("1E-999999")),
    "a Decimal that is no number": _reduced(Decimal("NaN")),
    "a large Decimal": _reduced(Decimal("1E18")),
    "a large number": _reduced(10**18),
    "a very large number": _reduced(10**30),
    "an amount below zero": _paid(allowed="-0.01"),
    "a deductible below zero": _paid(deductible=Decimal("-0.01")),
    "a coinsurance below zero": _paid(coinsurance="-1"),
    "two kinds of coinsurance": _paid(coinsurance="1", coinsurance_rate="0.2"),
    "a rate above 1": _paid(coinsurance_rate="1.01"),
    "a rate as a float": _paid(coinsurance_rate=0.2),
    "a rate that is a truth value": _paid(coinsurance_rate=True),
    "a rate with too many places": _paid(coinsurance_rate=Decimal("0." + "1" * 29)),
    **{
        f"{name} below zero": _secondary(**{name: "-0.01"})
        for name in (
            "charge",
            "primary_allowed",
            "primary_paid",
            "allowed",
            "deductible",
            "coinsurance",
            "accept_in_full",
        )
    },
    "an adjustment without its amount": lambda: seq.Adjustment("CO", "253"),
    "a line without its charge": lambda: seq.ServiceLine("99213", paid="1"),
    "a line without its payment": lambda: seq.ServiceLine("99213", "1"),
    "a claim without its charge": lambda: seq.Claim("A", "1", paid="1"),
    "a claim without its payment": lambda: seq.Claim("A", "1", "1"),
    "a provider-level adjustment without its amount": lambda: seq.ProviderAdjustment("1", "WO", "R"),
}
_DAYS: dict[str, Callable[[], object]] = {
    "a day that does not exist": _on("2023-02-29"),
    "a day in another form": _on("1/15/2024"),
    "a week": _on("2024-W03"),
    "a number for a day": _on(20240115),
    "a day with a time": _on(datetime(2024, 1, 15, 12)),
    "a day with a time zone": _on(datetime(2024, 1, 15, tzinfo=timezone.utc)),  # noqa: UP017
    "no day": _on(None),
}
_LAW: dict[str, Callable[[], object]] = {
    "a schedule that is none": lambda: seq.expected_reduction("1", on="2024-01-15", schedule="ffs"),  # type: ignore[arg-type]
    "a rate of which nothing is left": lambda: seq.payables_from_paid("1", on="2027-01-01", schedule=_all_of_it()),
    "a cost report that ends first": lambda: seq.cost_report_reduction(
        "1", first_day="2013-02-01", last_day="2013-01-31"
    ),
    "a cost report after April 2020": lambda: seq.cost_report_reduction(
        "1", first_day="2020-04-01", last_day="2020-05-01"
    ),
    "services that end first": lambda: deadlines.timely_filing("2025-03-01", through_date="2025-02-28"),
    "an unknown exception": lambda: deadlines.timely_filing(
        "2025-03-01", exception="illness", notified_on="2026-01-01"
    ),
    "an exception without a notice": lambda: deadlines.timely_filing(
        "2025-03-01", exception=deadlines.FilingException.MEDICAID_RECOVERY
    ),
    "a notice without an exception": lambda: deadlines.timely_filing("2025-03-01", notified_on="2026-01-01"),
    "a notice before the service": lambda: deadlines.timely_filing(
        "2025-03-01", exception="medicaid_recovery", notified_on="2025-02-28"
    ),
    "a notice received before its date": lambda: deadlines.hearing("2026-06-02", received_on="2026-06-01"),
    "a deadline past the calendar": lambda: deadlines.redetermination("9999-12-01"),
    "a court year past the calendar": lambda: deadlines.court("9999-12-31"),
    "an inquiry before the rule": lambda: deadlines.overpayment("2020-01-01", inquiry_ended="2020-02-01"),
    "an inquiry that ended first": lambda: deadlines.overpayment("2026-06-02", inquiry_ended="2026-06-01"),
    "a redetermination before the letter": lambda: deadlines.recoupment("2026-06-02", redetermined_on="2026-06-01"),
    "an unknown level": lambda: deadlines.amount_in_controversy(2026, level="appeal"),
    "an unknown year": lambda: deadlines.amount_in_controversy(1990),
}
_SCHEDULES: dict[str, Callable[[], object]] = {
    "no periods": _periods(),
    "a period that is no table": _periods("2%"),
    "an unknown key": _periods({**_PERIOD, "day": "2024-01-01"}),
    "an unknown key in words": _periods({**_PERIOD, "the first day": "2024-01-01"}),
    "a period without a rate": _periods({"status": "ordered"}),
    "a period without a status": _periods({"rate": "0.02"}),
    "a period that was not checked": _periods({key: _PERIOD[key] for key in ("rate", "status", "authorities")}),
    "an unknown status": _periods({**_PERIOD, "status": "law"}),
    "a rate as a float in a period": _periods({**_PERIOD, "rate": 0.02}),
    "a rate in percent": _periods({**_PERIOD, "rate": "2"}),
    "a long rate": _periods({**_PERIOD, "rate": Decimal("0." + "1" * 29)}),
    "a bad first day": _periods({**_PERIOD, "first_day": "2024-13-01"}),
    "a period without a source": _periods({**_PERIOD, "authorities": []}),
    "a source as text": _periods({**_PERIOD, "authorities": "an act"}),
    "a source that is no table": _periods({**_PERIOD, "authorities": ["an act"]}),
    "a source without words": _periods({**_PERIOD, "authorities": [{"citation": "an act"}]}),
    "a source with an unknown key": _periods({**_PERIOD, "authorities": [{"act": "an act"}]}),
    "a source with an unknown status": _periods(
        {**_PERIOD, "authorities": [{"citation": "an act", "says": "x", "status": "heard of"}]}
    ),
    "a first day of the first": _periods({**_PERIOD, "first_day": "2024-01-01"}),
    "a last day of the last": _periods({**_PERIOD, "last_day": "2024-01-01"}),
    "a period without its first day": _periods({**_PERIOD, "last_day": "2024-01-01"}, _PERIOD),
    "a gap": _periods({**_PERIOD, "last_day": "2024-01-01"}, {**_PERIOD, "first_day": "2024-01-03"}),
    "an overlap": _periods({**_PERIOD, "last_day": "2024-01-01"}, {**_PERIOD, "first_day": "2024-01-01"}),
    "a period that ends first": _periods(
        {**_PERIOD, "last_day": "2024-01-01"},
        {**_PERIOD, "first_day": "2024-01-02", "last_day": "2024-01-01"},
        {**_PERIOD, "first_day": "2024-01-02"},
    ),
    "an assumption that ends first": _what_if(last_day="2026-12-31"),
    "an assumption above 1": _what_if(rate="0.99"),
    "an assumed rate above 1": _what_if(rate="1.01"),
    "an unknown way to combine": _what_if(stacking="multiply"),
    "a schedule from the text of an 835": lambda: seq.RateSchedule.from_toml(_GOOD.decode()),
}
_CODES: dict[str, Callable[[], object]] = {
    "a code that is not there": lambda: seq.CARCS["999"],
    "a code near another": lambda: seq.carc("CO-2530"),
    "text that is no code": lambda: seq.CARCS["hello"],
    "a code in a sentence": lambda: seq.CARCS.look_up("see CO-253!"),
    "a long text": lambda: seq.CARCS.look_up("x" * 50),
    "a float for a code": lambda: seq.CARCS[25.5],
    "a large number for a code": lambda: seq.CARCS.look_up(Decimal("1E+6")),
    "a less large number for a code": lambda: seq.CARCS.look_up(Decimal("9.99999E+5")),
    "a code near many others": lambda: seq.RARCS["N950"],
    "a truth value for a code": lambda: seq.CARCS.look_up(True),
    "a list for a code": lambda: seq.CARCS.look_up([]),  # type: ignore[arg-type]
    "a remark code that is not there": lambda: seq.RARCS["N9999"],
    "text that is no remark code": lambda: seq.RARCS["253"],
    "a provider-level code that is not there": lambda: seq.PLBS["QQ"],
    "text that is no provider-level code": lambda: seq.PLBS["withholding"],
    "a pair that is none": lambda: seq.adjustment_code("XX-253"),
    "a step for a code that is none": lambda: seq.next_step("hello"),
    "a bad day of a table": lambda: seq.CARCS.active_on("2024-02-30"),
}
_FILES: dict[str, Callable[[], object]] = {
    "an empty file": _claims(b""),
    "a letter": _claims(b"Dear Sir"),
    "a picture": _claims(b"\x89PNG\r\n"),
    "a PDF": _claims(b"%PDF-1.7"),
    "an archive in bytes": _claims(b"PK\x03\x04" + b"\0" * 30),
    "gzip in gzip": _claims(gzip.compress(gzip.compress(_GOOD))),
    "UTF-16": _claims("ISA*".encode("utf-16-le")),
    "UTF-16 with its mark": _claims("ISA*".encode("utf-16")),
    "UTF-16 with the other mark": _claims(b"\xfe\xff\0I"),
    "XML": _claims(b"<a/>"),
    "JSON": _claims(b'{"a": 1}'),
    "a JSON list": _claims(b"[1]"),
    "a header of one element": _claims(b"ISA*00*" + b"x" * 3000),
    "no transaction": _claims(interchange()),
    "another transaction": _claims(interchange(["ST*837*0001", "SE*2*0001"])),
    "no source": _claims(5),
    "a list": _claims([_GOOD]),
    "a file that is open as text": _claims(io.StringIO("ISA")),
    "a file that gives text": lambda: seq.read_835(_GivesText()),  # type: ignore[arg-type]
    "the text of an 835": _claims(_GOOD.decode()),
    "a source of an audit that is none": lambda: seq.check_835(5),  # type: ignore[arg-type]
    "a list with what is none": lambda: seq.check_835([_GOOD, 5]),  # type: ignore[list-item]
    "a reader that is closed": _closed_reader,
    "a copy of a reader": lambda: seq.read_835(_GOOD).__reduce__(),
    "postings without a charge": lambda: seq.Claim("A", "1", None, "1").postings(),
    "postings without a payment": lambda: seq.Claim("A", "1", "1", None).postings(),
}


_CODE_TABLES = (
    "",
    "code,stop\n",
    "code,words\n253,x\n",
    "stop\n2026-12-31\n",
    "code,stop\n253,2026-13-01\n",
    "code,stop\n253,2013-01-01\n",
    "code,stop\n253,12/31/2026\n",
    "code,stop\n253,2027-01-01/2026-01-01\n",
    "code,stop\n253,\nCO-253,\n",
    "code,stop\nhello,\n",
    "code,groups\n253,CO XX\n",
    "code,kind\n253,good\n",
    "code,step\n253,wait\n",
    "code,remark_required\n253,maybe\n",
    "code,category\n253,odd\n",
    "code,title\n399,New\n",
    "code,title\n253,\n",
)
_TEXT_TABLES = ("code\n253\n", "code,text\n253,\n", "code,text\n253,a\n253,b\n", "code,text\nhello,a\n")
_STEP_TABLES = (
    "step\nappeal\n",
    "code,step\n253,wait\n",
    "code,step\nhello,appeal\n",
    "remark,step\nhello,appeal\n",
    "category,step\nodd,appeal\n",
    "code,step\n16,appeal\nCO-16,appeal\n16,appeal\n",
    "code,remark,step\n16,N1,appeal\n16,N1,appeal\n",
)
_TOMLS = (
    "",
    "name = 5",
    "name = 'x'",
    "name = 'x'\nsize = 1",
    "name = 'x'\nperiod = []",
    "name = 'x'\nbased_on = 'y.toml'\n[[period]]\nrate = '0'",
    "name = 'x'\nbased_on = '../y.toml'",
    "name = 'x'\nbased_on = 'own.csv'",
    "name = 'x'\n[[period]]\nrate = '0'",
    "name = 'x'\nverified_on = 'x'",
    "name = 'x'\ntitle = ''",
    f"name = '{'.' * 201}'",
)
