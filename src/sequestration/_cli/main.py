"""Command line: parse arguments, print text or JSON, return an exit code.

The exit code is 2 if any input could not be read at all or the usage is wrong, else 1 if anything needs review or a
problem is an error, else 0. After an interrupt it is 130. Without enough memory it is 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from sequestration._cli.exit_codes import FAILED, INTERRUPTED, OK, OUT_OF_MEMORY, fail, is_out_of_memory, text_of_error
from sequestration._cli.parser import SHORT_HELP, command_parser
from sequestration._cli.streams import close_output, discard, open_streams
from sequestration._errors import SequestrationError

__all__ = ["main"]

_COMMAND_MODULES: Mapping[str, str] = {
    **dict.fromkeys(("rate", "reduce", "schedule"), "_cli.lookups.rates"),
    **dict.fromkeys(("carc", "rarc"), "_cli.lookups.codes"),
    "deadline": "_cli.lookups.deadlines",
    **dict.fromkeys(("check", "secondary"), "_cli.remittances"),
    **dict.fromkeys(("show", "post", "payments"), "_cli.claims"),
    "request": "_cli.requests",
    "web": "_web.command",
}
"""Module of each command."""


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
        options.code = fail(OUT_OF_MEMORY if is_out_of_memory(error) else f"output: {error.strerror or error}")
    except (MemoryError, ImportError) as error:
        if not is_out_of_memory(error):
            raise
        discard(sys.stdout)
        options.code = fail(OUT_OF_MEMORY)
    try:
        sys.stderr.flush()
    except OSError:  # It may be closed; the exit code is returned anyway.
        discard(sys.stderr)
    return int(options.code)


def _run(arguments: Sequence[str] | None, options: argparse.Namespace) -> int:
    """Run a command and return its exit code.

    Only an error of the output, which has no file name, raises `OSError`.
    """
    try:
        given = sys.argv[1:] if arguments is None else arguments
        if given and not given[0].startswith("-") and given[0] not in _COMMAND_MODULES:
            return fail(_about_unknown_command(given[0]))
        command_parser(given[0] if given else None).parse_args(given, options)
        if options.command is None:
            print(SHORT_HELP, end="", file=sys.stderr)
            return FAILED
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


def _about_unknown_command(word: str) -> str:
    """Say what was probably meant by a word where a command should be."""
    from difflib import get_close_matches

    from sequestration._messages import quote

    if os.path.lexists(word):
        return f"{quote(word)} is a file or folder, not a command. To check it: sequestration check {word}"
    close = get_close_matches(word.lower(), _COMMAND_MODULES, n=1)
    told = f"Did you mean sequestration {close[0]}?" if close else "See sequestration --help"
    return f"{quote(word)} is not a command. {told}"


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """The function that runs a command; imports what this command needs, and no more."""
    module = import_module(f"sequestration.{_COMMAND_MODULES[name]}")
    commands: Mapping[str, Callable[[argparse.Namespace], int]] = module.COMMANDS
    return commands[name]
