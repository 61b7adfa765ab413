"""`doublebill up --stack`: the playground on this machine, whose calls go to a deployed stack, signed on their way.

The page and the API of the stack are all that it serves. Requests of foreign web pages are refused as `doublebill up`
refuses them (`host/foreign.py`), and calls need a token that is made anew at each start: nobody else on this machine
can act with the credentials of the person who started it.
"""

import json
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from doublebill_local.host.front import Front
from doublebill_local.host.home import Home
from doublebill_local.host.serve import check_port, listening, wait_for_end
from doublebill_local.host.template import read_template
from doublebill_local.remote.signed_forwarding import SignedForwarding
from doublebill_local.remote.stack_api import StackApi

FORWARDED = "/v1/"
"""The beginning of the paths whose routes are forwarded; the page has others."""


def serve_stack(
    name: str, home: Home, port: int, as_json: bool = False, show: Callable[[str], None] | None = None
) -> int:
    """Serves the playground for a stack on 127.0.0.1 until SIGINT or SIGTERM; prints its address once it is up.

    `show` takes the address of a file that only this account can read, and that leads on: the arguments of a browser's
    process can be read by other accounts, and the token is in the address. Nothing is stored in the folder of `home`.

    Raises:
        InvalidInput: when the port is out of range.
        StoreUnavailable: when the stack cannot be read, there are no credentials, or the port is taken.
    """
    check_port(port)
    os.environ.update(home.environment())
    token = secrets.token_urlsafe(32)
    opening = partial(open_proxy, StackApi.of(name), token, port)
    with listening(opening, port) as front, TemporaryDirectory(prefix="doublebill-") as folder:
        address = f"{front.url}/#token={token}"

        def announce() -> None:
            print(f"doublebill forwards to stack {name} from {front.url}; ctrl-c ends it", file=sys.stderr)
            print(
                "doublebill: calls are signed with your AWS credentials; keep the address to yourself", file=sys.stderr
            )
            print(f"doublebill: open it in a browser: {address}", file=sys.stderr, flush=True)
            if as_json:
                print(json.dumps({"url": front.url, "stack": name, "token": token}), flush=True)
            if show is not None:
                show(write_door(Path(folder), address).as_uri())

        wait_for_end(announce)
    return 0


def write_door(folder: Path, address: str) -> Path:
    """Writes a page that only this account can read and that leads to the address; returns its file."""
    file = folder / "open.html"
    file.touch(0o600)
    file.write_text(f'<!doctype html><meta http-equiv="refresh" content="0; url={escape(address)}">')
    return file


def open_proxy(api: StackApi, token: str, port: int) -> Front:
    """Returns a front that serves the pages itself and forwards the calls that have the token."""
    template = read_template()
    forwarding = SignedForwarding(api, token)
    routes = tuple(
        route if route.public else replace(route, function=FORWARDED)
        for route in template.routes
        if route.public or route.path.startswith(FORWARDED)
    )
    return Front(replace(template, routes=routes), port, elsewhere={FORWARDED: forwarding})
