"""Arguments of every command, with their help.

A command gets its arguments when it is asked for, and what a type or a choice needs is imported then. So a short
command starts fast.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from sequestration._cli.arguments import parse_day, parse_limit, parse_output, parse_payer
from sequestration._cli.exit_codes import fail
from sequestration._cli.terminal import terminal_width

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

__all__ = ["SHORT_HELP", "command_parser"]

SHORT_HELP = """\
sequestration checks the Medicare sequestration (CO 253) of your electronic
remittances (835), to the cent.

  sequestration check mail                      check a folder of remittances
  sequestration reduce 1250.00 --on 3/1/2025    compute what is withheld

sequestration --help lists all commands. sequestration COMMAND --help explains
one and has examples.
"""

_DEADLINES: Mapping[str, tuple[str, str]] = {
    "timely-filing": ("file a claim", "the date of service; the last day of an institutional bill"),
    "appeal": ("the first appeal, the same as redetermination", "the date of the remittance"),
    "redetermination": ("the first appeal, to your MAC", "the date of the remittance"),
    "reconsideration": ("the second appeal, to a QIC", "the date of the redetermination"),
    "hearing": ("the third appeal, to an administrative law judge", "the date of the reconsideration"),
    "council": ("the fourth appeal, to the Medicare Appeals Council", "the date of the judge's decision"),
    "court": ("the fifth appeal, to a federal district court", "the date of the Council's decision"),
    "reopening": ("ask your MAC to correct a clerical error", "the date of the remittance"),
    "documents": ("send records after a denial for missing records", "the date of the denial"),
    "overpayment": ("report and return an overpayment", "the day it was identified"),
    "recoupment": ("every deadline after a demand letter", "the date of the letter"),
}
"""What each deadline is for, and the day that it counts from."""

_DATE = "MM/DD/YYYY or YYYY-MM-DD"


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal, whose width argparse would import shutil for."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=terminal_width() - 2)


class _HelpWithExamples(_Help, argparse.RawDescriptionHelpFormatter):
    """Help that keeps the lines of the examples."""


class _Parser(argparse.ArgumentParser):
    """An argument parser with one-line errors that does not hide output errors.

    Args:
        add_arguments: Function that adds the arguments; called when the first arguments are parsed.
        options: Options of `argparse.ArgumentParser`.
    """

    def __init__(self, *, add_arguments: Callable[[_Parser], None] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._add_arguments = add_arguments

    def complete(self) -> None:
        """Add the arguments, unless this was done before."""
        add_arguments, self._add_arguments = self._add_arguments, None
        if add_arguments is not None:
            add_arguments(self)

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        self.complete()
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        see = " See" if message.endswith(".") else "; see"
        self.exit(fail(f"{message}{see} {self.prog} --help", program=self.prog))

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        print(message, end="", file=file)


class _Version(argparse.Action):
    """Option that prints the version and ends the program."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from sequestration._version import installed_version

        print(installed_version())
        parser.exit()


