"""The Model Context Protocol on standard input and output, by its official package."""

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import doublebill
from doublebill.client import Client, ClientError
from doublebill.errors import StoreUnavailable
from doublebill_local.assistants.tools import problem_text, tools
from doublebill_local.locations import COMMAND

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult

INSTRUCTIONS = """\
Recommendations from catalogs of items, and game content with proofs. Item ids are not titles: find them by \
search_items. A score is the sum of the contributions that explain shows. Levels come with the path of a solver that \
finished them."""

INSTALL = "pip install 'doublebill[local,mcp]'"


def check_package() -> None:
    """Refuses to go on without the package of the protocol.

    Raises:
        StoreUnavailable: when it is not installed, with the command that installs it.
    """
    if find_spec("mcp") is None:
        checkout = "" if COMMAND == "doublebill" else ", or make env-mcp and use .tools/mcp/bin/doublebill"
        raise StoreUnavailable(f"mcp: the package is missing; run {INSTALL}{checkout}")


def serve_tools(client: Client) -> None:
    """Offers the tools to the assistant that started this process, until it closes standard input."""
    import anyio
    from mcp.server.stdio import stdio_server

    server = _server(client)

    async def run() -> None:
        async with stdio_server() as (reading_stream, writing_stream):
            await server.run(reading_stream, writing_stream, server.create_initialization_options())

    anyio.run(run)


def _server(client: Client) -> "Server[Any]":
    """Returns a server of the tools, whose calls the client sends."""
    import anyio
    from mcp.server.lowlevel import Server
    from mcp_types import CallToolResult, ListToolsResult, TextContent, Tool, ToolAnnotations

    offered = tools()
    reading = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    listed = [
        Tool(name=one.name, description=one.description, input_schema=one.schema, annotations=reading)
        for one in offered.values()
    ]

    async def list_tools(_: object, __: object) -> "ListToolsResult":
        return ListToolsResult(tools=listed)

    def failed(text: str) -> "CallToolResult":
        return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)

    async def call_tool(_: object, request: "CallToolRequestParams") -> "CallToolResult":
        tool = offered.get(request.name)
        if tool is None:
            return failed(f"there is no tool {request.name!r}; there are {', '.join(offered)}")
        try:
            answer: Any = await anyio.to_thread.run_sync(client.send, tool.call(request.arguments or {}))
        except (ClientError, ValueError) as refused:
            return failed(problem_text(refused))
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=answer)

    return Server(
        "doublebill",
        version=doublebill.__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
