"""A catalog of the user's own files: imported, trained and explained by the commands that a user would type."""

from collections.abc import Sequence

from doublebill import schema
from doublebill.edge.clock import now_ms
from doublebill.service.catalog.imported import import_records
from doublebill.service.recommending import lists, requests
from doublebill.service.registry.champions import read_champion
from doublebill_local.cli.waiting import patience
from doublebill_local.demo.film_catalog import CommandLine, run_shown
from doublebill_local.host.home import Home

BUDGET_SECONDS = 60
"""Seconds of search in a training."""

SHOWN = 5
"""Recommendations that are shown."""


def learn_files(home: Home, command_line: CommandLine, catalog: str, files: Sequence[str]) -> None:
    """Imports files into a catalog, trains where they brought something new, and shows explained recommendations.

    Raises:
        StoreUnavailable: when a command fails.
    """
    run_shown(home, command_line, ("import", catalog, *files))
    champion = read_champion(home.objects(), catalog)
    if champion is None or _imported_ms(home, catalog) > champion.started_ms:
        run_shown(home, command_line, ("train", catalog, "--budget", BUDGET_SECONDS))
    if liked := _most_popular(home, catalog):
        example = ("recommend", catalog, "--history", liked, "--explain", "-n", SHOWN)
        run_shown(home, command_line, example)


def _imported_ms(home: Home, catalog: str) -> int:
    """Returns when the newest import was stored."""
    records, _ = import_records.read_all(home.objects(), catalog)
    return max((record.imported_ms for record in records), default=0)


def _most_popular(home: Home, catalog: str) -> str | None:
    """Returns the most popular item, to stand for a history; None where its id cannot be typed in a list."""
    serving = home.warm().serving(catalog, patience())
    found = lists.popular(catalog, serving, schema.read(requests.ListOptions, {"n": 1}), now_ms())
    ids = [item["item_id"] for item in found["popular"]]
    return ids[0] if ids and "," not in ids[0] else None
