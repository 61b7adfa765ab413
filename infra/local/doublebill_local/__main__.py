"""Runs the command line: `python -m doublebill_local`."""

from doublebill_local.cli.app import main

if __name__ == "__main__":
    raise SystemExit(main())
