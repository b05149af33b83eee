"""Commands that list claims, postings and payments of remittances."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import attrs

from sequestration._cli.arguments import is_one_of
from sequestration._cli.exit_codes import OK, REVIEW, fail
from sequestration._cli.paths import STANDARD_INPUT, RemittanceFiles, expand_patterns, fail_without_claim
from sequestration._cli.streams import csv_output
from sequestration._cli.terminal import print_text
from sequestration._dates import for_readers
from sequestration._errors import InvalidAmount
from sequestration._export.csv import safe_cell
from sequestration._messages import counted
from sequestration._money import dollars_if_known, format_dollars, optional_cents, optional_dollars, total_if_known
from sequestration._printable import make_single_line
from sequestration._worklist.bank_payments import COLUMNS, BankPayment, claims_and_payments
from sequestration._x12.layouts.postings import Posting
from sequestration._x12.model import Claim
from sequestration._x12.remittance import ProviderAdjustment

__all__ = ["COMMANDS"]

_PROVIDER_ADJUSTMENT = "provider_adjustment"
"""Kind of a row that belongs to no claim, beside the kinds of postings."""


def _show(options: argparse.Namespace) -> int:
    files, shown = RemittanceFiles([options.file]), 0
    for item in files:
        if isinstance(item, Claim) and (options.claim is None or _has_number(item, options.claim)):
            print_text(("\n" if shown else "") + item.to_text())
            shown += 1
    if not shown and files.code == OK:
        return fail_without_claim(options.file, options.claim)
    return files.code


def _has_number(claim: Claim, number: str) -> bool:
    """Whether a number is the claim's patient control number or payer claim number."""
    return is_one_of(number, claim.control_number, claim.payer_control_number)


def _post(options: argparse.Namespace) -> int:
    files = RemittanceFiles(expand_patterns(options.paths), recursive=options.recursive)
    watch = _Watch()
    rows = (row for item in watch.items(claims_and_payments(files)) for row in _rows_of(item, watch))
    _print_rows(rows, _POSTING_COLUMNS, options)
    return max(files.code, watch.code)


def _rows_of(item: Claim | BankPayment, watch: _Watch) -> Iterator[dict[str, Any]]:
    """Rows to post of a claim, or of a payment beyond its claims.

    A claim whose charge or payment could not be read has no rows, which is reported.
    """
    if isinstance(item, Claim):
        try:
            postings = item.postings()
        except InvalidAmount as error:
            watch.code = fail(str(error), REVIEW)
        else:
            yield from (posting.to_dict() for posting in postings)
        return
    for adjustment in item.adjustments:
        yield _provider_row(item, adjustment)


_POSTING_COLUMNS = tuple(field.name for field in attrs.fields(Posting))


def _provider_row(payment: BankPayment, adjustment: ProviderAdjustment) -> dict[str, Any]:
    day, amount = payment.payment_date, adjustment.amount
    return dict.fromkeys(_POSTING_COLUMNS, "") | {
        "trace_number": payment.trace_number,
        "payment_date": day.isoformat() if day else None,
        "line": None,
        "kind": _PROVIDER_ADJUSTMENT,
        "reason": adjustment.reason,
        "amount": None if amount is None else str(amount),
        "unexplained": amount is None,
        "note": adjustment.meaning,
    }


def _payments(options: argparse.Namespace) -> int:
    files = RemittanceFiles(expand_patterns(options.paths), recursive=options.recursive)
    watch = _Watch()
    items = watch.items(claims_and_payments(files))
    payments = (item for item in items if isinstance(item, BankPayment))
    if options.json or options.csv:
        _print_rows((payment.to_dict() for payment in payments), COLUMNS, options)
    else:
        _print_table(payments)
    return max(files.code, watch.code)


def _print_rows(rows: Iterable[Mapping[str, Any]], columns: Iterable[str], options: argparse.Namespace) -> None:
    """Print rows as JSON, or else as CSV, each as soon as it is there."""
    if options.json:
        before = "["
        for row in rows:
            print(f"{before}\n  {json.dumps(row)}", end="")
            before = ","
        print("[]" if before == "[" else "\n]")
        return
    names = list(columns)
    writer = csv.writer(csv_output())
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)


@lru_cache(maxsize=1024, typed=True)  # The rows of a claim share most of their values.
def _cell(value: object) -> object:
    """A number as it is, or a text that a spreadsheet takes for no formula."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return value if isinstance(value, str) and _is_amount(value) else safe_cell(value)


def _is_amount(text: str) -> bool:
    """Whether a text is an amount as `to_dict` writes it, minus included."""
    whole, point, cents = text.removeprefix("-").partition(".")
    return bool(point) and whole.isdecimal() and cents.isdecimal() and text.isascii()


def _print_table(payments: Iterable[BankPayment]) -> None:
    """Print payments as a table with a total, one row a remittance."""
    print(_ROW.format("paid on", "check or EFT", "method", "payment", "claims", "claims paid", "PLB", "payer"))
    paid, count, claims = list[int | None](), 0, 0
    for payment in payments:
        day = for_readers(payment.payment_date) if payment.payment_date else "unknown"
        cells = (day, payment.trace_number or "none", payment.method or "none", dollars_if_known(payment.amount))
        amounts = (
            f"{payment.claims:,}",
            dollars_if_known(payment.claims_paid),
            dollars_if_known(payment.provider_adjustments),
        )
        print(make_single_line(_ROW.format(*cells, *amounts, payment.payer)))
        paid = [total_if_known([*paid, optional_cents(payment.amount)])]
        count += 1
        claims += payment.claims
    in_all = dollars_if_known(optional_dollars(total_if_known(paid)))
    print(f"{counted(count, 'remittance')}, {counted(claims, 'claim')}, total payments {in_all}")


_ROW = "{:<13} {:<18} {:<6} {:>14} {:>7} {:>14} {:>12}  {}"


@attrs.define
class _Watch:
    """Report payments that are out of balance or occur twice.

    `code` is the exit code that follows from what was passed on.
    """

    code: int = OK
    _files: dict[tuple[object, ...], str] = attrs.field(factory=dict[tuple[object, ...], str])

    def items(self, items: Iterable[Claim | BankPayment]) -> Iterator[Claim | BankPayment]:
        """Pass on claims and payments."""
        for item in items:
            if not isinstance(item, Claim):
                self._look_at(item)
            yield item

    def _look_at(self, payment: BankPayment) -> None:
        name = f"{payment.file or STANDARD_INPUT}, {payment.trace_number or 'a payment without a number'}"
        if not payment.in_balance:
            gap = "an amount could not be read"
            if payment.difference is not None:
                gap = f"claims less provider-level adjustments differ from it by {format_dollars(payment.difference)}"
            self.code = fail(f"{name}: this payment is out of balance: {gap}", REVIEW)
        if not payment.trace_number or not payment.claims:
            return
        key = (payment.payer, payment.trace_number, payment.payment_date, payment.amount, payment.claims)
        first = self._files.setdefault(key, name)
        if first is not name:
            self.code = fail(f"{name}: this remittance is the same as {first}; it is listed twice", REVIEW)


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {"show": _show, "post": _post, "payments": _payments}
