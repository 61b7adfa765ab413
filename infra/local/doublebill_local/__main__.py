"""Runs the command line: `python -m doublebill_local`, or `doublebill` where it is installed."""

import signal
import sys

from doublebill.concurrency.endings import end_in_order

EXTRA = ("cyclopts", "rich", "yaml")
"""Packages of the extra `local` that the command line imports first."""


def main() -> int:
    """Runs the command line and returns its exit code; without its packages, says how to install them."""
    try:
        from doublebill_local.cli.app import main as run
    except ModuleNotFoundError as missing:
        if missing.name not in EXTRA:
            raise
        print(f"doublebill: {missing.name}: missing; run: pip install 'doublebill[local]'", file=sys.stderr)
        return 1
    end_in_order(signal.SIGTERM)  # ctrl-c ends a command by an exception anyway
    return run()


if __name__ == "__main__":
    raise SystemExit(main())
