"""The commands that run the service: `up`, `try` and `demo`."""

import contextlib
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from doublebill.errors import InvalidInput
from doublebill.model.catalog import check_catalog_name
from doublebill_local.cli.options import UNSET, Flag, HomeOptions, Integer, StackOptions, existing_file
from doublebill_local.cli.serving.browser import open_browser
from doublebill_local.host.home import Home
from doublebill_local.locations import DEFAULT_HOME

Port = Annotated[Integer, Parameter(metavar="PORT", help="port on 127.0.0.1; 0 takes a free one")]

OWN = "mine"
"""The catalog of the files of `doublebill try`."""


def up(
    *,
    port: Port = 8080,
    no_schedules: Annotated[
        Flag, Parameter(help="train, count what is trending and prune only by commands and requests")
    ] = False,
    open_: Annotated[Flag, Parameter(name="--open", help="open the playground in a browser")] = False,
    options: StackOptions = StackOptions(),
) -> int:
    """Serves everything on 127.0.0.1 until interrupted; with a stack, serves the playground and signs its calls."""
    show = open_browser if open_ else None
    if options.stack:
        from doublebill_local.remote.proxy import serve_stack

        return serve_stack(options.stack, Home.at(options.home), port, options.as_json, show)
    from doublebill_local.host.serve import serve

    return serve(options.open_home(), port, options.as_json, schedules=not no_schedules, show=show)


def try_(
    *files: Annotated[str, Parameter(name="FILE", help="your own events, and titles; without any, real films")],
    catalog: Annotated[str, UNSET, Parameter(metavar="NAME", help="catalog of your own files [default: mine]")] = "",
    port: Port = 8080,
    no_browser: Annotated[Flag, Parameter(help="only print the address")] = False,
    options: HomeOptions = HomeOptions(),
) -> int:
    """Serves recommendations of your own files, or of real films, and opens the playground."""
    from doublebill_local.cli.app import main
    from doublebill_local.cli.serving.own_catalog import learn_files
    from doublebill_local.demo.film_catalog import learn_films
    from doublebill_local.host.serve import check_port, serve

    if catalog and not files:
        raise InvalidInput.one("--catalog", "given without files", "name your own files of events before it")
    name = check_catalog_name(catalog or OWN)
    for file in files:
        existing_file("FILE", file)
    check_port(port)
    home = options.open_home() if options.home or files else Home.at(str(Path(DEFAULT_HOME) / "try"))
    command_line = partial(main, hints=False)
    with contextlib.redirect_stdout(sys.stderr):
        if files:
            learn_files(home, command_line, name, files)
        else:
            learn_films(home, command_line)
    return serve(home, port, options.as_json, show=None if no_browser else open_browser)


def demo(*, options: HomeOptions = HomeOptions()) -> None:
    """Runs the demo: imports, trains, recommends and generates, with every command shown."""
    from doublebill_local.cli.app import main
    from doublebill_local.demo.trip import demo as run_demo

    home = options.open_home() if options.home else None
    with contextlib.redirect_stdout(sys.stderr) if options.as_json else contextlib.nullcontext():
        summary = run_demo(home, partial(main, hints=False))
    options.answer(summary, lambda _: None)
