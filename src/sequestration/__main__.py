"""Run the command line: ``python -m sequestration``."""

from sequestration._cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
