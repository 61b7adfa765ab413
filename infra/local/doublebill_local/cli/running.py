"""The commands that run the service: `up` and `demo`."""

import contextlib
import sys
from typing import Annotated

from cyclopts import Parameter

from doublebill_local.cli.options import Flag, HomeOptions, Integer


def up(
    *,
    port: Annotated[Integer, Parameter(metavar="PORT", help="port on 127.0.0.1; 0 takes a free one")] = 8080,
    no_schedules: Annotated[
        Flag, Parameter(help="train, count what is trending and prune only by commands and requests")
    ] = False,
    options: HomeOptions = HomeOptions(),
) -> int:
    """Serves everything on 127.0.0.1 until interrupted; trains, counts what is trending and prunes on schedule."""
    from doublebill_local.host.serve import serve

    return serve(options.open_home(), port, options.as_json, schedules=not no_schedules)


def demo(*, options: HomeOptions = HomeOptions()) -> None:
    """Runs the demo: imports, trains, recommends and generates, with every command shown."""
    from doublebill_local.cli.app import main
    from doublebill_local.demo.trip import demo as run_demo

    home = options.open_home() if options.home else None
    with contextlib.redirect_stdout(sys.stderr) if options.as_json else contextlib.nullcontext():
        summary = run_demo(home, main)
    options.answer(summary, lambda _: None)
