"""Explanations: what each item of a history adds to a score, as numbers that sum to it and as words."""

from collections.abc import Iterable, Sequence

import numpy as np

from doublebill.arrays import Floats, Ints32
from doublebill.model.catalog import Catalog
from doublebill.service.recommending.responses import Contribution, Recommendation, Source

NAMED = 2
"""Items that a reason names at most."""

NAMED_SHARE = 0.1
"""Shares below this are not worth a word beside the first."""


def explain(
    catalog: Catalog,
    entries: Iterable[Recommendation],
    history: Ints32,
    parts: Floats,
) -> None:
    """Tells each entry the history items that add something, the largest part first, and its reason in words.

    `history` are item numbers, `parts` [entries, history] what each adds to the score of each entry.
    """
    rows, places = parts.nonzero()
    sizes = np.abs(parts[rows, places])
    order = np.lexsort((places, -sizes, rows))
    rows, places, sizes = rows[order], places[order], sizes[order]
    shares = sizes / np.bincount(rows, sizes)[rows]
    named = {place: source(catalog, int(history[place])) for place in set(places.tolist())}
    told: list[list[Contribution]] = [[] for _ in parts]
    for row, place, part, share in zip(
        rows.tolist(), places.tolist(), parts[rows, places].tolist(), shares.tolist(), strict=True
    ):
        told[row].append({**named[place], "contribution": part, "share": share})
    for entry, contributions in zip(entries, told, strict=True):
        entry["contributions"] = contributions
        if words := reason(contributions):
            entry["reason"] = words


def reason(parts: Sequence[Contribution]) -> str:
    """The largest parts that speak for an item, in words: "because of Alien and Blade Runner"; else nothing."""
    good = [part for part in parts if part["contribution"] > 0][:NAMED]
    named = [part for part in good if part is good[0] or part["share"] >= NAMED_SHARE]
    return "because of " + " and ".join(part.get("title", part["item_id"]) for part in named) if named else ""


def source(catalog: Catalog, item: int) -> Source:
    """An item number as answers name it."""
    title = catalog.title(item)
    named: Source = {"item_id": catalog.item_ids[item]}
    if title:
        named["title"] = title
    return named
