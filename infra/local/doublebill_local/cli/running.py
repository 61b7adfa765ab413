"""The commands that run the service: `up` and `demo`."""

from typing import Annotated

from cyclopts import Parameter

from doublebill_local.cli.options import HomeOptions, Integer


def up(
    *,
    port: Annotated[Integer, Parameter(metavar="PORT", help="port on 127.0.0.1; 0 takes a free one")] = 8080,
    options: HomeOptions = HomeOptions(),
) -> int:
    """Serves everything on 127.0.0.1 until interrupted."""
    from doublebill_local.host.serve import serve

    return serve(options.open_home(), port)


def demo(*, options: HomeOptions = HomeOptions()) -> int:
    """Runs the demo: imports, trains, recommends and generates, with every command shown."""
    from doublebill_local.cli.app import main
    from doublebill_local.demo.trip import demo as run_demo

    return run_demo(options.open_home() if options.home else None, main)
