"""Run the command line: ``python -m sequestration``."""

import sys

try:
    from sequestration._cli.main import main
except MemoryError:  # As in `main`, one line and the exit code of what could not be read.
    print("sequestration: not enough memory", file=sys.stderr)
    raise SystemExit(2) from None

if __name__ == "__main__":
    raise SystemExit(main())
