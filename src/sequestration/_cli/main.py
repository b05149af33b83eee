"""Command line: parse arguments, print text or JSON, return an exit code.

The exit code is 2 if any input could not be read at all or the usage is wrong, else 1 if anything needs review or a
problem is an error, else 0. After an interrupt it is 130.
"""

from __future__ import annotations

import argparse
import errno
import json
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from sequestration import deadlines
from sequestration._audit.check_835 import check_835
from sequestration._audit.file_audit import Keep
from sequestration._audit.result import Audit
from sequestration._audit.text import left_out_in_words
from sequestration._checking.payer import PayerKind, payer_kind
from sequestration._cli.progress import shown_progress
from sequestration._cli.streams import close_output, discard, open_streams
from sequestration._codes.entries import Carc, Rarc, split_code
from sequestration._codes.pairs import AdjustmentCode
from sequestration._codes.shipped import carcs, rarcs
from sequestration._codes.tables import CodeTable
from sequestration._errors import SequestrationError, UnknownCode
from sequestration._export.csv import write_findings
from sequestration._law.periods import RatePeriod, percent
from sequestration._law.reduction import expected_reduction
from sequestration._law.schedule import RateSchedule, schedule_or_default, shipped_schedule, shipped_schedule_names
from sequestration._messages import quoted
from sequestration._printable import in_one_line
from sequestration._runtime.interrupts import Interrupts
from sequestration._version import installed_version
from sequestration._worklist.crossover import SecondaryAdjustments, secondary_adjustments
from sequestration._worklist.next_step import next_step
from sequestration._x12.problems import Level, ProblemCode
from sequestration._x12.reader import Source, read_835

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

__all__ = ["main"]

OK, LOOK, FAILED, INTERRUPTED = 0, 1, 2, 130
_MOST_FOUND = 20
_DEADLINES: Mapping[str, Callable[[str], deadlines.Deadline]] = {
    "timely-filing": deadlines.timely_filing,
    "redetermination": deadlines.redetermination,
    "reconsideration": deadlines.reconsideration,
    "hearing": deadlines.hearing,
    "council": deadlines.council,
    "court": deadlines.court,
    "reopening": deadlines.reopening,
    "overpayment": deadlines.overpayment,
}
_STANDARD_INPUT = "standard input"
_UNREADABLE = (ProblemCode.NOT_AN_835, ProblemCode.UNREADABLE)


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
        options.code = _fail(f"output: {error.strerror or error}")
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
        return int(options.run(options))
    except SystemExit as ended:  # Raised after --help, --version or wrong usage.
        return int(ended.code or OK)
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)
    except (SequestrationError, ValueError) as error:
        return _fail(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        return _fail(_of_file(error))


class _Parser(argparse.ArgumentParser):
    """An argument parser with one-line errors that does not hide output errors."""

    def error(self, message: str) -> NoReturn:
        self.exit(_fail(f"{message}; {self.prog} --help says more", program=self.prog))

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        print(message, end="", file=file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="sequestration",
        description="Medicare sequestration to the cent: check the CO 253s of remittances, look up rates.",
    )
    parser.add_argument("--version", action="version", version=installed_version())
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="check every CO 253 of 835 files")
    check.add_argument("paths", nargs="+", metavar="PATH", help="an 835, a folder of them, or - for standard input")
    check.add_argument("--all", action="store_true", help="list every place, not only those to look at")
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
        "--payer",
        action="append",
        default=[],
        type=_payer_argument,
        metavar="ID=ffs|contract",
        help="say who a payer is, by its number (N104, REF 2U or TRN03); may be repeated",
    )
    check.add_argument("--codes", action="store_true", help="print all adjustments by group and reason code")
    check.add_argument("--jobs", type=int, default=1, metavar="N", help="read several files in N processes")
    check.add_argument("--mask", action="store_true", help="show running numbers instead of account numbers")
    _take_schedule(check)
    check.set_defaults(run=_check)

    secondary = commands.add_parser("secondary", help="what claims to the next payer must repeat of an 835")
    secondary.add_argument("path", metavar="PATH", help="an 835, or - for standard input")
    secondary.add_argument("--claim", metavar="NUMBER", help="only the claims of this account number (CLP01)")
    secondary.add_argument("--spread", action="store_true", help="put a 253 of the claim on its lines")
    secondary.add_argument("--json", action="store_true", help="print JSON")
    secondary.set_defaults(run=_secondary)

    rate = commands.add_parser("rate", help="the rate on a date")
    rate.add_argument("date", metavar="DATE", help="YYYY-MM-DD")
    _take_schedule(rate)
    rate.set_defaults(run=_rate)

    reduce = commands.add_parser("reduce", help="the cut of a payable amount")
    reduce.add_argument("amount", metavar="AMOUNT", help="what is payable before the cut, in dollars")
    reduce.add_argument("--on", required=True, metavar="DATE", help="the date that decides, YYYY-MM-DD")
    _take_schedule(reduce)
    reduce.set_defaults(run=_reduce)

    schedule = commands.add_parser("schedule", help="the periods of a schedule with their authorities")
    schedule.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help=f"one of {', '.join(shipped_schedule_names())}; medicare_ffs when left out",
    )
    _take_schedule(schedule)
    schedule.set_defaults(run=_schedule)

    reason = commands.add_parser("carc", help="what an adjustment reason code means and what to do, or a search")
    reason.add_argument("words", nargs="+", metavar="CODE-OR-WORDS", help="253, CO-45, or words such as timely filing")
    _take_table(reason)
    reason.set_defaults(run=_carc)

    remark = commands.add_parser("rarc", help="what a remittance remark code means, or a search")
    remark.add_argument("words", nargs="+", metavar="CODE-OR-WORDS", help="N811, or words")
    _take_table(remark)
    remark.set_defaults(run=_rarc)

    deadline = commands.add_parser("deadline", help="the last day to file, appeal, reopen or pay back")
    deadline.add_argument("kind", choices=sorted(_DEADLINES), metavar="KIND", help=", ".join(sorted(_DEADLINES)))
    deadline.add_argument("date", metavar="DATE", help="the day that the rule counts from, YYYY-MM-DD")
    deadline.set_defaults(run=_deadline)
    return parser