def command_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Build the parser of all commands, or only of a command and those next to it.

    That takes less time. The name may be any first argument: if it is no command, all of them are built.
    """
    parser = _Parser(
        prog="sequestration",
        description="Check the Medicare sequestration (CO 253) of electronic remittances (835), and act on it.",
        epilog="sequestration COMMAND --help has the options and examples of a command.",
        formatter_class=_Help,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show program's version number and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog=parser.prog)
    every = dict.fromkeys(_COMMANDS.values())
    for add in every if command not in _COMMANDS else [_COMMANDS[command]]:
        add(commands)
    return parser


if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[_Parser]


def _add(
    commands: _Commands,
    name: str,
    text: str,
    *examples: str,
    arguments: Callable[[_Parser], None],
    more: str = "",
) -> None:
    """Add a command with its examples; its arguments follow when it is asked for."""
    shown = "\n".join(("examples:", *(f"  {example}" for example in examples)))
    commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog="\n\n".join(part for part in (more, shown) if part),
        formatter_class=_HelpWithExamples,
        add_arguments=arguments,
    )


def _add_check(commands: _Commands) -> None:
    _add(
        commands,
        "check",
        "check the sequestration of every claim in 835 files",
        "sequestration check mail --html report.html",
        "sequestration check june.835 july.835 --csv > findings.csv",
        "sequestration check mail.zip --payer 05130=ffs",
        arguments=_check_arguments,
        more="exit code: 0 no issues, 1 something needs review or could not be read\n"
        "completely, 2 a file could not be read at all",
    )


def _check_arguments(check: _Parser) -> None:
    _add_paths(check)
    check.add_argument("--all", action="store_true", help="list every line, not only those that need review")
    check.add_argument(
        "--limit",
        type=parse_limit,
        metavar="N",
        help="list at most N findings of each verdict (default 10,000; CSV has all), or all; the rest are counted",
    )
    check.add_argument(
        "--as-of",
        type=parse_day,
        metavar="DATE",
        help=f"count the days left from this day instead of today: {_DATE}",
    )
    printed = check.add_mutually_exclusive_group()
    printed.add_argument("--json", action="store_true", help="print JSON, for a program")
    printed.add_argument("--csv", action="store_true", help="print CSV, one row per finding, for a spreadsheet")
    files = {
        "--html": "write an HTML report of all findings to the file OUT; the terminal shows the summary",
        "--xlsx": "write an Excel workbook of findings, claims and codes to the file OUT; needs the extra 'excel'",
        "--ics": "write a calendar of the last days to act to the file OUT",
    }
    for option, text in files.items():
        check.add_argument(option, metavar="OUT", type=parse_output, help=text)
    _add_payer_option(check)
    check.add_argument(
        "--codes", action="store_true", help="also print totals of all adjustments by group and reason code"
    )
    check.add_argument("--jobs", type=int, default=1, metavar="N", help="read several or large files in N processes")
    check.add_argument("--mask", action="store_true", help="show serial numbers instead of account and claim numbers")
    _add_schedule_option(check)


def _add_claim_commands(commands: _Commands) -> None:
    _add(
        commands,
        "show",
        "show the claims of an 835 like a paper remittance",
        "sequestration show june.835",
        "sequestration show june.835 A-1001",
        arguments=_show_arguments,
    )
    _add(
        commands,
        "post",
        "list what to post, line by line, as CSV or JSON",
        "sequestration post june.835 > june.csv",
        "sequestration post mail --json > mail.json",
        arguments=_post_arguments,
        more="The payments less the provider-level adjustments equal the amount of the check\n"
        "or EFT. A row marked as unexplained is a difference that the remittance does\nnot explain.",
    )
    _add(
        commands,
        "payments",
        "list payments as on the bank statement",
        "sequestration payments mail",
        "sequestration payments mail --csv > payments.csv",
        arguments=_payments_arguments,
    )


def _show_arguments(show: _Parser) -> None:
    show.add_argument("file", metavar="FILE", help="an 835, or - for standard input")
    show.add_argument(
        "claim", nargs="?", metavar="CLAIM", help="only this account number (CLP01) or payer claim number (CLP07)"
    )


def _post_arguments(post: _Parser) -> None:
    _add_paths(post)
    _add_format_options(post, csv="print CSV (the default)")


def _payments_arguments(payments: _Parser) -> None:
    _add_paths(payments)
    _add_format_options(payments, csv="print CSV, one row per remittance, for a spreadsheet")


def _add_request(commands: _Commands) -> None:
    _add(
        commands,
        "request",
        "write a reopening request for each over-withheld claim",
        "sequestration request june.835",
        "sequestration request june.835 A-1001",
        "sequestration request mail --out requests",
        arguments=_request_arguments,
        more="The command sends nothing. Add the beneficiary's name and Medicare number, sign\n"
        "the request, and send it to your MAC. If the last argument is not a file, it is\na claim number.",
    )


def _request_arguments(request: _Parser) -> None:
    _add_paths(request)
    request.add_argument("--claim", metavar="CLAIM", help="only this account number or payer claim number")
    request.add_argument(
        "--out", metavar="FOLDER", type=parse_output, help="write a text file for each claim to this folder"
    )
    _add_payer_option(request)
    _add_schedule_option(request)


def _add_secondary(commands: _Commands) -> None:
    _add(
        commands,
        "secondary",
        "list the adjustments that a secondary claim must repeat",
        "sequestration secondary june.835 --claim A-1001",
        arguments=_secondary_arguments,
    )


def _secondary_arguments(secondary: _Parser) -> None:
    secondary.add_argument("path", metavar="PATH", help="an 835, or - for standard input")
    secondary.add_argument("--claim", metavar="CLAIM", help="only this account number or payer claim number")
    secondary.add_argument("--spread", action="store_true", help="allocate a claim-level 253 to the service lines")
    secondary.add_argument("--json", action="store_true", help="print JSON, for a program")


def _add_rates(commands: _Commands) -> None:
    _add(
        commands,
        "rate",
        "show the sequestration rate on a date",
        "sequestration rate 5/10/2022",
        arguments=_rate_arguments,
    )
    _add(
        commands,
        "reduce",
        "compute the sequestration of a payment",
        "sequestration reduce 1250.00 --on 3/1/2025",
        arguments=_reduce_arguments,
    )
    _add(
        commands,
        "schedule",
        "list the rates with their dates and the law",
        "sequestration schedule",
        "sequestration schedule medicare_advantage",
        arguments=_schedule_arguments,
    )


def _rate_arguments(rate: _Parser) -> None:
    rate.add_argument("date", nargs="?", metavar="DATE", help=f"the date of service: {_DATE} (default: today)")
    _add_schedule_option(rate)


def _reduce_arguments(reduce: _Parser) -> None:
    reduce.add_argument("amount", metavar="AMOUNT", help="Medicare's payment before sequestration, in dollars")
    reduce.add_argument("--on", metavar="DATE", help=f"the date of service: {_DATE} (default today)")
    _add_schedule_option(reduce)


def _schedule_arguments(schedule: _Parser) -> None:
    from sequestration._law.schedule import shipped_schedule_names

    names = ", ".join(shipped_schedule_names())
    schedule.add_argument("name", nargs="?", metavar="NAME", help=f"one of {names} (default medicare_ffs)")
    _add_schedule_option(schedule)


def _add_codes(commands: _Commands) -> None:
    _add(
        commands,
        "carc",
        "explain a reason code (CARC), or search for words",
        "sequestration carc CO-45",
        "sequestration carc timely filing",
        arguments=_carc_arguments,
    )
    _add(
        commands,
        "rarc",
        "explain a remark code (RARC), or search for words",
        "sequestration rarc N811",
        "sequestration rarc modifier",
        arguments=_rarc_arguments,
    )


def _carc_arguments(reason: _Parser) -> None:
    reason.add_argument("words", nargs="+", metavar="CODE-OR-WORDS", help="253, CO-45, or words such as timely filing")
    _add_table_option(reason)


def _rarc_arguments(remark: _Parser) -> None:
    remark.add_argument("words", nargs="+", metavar="CODE-OR-WORDS", help="N811, or words such as modifier")
    _add_table_option(remark)


def _add_deadline(commands: _Commands) -> None:
    rows = [f"  {name:<16} {what}\n{'':<18} DATE: {start}" for name, (what, start) in _DEADLINES.items()]
    _add(
        commands,
        "deadline",
        "compute the last day to file, appeal, request a reopening or return money",
        "sequestration deadline appeal 6/1/2026",
        "sequestration deadline timely-filing 3/3/2025 --as-of 2/1/2026",
        arguments=_deadline_arguments,
        more="\n".join(("KIND is one of:", *rows)),
    )


def _deadline_arguments(deadline: _Parser) -> None:
    deadline.add_argument("kind", choices=_DEADLINES, metavar="KIND", help="the kind of deadline; see below")
    deadline.add_argument("date", metavar="DATE", help=f"the day that the period counts from: {_DATE}")
    deadline.add_argument(
        "--as-of", type=parse_day, metavar="DATE", help="count the days left from this day instead of today"
    )


def _add_web(commands: _Commands) -> None:
    _add(
        commands,
        "web",
        "open a page in your browser that checks the files you drop on it",
        "sequestration web",
        "sequestration web --no-open",
        arguments=_web_arguments,
        more="No other computer can reach the page, and your files never leave this computer.\nPress Ctrl-C to stop.",
    )


def _web_arguments(web: _Parser) -> None:
    web.add_argument(
        "--folder",
        metavar="FOLDER",
        help="serve the page from this folder; the browser itself then does the checking",
    )
    web.add_argument("--no-open", action="store_true", help="print the address without opening a browser")


def _add_paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="an 835, a folder or zip archive of them, or -")
    parser.add_argument("--recursive", action="store_true", help="read the subfolders of a folder, too")


def _add_format_options(parser: argparse.ArgumentParser, *, csv: str) -> None:
    printed = parser.add_mutually_exclusive_group()
    printed.add_argument("--csv", action="store_true", help=csv)
    printed.add_argument("--json", action="store_true", help="print JSON, for a program")


def _add_payer_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--payer",
        action="append",
        default=[],
        type=parse_payer,
        metavar="ID=ffs|contract",
        help="identify a payer by its number (N104, REF 2U or TRN03) as fee-for-service Medicare (ffs), or as a plan "
        "that pays by contract (contract); may be repeated",
    )


def _add_schedule_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--schedule", dest="file", metavar="FILE", help="rates from your own TOML file, or the name of a schedule"
    )


def _add_table_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--table", metavar="FILE", help="newer codes from your own CSV file")


_COMMANDS: Mapping[str | None, Callable[[_Commands], None]] = {
    "check": _add_check,
    **dict.fromkeys(("show", "post", "payments"), _add_claim_commands),
    "request": _add_request,
    "secondary": _add_secondary,
    **dict.fromkeys(("rate", "reduce", "schedule"), _add_rates),
    **dict.fromkeys(("carc", "rarc"), _add_codes),
    "deadline": _add_deadline,
    "web": _add_web,
}
"""The function that adds each command, in the order of the help."""
