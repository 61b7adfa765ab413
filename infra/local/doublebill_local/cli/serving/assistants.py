"""The command `mcp`: tools for an assistant that speaks the Model Context Protocol."""

from contextlib import ExitStack
from typing import Annotated

from cyclopts import Parameter

from doublebill.client import Client, Options, Retries
from doublebill.errors import InvalidInput
from doublebill_local.cli.options import UNSET, HomeFolder, StackName
from doublebill_local.host.home import Home

SHORT = Retries(attempts=3, longest_seconds=2.0)
"""An assistant that waits is better told why: there may be no model yet."""


def mcp(
    *,
    home: HomeFolder = None,
    stack: StackName = None,
    url: Annotated[
        str, UNSET, Parameter(metavar="URL", help="use a running service, such as http://127.0.0.1:8080")
    ] = "",
) -> None:
    """Offers recommendations and game content as tools on standard input and output, until that is closed."""
    from doublebill_local.assistants.tool_server import check_package, serve_tools

    if sum(map(bool, (home, stack, url))) > 1:
        raise InvalidInput.one("--url", "given beside --home or --stack", "use one of them")
    if url and not url.startswith(("http://", "https://")):
        raise InvalidInput.of_value("--url", url, "the address of a service, such as http://127.0.0.1:8080")
    check_package()
    with ExitStack() as closing:
        serve_tools(closing.enter_context(_client(closing, home, stack, url)))


def _client(closing: ExitStack, home: str | None, stack: str | None, url: str) -> Client:
    """Returns a client of the service that was named, or of one that serves the state folder meanwhile."""
    if stack:
        from doublebill_local.remote.stack_api import StackApi

        return StackApi.of(stack).client(SHORT)
    if not url:
        from doublebill_local.host.serve import embedded

        url = closing.enter_context(embedded(Home.at(home)))
    return Client(url, Options(retries=SHORT))
