"""A visit of a persona: its events over HTTP, and the recommendations before and after one of another taste."""

import time
from collections.abc import Sequence
from typing import Any

from doublebill.client import Client
from doublebill.client.shapes import Event
from doublebill_local.demo.worlds import Persona
from doublebill_local.display.console import out
from doublebill_local.display.recommendations import contributors, title_of

SHOWN = 10
"""Recommendations in a list."""

NAMED = 2
"""Items of the history that are named behind a recommendation."""

VERBS = {"play": ("plays", "played"), "rate": ("rates", "rated")}
"""Present and past of the verb of an event kind."""


def visit(client: Client, catalog: str, persona: Persona) -> None:
    """Sends a persona's events and prints the recommendations before and after the last event."""
    present, past = VERBS[persona.kind]
    out.rule(f"{persona.name}, who {persona.about}")
    _send_events(client, catalog, persona, persona.history)
    before = _recommendations(client, catalog, persona)
    out.print(f"\nGET /v1/catalogs/{catalog}/users/{persona.user_id}/recommendations?explain=true", style="bold")
    _print_list(before, past)
    _send_events(client, catalog, persona, (persona.later,))
    after = _recommendations(client, catalog, persona)
    titles = {
        part["item_id"]: title_of(part) for item in after for part in item.get("contributions", []) if "item_id" in part
    }
    later = persona.later[0]
    out.print(f"\n{persona.name} {present} {titles.get(later, later)}; the very next answer knows:", markup=False)
    _print_list(after, past, {item["item_id"] for item in before}, later)
    first = persona.history[0][0]
    similar = [title_of(dict(one)) for one in client.neighbours(catalog, first, n=5)["neighbours"]]
    out.print(f"\nmore like {titles.get(first, first)}: " + ", ".join(similar), markup=False)


def _send_events(client: Client, catalog: str, persona: Persona, values: Sequence[tuple[str, int]]) -> None:
    now = time.time()
    events: list[Event] = [
        {
            "user_id": persona.user_id,
            "item_id": item_id,
            "kind": persona.kind,
            "value": value,
            "timestamp": now + place / 1000,
        }
        for place, (item_id, value) in enumerate(values)
    ]
    client.send_events(catalog, events)


def _recommendations(client: Client, catalog: str, persona: Persona) -> list[dict[str, Any]]:
    response = client.recommend_user(catalog, persona.user_id, n=SHOWN, explain=True, exclude_seen=True)
    return [dict(item) for item in response["recommendations"]]


def _print_list(
    recommended: Sequence[dict[str, Any]], past: str, earlier: frozenset[str] | set[str] = frozenset(), latest: str = ""
) -> None:
    """Prints recommendations with their reasons; those that are not among the earlier ones are marked as new."""
    for place, item in enumerate(recommended, 1):
        new = " (new)" if earlier and item["item_id"] not in earlier else ""
        out.print(f"{place:3}. {title_of(item)}{new}", markup=False, end="")
        out.print(f" because you {past} {contributors(item, NAMED, latest)}", markup=False, style="dim")