def _take_schedule(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--schedule", dest="file", metavar="FILE", help="rates from a TOML file of your own, or a schedule by its name"
    )


def _take_table(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--table", metavar="FILE", help="newer codes, from a CSV file of your own")


def _schedule_of(options: argparse.Namespace) -> RateSchedule | None:
    """The schedule of the caller's file or of a shipped name; None if not requested."""
    if options.file is None:
        return None
    name = options.file.lower()
    return shipped_schedule(name) if name in shipped_schedule_names() else RateSchedule.from_toml(options.file)


def _check(options: argparse.Namespace) -> int:
    sources: list[Source] = [_standard_input() if path == "-" else path for path in options.paths]
    schedule = _schedule_of(options)
    with Interrupts(), shown_progress() as progress, _naming_input(options.paths[0]):
        audit = check_835(
            sources,
            jobs=options.jobs,
            keep=Keep.ALL if options.all else Keep.WRONG,
            payers=dict(options.payer),
            schedule=schedule,
            progress=progress,
        )
    if options.mask:
        audit = audit.masked()
    unreadable = [problem for problem in audit.problems if problem.code in _UNREADABLE]
    for problem in unreadable:
        _fail(
            f"{problem.file or (_STANDARD_INPUT if problem.file is None else 'a path of no letters')}: {problem.text}"
        )
    if not audit.files:
        return _fail(f"{', '.join(options.paths)}: there are no files in it")
    if audit.interrupted:
        return _tell_interrupted(audit, options)
    reported = _write_report(audit, options.html)
    if unreadable or not reported:
        options.code = FAILED
    elif not audit.ok:
        options.code = LOOK
    if options.json:
        print(json.dumps(audit.to_dict(), indent=2, ensure_ascii=True))
    elif options.csv:
        _print_csv(audit)
        _tell_beside_csv(audit)
    elif any(file.readable for file in audit.files):
        print(f"{audit.summary()}\nreport: {options.html}" if options.html and reported else audit)
        if options.codes:
            _print_codes(audit)
    return int(options.code)


def _tell_interrupted(audit: Audit, options: argparse.Namespace) -> int:
    """Print a partial audit after an interrupt, in formats that can mark it as such."""
    options.code = INTERRUPTED
    was_read = any(file.readable for file in audit.files)
    if options.json:
        print(json.dumps(audit.to_dict(), indent=2, ensure_ascii=True))
    elif was_read:
        print(audit, file=sys.stderr if options.csv else sys.stdout)
    left_out = [name for name, wanted in (("CSV", options.csv), ("report", options.html)) if wanted]
    tail = f"; no {' and no '.join(left_out)} was written" if left_out else ""
    return _fail(f"interrupted{tail}", INTERRUPTED)


def _write_report(audit: Audit, path: str | None) -> bool:
    """Write the report if requested; print any error, for the check itself is done."""
    if path is not None:
        from sequestration._export.html_report import write_report

        try:
            write_report(audit, path)
        except OSError as error:
            _fail(_of_file(error))
            return False
    return True


def _print_csv(audit: Audit) -> None:
    """Print CSV in UTF-8 with the format's line ends, whatever encoding is in use."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)  # A replacement for the terminal may not have this method.
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    write_findings(audit.findings, sys.stdout)


def _tell_beside_csv(audit: Audit) -> None:
    """Print on stderr what a CSV of findings cannot hold: read errors and counts."""
    errors = [found for found in audit.problems if found.level is Level.ERROR and found.code not in _UNREADABLE]
    for problem in errors[:_MOST_FOUND]:
        _fail(f"error: {problem}")
    if len(errors) > _MOST_FOUND or audit.problems_dropped:
        least = "at least " if audit.problems_dropped else ""
        _fail(f"and {least}{max(0, len(errors) - _MOST_FOUND):,} more errors of the input")
    if any(audit.findings_dropped.values()):
        _fail(f"more than is listed: {left_out_in_words(audit.findings_dropped)}")


def _print_codes(audit: Audit) -> None:
    print(f"\n{'code':<8} {'count':>7} {'dollars':>14}  {'kind':<14} {'step':<22} title")
    for total in audit.by_code():
        print(total)


def _secondary(options: argparse.Namespace) -> int:
    carried: list[SecondaryAdjustments] = []
    refused: list[str] = []
    source: Source = _standard_input() if options.path == "-" else options.path
    with _naming_input(options.path), read_835(source) as reader:
        for claim in reader:
            if options.claim in (None, claim.control_number):
                try:
                    carried.append(secondary_adjustments(claim, spread=options.spread))
                except ValueError as error:
                    refused.append(str(error))
    if not carried and not refused:
        return _fail("there is no claim in it" if options.claim is None else f"there is no claim {options.claim} in it")
    if options.json:
        print(json.dumps([found.to_dict() for found in carried], indent=2, ensure_ascii=True))
    elif carried:
        print("\n\n".join(map(str, carried)))
    for text in refused:
        _fail(text)
    return LOOK if refused or not all(found.balances for found in carried) else OK


def _carc(options: argparse.Namespace) -> int:
    words = " ".join(options.words)
    table = carcs() if options.table is None else carcs().with_codes(options.table)
    try:
        table.canonical(words)
    except UnknownCode:
        return _print_found(table.search(words), words)
    code = AdjustmentCode(split_code(words)[0], table.look_up(words))
    print(code.to_text())
    print(f"  {'next step':<14}{next_step(code)}")
    return OK


def _rarc(options: argparse.Namespace) -> int:
    words = " ".join(options.words)
    table = rarcs() if options.table is None else rarcs().with_codes(options.table)
    try:
        table.canonical(words)
    except UnknownCode:
        return _print_found(table.search(words), words)
    print(table.look_up(words).to_text())
    return OK


def _print_found(found: CodeTable[Carc] | CodeTable[Rarc], words: str) -> int:
    if not found:
        return _fail(f"no code and no title fits {quoted(words, 40)}; try another word of what it says")
    for code in list(found.values())[:_MOST_FOUND]:
        print(code)
    if len(found) > _MOST_FOUND:
        print(f"and {len(found) - _MOST_FOUND} more")
    return OK


def _deadline(options: argparse.Namespace) -> int:
    print(_DEADLINES[options.kind](options.date).to_text())
    return OK


def _rate(options: argparse.Namespace) -> int:
    period = schedule_or_default(_schedule_of(options)).period_on(options.date)
    print(f"{percent(period.rate)} on {options.date}: {_status(period)}")
    _print_authorities(period)
    return OK


def _reduce(options: argparse.Namespace) -> int:
    reduction = expected_reduction(options.amount, on=options.on, schedule=_schedule_of(options))
    rows = (
        ("payable", f"{reduction.payable}"),
        ("rate", f"{percent(reduction.rate)}: {_status(reduction.period)}"),
        ("cut (CO 253)", f"{reduction.amount}"),
        ("payment", f"{reduction.payment}"),
    )
    for name, text in rows:
        print(f"{name:<13} {text}")
    return OK


def _schedule(options: argparse.Namespace) -> int:
    if options.name and options.file:
        return _fail("give the name of a schedule or a file, not both")
    schedule = _schedule_of(options) or shipped_schedule((options.name or "medicare_ffs").lower())
    print(schedule.title or schedule.name)
    for period in schedule.periods:
        print(f"\n{percent(period.rate):>6}  {_status(period)}")
        _print_authorities(period)
    print(f"\n{schedule.how_current}{ago(schedule.verified_on, datetime.now().astimezone().date())}")
    return OK


def ago(day: date, today: date) -> str:
    """Time since a day, in words; empty if the clock says it is in the future."""
    days = (today - day).days
    if days < 0:
        return ""
    return ", today" if days == 0 else f", {days:,} day{'' if days == 1 else 's'} ago"


def _status(period: RatePeriod) -> str:
    note = f"; {period.note}" if period.note else ""
    return f"{period.span}, {period.status}{note}"


def _print_authorities(period: RatePeriod) -> None:
    for authority in period.authorities:
        print(f"        {authority}")


def _out_argument(text: str) -> str:
    if text in ("", "-"):
        raise argparse.ArgumentTypeError("a report is written to a file: give its name, such as report.html")
    return text


def _payer_argument(text: str) -> tuple[str, PayerKind]:
    number, equals, kind = text.partition("=")
    if not number or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not ID=ffs or ID=contract")
    try:
        return number, payer_kind(kind)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed", _STANDARD_INPUT)
    return sys.stdin.buffer


@contextmanager
def _naming_input(path: str) -> Generator[None]:
    """Context that adds a file name to read errors.

    An error without a name is then an error of the output.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = _STANDARD_INPUT if path == "-" else path
        raise


def _of_file(error: OSError) -> str:
    return f"{error.filename}: {error.strerror or error}"


def _fail(text: str, code: int = FAILED, *, program: str = "sequestration") -> int:
    with suppress(OSError):  # Nobody may be reading; the exit code is returned anyway.
        print(f"{program}: {in_one_line(text)}", file=sys.stderr)
    return code
