"""Entries: the items of an answer, named, rated and explained."""

from collections.abc import Iterable, Sequence

import numpy as np

from doublebill.arrays import Floats, Ints32
from doublebill.model.catalog import Catalog
from doublebill.model.ranking import Ranking
from doublebill.model.recommender import Recommender
from doublebill.service.recommending.numbered_history import NumberedHistory
from doublebill.service.recommending.responses import Contribution, Recommendation, Source

NAMED = 2
"""Items that a reason names at most."""

NAMED_SHARE = 0.1
"""Shares below this are not worth a word beside the first."""


def personal_entries(
    model: Recommender, history: NumberedHistory, ranking: Ranking, explain: bool
) -> list[Recommendation]:
    """Returns the entries of a ranking, rated where the model has ratings, and with `explain` explained."""
    entries = named_entries(model.catalog, ranking)
    if model.ratings is not None:
        rated = ~np.isnan(history.ratings)
        stars = model.ratings.predict(history.items[rated], history.ratings[rated], ranking.items)
        for entry, predicted in zip(entries, stars.tolist(), strict=True):
            entry["predicted_rating"] = predicted
    if explain and not ranking.cold:
        parts = model.contributions(history.items, history.weights, ranking.items)
        explain_entries(model.catalog, entries, history.items, parts)
    return entries


def named_entries(catalog: Catalog, ranking: Ranking) -> list[Recommendation]:
    """Returns the entries of a ranking, in its order."""
    entries: list[Recommendation] = []
    for item, score in zip(ranking.items.tolist(), ranking.scores.tolist(), strict=True):
        entry: Recommendation = {"item_id": catalog.item_ids[item], "score": score}
        if title := catalog.titles[item]:
            entry["title"] = title
        entries.append(entry)
    return entries


def explain_entries(catalog: Catalog, entries: Iterable[Recommendation], history: Ints32, parts: Floats) -> None:
    """Adds to each entry the history items that contribute to its score, the largest part first, and a reason.

    `history` are item numbers, `parts` [entries, history] the contribution of each to the score of each entry.
    """
    rows, places = parts.nonzero()
    sizes = np.abs(parts[rows, places])
    order = np.lexsort((places, -sizes, rows))
    rows, places, sizes = rows[order], places[order], sizes[order]
    shares = sizes / np.bincount(rows, sizes)[rows]
    sources = {place: source(catalog, int(history[place])) for place in set(places.tolist())}
    explained: list[list[Contribution]] = [[] for _ in parts]
    for row, place, part, share in zip(
        rows.tolist(), places.tolist(), parts[rows, places].tolist(), shares.tolist(), strict=True
    ):
        explained[row].append({**sources[place], "contribution": part, "share": share})
    for entry, contributions in zip(entries, explained, strict=True):
        entry["contributions"] = contributions
        if words := reason(contributions):
            entry["reason"] = words


def source(catalog: Catalog, item: int) -> Source:
    """Returns an item of the history as answers name it."""
    named: Source = {"item_id": catalog.item_ids[item]}
    if title := catalog.titles[item]:
        named["title"] = title
    return named


def reason(contributions: Sequence[Contribution]) -> str:
    """Returns the largest parts that speak for an item, in words: "because of Alien and Blade Runner"; else nothing."""
    good = [part for part in contributions if part["contribution"] > 0][:NAMED]
    named = [part for part in good if part is good[0] or part["share"] >= NAMED_SHARE]
    return "because of " + " and ".join(part.get("title", part["item_id"]) for part in named) if named else ""
