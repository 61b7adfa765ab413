"""One job in a process of its own: runs a function on the event from standard input.

python job.py FUNCTION < event.json
"""

import json
import os
import sys

from doublebill_local.host.environments import Context, load_handler
from doublebill_local.host.template import read_template
from doublebill_local.host.worker import NICENESS


def main() -> None:
    """Runs the job, behind the answers of the service."""
    os.nice(NICENESS)
    function = read_template().functions[sys.argv[1]]
    load_handler(function)(json.load(sys.stdin), Context(function.name, timeout_seconds=86400))


if __name__ == "__main__":
    main()
