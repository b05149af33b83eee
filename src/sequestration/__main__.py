"""Run the command line: ``python -m sequestration``."""

import gc
import sys

try:
    from sequestration._cli.main import main as run
except MemoryError:  # As in `main`, one line and the exit code of what could not be read.
    print("sequestration: not enough memory", file=sys.stderr)
    raise SystemExit(2) from None


def main() -> int:
    """Run a command as a program of its own, and return its exit code."""
    try:
        return run()
    finally:
        gc.freeze()  # Everything ends with the program. Python would look through it once more, which takes 5 ms.


if __name__ == "__main__":
    raise SystemExit(main())
