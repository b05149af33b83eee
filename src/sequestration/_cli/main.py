"""Command line: parse arguments, print text or JSON, return an exit code.

The exit code is 2 if any input could not be read at all or the usage is wrong, else 1 if anything needs review or a
problem is an error, else 0. After an interrupt it is 130.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from sequestration._cli.arguments import parse_limit
from sequestration._cli.exit_codes import INTERRUPTED, OK, fail, text_of_error
from sequestration._cli.streams import close_output, discard, open_streams
from sequestration._errors import SequestrationError
from sequestration._law.schedule import shipped_schedule_names
from sequestration._version import installed_version

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from sequestration._checking.payer import PayerKind

__all__ = ["main"]

_DEADLINES = (
    "council",
    "court",
    "documents",
    "hearing",
    "overpayment",
    "reconsideration",
    "recoupment",
    "redetermination",
    "reopening",
    "timely-filing",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    If the system does not accept all of the output, the exit code reports that error.
    """
    open_streams()
    options = argparse.Namespace(code=OK)
    try:
        options.code = _run(arguments, options)
        close_output()
    except BrokenPipeError:  # The reader of our output, such as head, has closed it.
        discard(sys.stdout)
    except OSError as error:
        discard(sys.stdout)
        options.code = fail(f"output: {error.strerror or error}")
    try:
        sys.stderr.flush()
    except OSError:  # Nobody reads stderr; the exit code is returned anyway.
        discard(sys.stderr)
    return int(options.code)


def _run(arguments: Sequence[str] | None, options: argparse.Namespace) -> int:
    """Run a command and return its exit code.

    Only an error of the output, which has no file name, raises `OSError`.
    """
    try:
        _parser().parse_args(arguments, options)
        return _command(options.command)(options)
    except SystemExit as ended:  # Raised after --help, --version or wrong usage.
        return int(ended.code or OK)
    except KeyboardInterrupt:
        return fail("interrupted", INTERRUPTED)
    except (SequestrationError, ValueError) as error:
        return fail(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        return fail(text_of_error(error))


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """The function that runs a command; imports what this command needs, and no more."""
    if name in ("check", "secondary"):
        from sequestration._cli.remittances import COMMANDS
    else:
        from sequestration._cli.lookups import COMMANDS
    return COMMANDS[name]


class _Parser(argparse.ArgumentParser):
    """An argument parser with one-line errors that does not hide output errors."""

    def error(self, message: str) -> NoReturn:
        self.exit(fail(f"{message}; {self.prog} --help says more", program=self.prog))

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        print(message, end="", file=file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="sequestration",
        description="Medicare sequestration to the cent: check the CO 253s of remittances, look up rates.",
    )
    parser.add_argument("--version", action="version", version=installed_version())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="check every CO 253 of 835 files")
    check.add_argument("paths", nargs="+", metavar="PATH", help="an 835, a folder or zip archive of them, or -")
    check.add_argument("--recursive", action="store_true", help="read the subfolders of a folder, too")
    check.add_argument("--all", action="store_true", help="list every place, not only those to look at")
    check.add_argument(
        "--limit",
        type=parse_limit,
        default=10_000,
        metavar="N",
        help="list at most N findings of each verdict (10,000 when left out), or all; the rest are counted",
    )
    printed = check.add_mutually_exclusive_group()
    printed.add_argument("--json", action="store_true", help="print JSON")
    printed.add_argument("--csv", action="store_true", help="print CSV, a row a finding, for a spreadsheet")
    check.add_argument(
        "--html",
        metavar="OUT",
        type=_out_argument,
        help="write a report with all findings to the file OUT, and print the summary alone",
    )
    check.add_argument(
        "--xlsx",
        metavar="OUT",
        type=_out_argument,
        help="write an Excel workbook with all findings to the file OUT, and print the summary alone",
    )
    check.add_argument(
        "--ics",
        metavar="OUT",
        type=_out_argument,
        help="write the last days to act, from today, to the calendar file OUT",
    )
    check.add_argument(
        "--payer",
        action="append",
        default=[],
        type=_payer_argument,
        metavar="ID=ffs|contract",
        help="say who a payer is, by its number (N104, REF 2U or TRN03); may be repeated",
    )
    check.add_argument("--codes", action="store_true", help="print all adjustments by group and reason code")
    check.add_argument("--jobs", type=int, default=1, metavar="N", help="read several files in N processes")
    check.add_argument("--mask", action="store_true", help="show running numbers instead of account and claim numbers")
    _add_schedule_option(check)

    secondary = commands.add_parser("secondary", help="what claims to the next payer must repeat of an 835")
    secondary.add_argument("path", metavar="PATH", help="an 835, or - for standard input")
    secondary.add_argument("--claim", metavar="NUMBER", help="only the claims of this account number (CLP01)")
    secondary.add_argument("--spread", action="store_true", help="put a 253 of the claim on its lines")
    secondary.add_argument("--json", action="store_true", help="print JSON")

    rate = commands.add_parser("rate", help="the rate on a date")
    rate.add_argument("date", metavar="DATE", help="MM/DD/YYYY or YYYY-MM-DD")
    _add_schedule_option(rate)

    reduce = commands.add_parser("reduce", help="the cut of a payable amount")
    reduce.add_argument("amount", metavar="AMOUNT", help="what is payable before the cut, in dollars")
    reduce.add_argument(
        "--on", metavar="DATE", help="the date that decides, MM/DD/YYYY or YYYY-MM-DD; today when left out"
    )
    _add_schedule_option(reduce)

    schedule = commands.add_parser("schedule", help="the periods of a schedule with their authorities")
    schedule.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help=f"one of {', '.join(shipped_schedule_names())}; medicare_ffs when left out",
    )
    _add_schedule_option(schedule)

    reason = commands.add_parser("carc", help="what an adjustment reason code means and what to do, or a search")
    reason.add_argument("words", nargs="+", metavar="CODE-OR-WORDS", help="253, CO-45, or words such as timely filing")
    _add_table_option(reason)

    remark = commands.add_parser("rarc", help="what a remittance remark code means, or a search")
    remark.add_argument("words", nargs="+", metavar="CODE-OR-WORDS", help="N811, or words")
    _add_table_option(remark)

    deadline = commands.add_parser("deadline", help="the last day to file, appeal, reopen or pay back")
    deadline.add_argument("kind", choices=_DEADLINES, metavar="KIND", help=", ".join(_DEADLINES))
    deadline.add_argument("date", metavar="DATE", help="the day that the rule counts from, MM/DD/YYYY or YYYY-MM-DD")
    deadline.add_argument("--as-of", metavar="DATE", help="count the days left from this day instead of today")
    return parser


def _add_schedule_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--schedule", dest="file", metavar="FILE", help="rates from a TOML file of your own, or a schedule by its name"
    )


def _add_table_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--table", metavar="FILE", help="newer codes, from a CSV file of your own")


def _out_argument(text: str) -> str:
    if text in ("", "-"):
        raise argparse.ArgumentTypeError("this is written to a file: give its name, such as report.html")
    return text


def _payer_argument(text: str) -> tuple[str, PayerKind]:
    from sequestration._checking.payer import parse_payer_kind

    number, equals, kind = text.partition("=")
    if not number or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not ID=ffs or ID=contract")
    try:
        return number, parse_payer_kind(kind)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
