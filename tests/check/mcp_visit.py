"""Visits `doublebill mcp` as an assistant does, by the client of the protocol's package; prints what came back as JSON.

.tools/mcp/bin/python tests/check/mcp_visit.py COMMAND…      calls on standard input: a JSON list of [tool, arguments]
"""

import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters, stdio_client


async def visit(command: list[str], calls: list[tuple[str, dict[str, object]]]) -> dict[str, object]:
    """Returns the server's name, its tools, and the outcome of each call."""
    parameters = StdioServerParameters(command=command[0], args=command[1:])
    async with stdio_client(parameters) as (reading, writing), ClientSession(reading, writing) as session:
        started = await session.initialize()
        listed = await session.list_tools()
        outcomes = [await session.call_tool(name, arguments) for name, arguments in calls]
    return {
        "server": started.server_info.name,
        "tools": [tool.model_dump(by_alias=True, exclude_none=True) for tool in listed.tools],
        "outcomes": [outcome.model_dump(by_alias=True, exclude_none=True) for outcome in outcomes],
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(visit(sys.argv[1:], json.load(sys.stdin)))))
