"""Entries: the items of an answer, named, rated and explained."""

from collections.abc import Iterable, Sequence, Set
from typing import cast

import numpy as np

from doublebill.arrays import Floats, Ints32, Mask
from doublebill.model.catalog import Catalog
from doublebill.model.ranking import Ranking
from doublebill.model.recommender import Recommender
from doublebill.reranking.next_episodes import NextEpisodes
from doublebill.service.recommending.numbered_history import NumberedHistory
from doublebill.service.recommending.responses import Contribution, Contributor, Recommendation, Source

NAMED = 2
"""Items that a reason names at most."""

NAMED_SHARE = 0.1
"""Shares below this are not worth a word beside the first."""

RECENT = "recent popularity"
"""The name of the prior in a reason."""


def personal_entries(
    model: Recommender,
    history: NumberedHistory,
    ranking: Ranking,
    explain: bool,
    episodes: NextEpisodes,
    promoted: Mask | None = None,
    taken_down: Mask | None = None,
) -> list[Recommendation]:
    """Returns the entries of a ranking, rated where the model has ratings, and with `explain` explained.

    `promoted` [n_items] are the items to be marked as such, `taken_down` [history] those that no explanation names.
    """
    entries = named_entries(model.catalog, ranking)
    if promoted is not None:
        for place in promoted[ranking.items].nonzero()[0].tolist():
            entries[place]["promoted"] = True
    if model.ratings is not None:
        rated = ~np.isnan(history.ratings)
        stars = model.ratings.predict(history.items[rated], history.ratings[rated], ranking.items)
        for entry, predicted in zip(entries, stars.tolist(), strict=True):
            entry["predicted_rating"] = predicted
    if explain:
        _explain(model, history, ranking, entries, episodes, taken_down)
    return entries


def _explain(
    model: Recommender,
    history: NumberedHistory,
    ranking: Ranking,
    entries: list[Recommendation],
    episodes: NextEpisodes,
    taken_down: Mask | None,
) -> None:
    """Adds the contributions to each entry; where the history leads nowhere, that of the prior where it is all."""
    prior = model.prior
    if ranking.cold and (prior is None or prior.added is None):
        return
    parts = model.contributions(history.items, history.weights, ranking.items)
    recent = None if prior is None else prior.contributions(ranking.items, parts.sum(axis=1))
    parts = episodes.explained(parts, ranking.items)
    explain_entries(model.catalog, entries, history.items, parts, recent, taken_down)


def named_entries(catalog: Catalog, ranking: Ranking) -> list[Recommendation]:
    """Returns the entries of a ranking, in its order."""
    item_ids, scores = catalog.item_ids.take(ranking.items), ranking.scores.tolist()
    entries: list[Recommendation]
    entries = [{"item_id": item_id, "score": score} for item_id, score in zip(item_ids, scores, strict=True)]
    for entry, title in zip(entries, catalog.titles.take(ranking.items), strict=True):
        if title:
            entry["title"] = title
    return entries


def explain_entries(
    catalog: Catalog,
    entries: Iterable[Recommendation],
    history: Ints32,
    parts: Floats,
    recent: Floats | None = None,
    taken_down: Mask | None = None,
) -> None:
    """Adds to each entry what contributes to its score, the largest part first, and a reason.

    `history` are item numbers, `parts` [entries, history] the contribution of each to the score of each entry, `recent`
    [entries] that of the prior. Items `taken_down` [history] are summed, not named.
    """
    down = np.zeros(len(history), np.bool_) if taken_down is None else taken_down
    sources = cast(list[Contributor], named_sources(catalog, history[~down]))
    if down.any():
        parts = np.column_stack([parts[:, ~down], parts[:, down].sum(axis=1)])
        sources.append({"available": False})
    if recent is not None:
        parts = np.column_stack([parts, recent])
        sources.append({"prior": "recent"})
    rows, places = parts.nonzero()
    sizes = np.abs(parts[rows, places])
    order = np.lexsort((places, -sizes, rows))
    rows, places, sizes = rows[order], places[order], sizes[order]
    shares = sizes / np.bincount(rows, sizes)[rows]
    explained: list[list[Contribution]] = [[] for _ in parts]
    for row, place, part, share in zip(
        rows.tolist(), places.tolist(), parts[rows, places].tolist(), shares.tolist(), strict=True
    ):
        explained[row].append({**sources[place], "contribution": part, "share": share})
    for entry, contributions in zip(entries, explained, strict=True):
        entry["contributions"] = contributions
        if because := reason(contributions):
            entry["reason"] = because


def named_sources(catalog: Catalog, history: Ints32) -> list[Source]:
    """Returns the items of a history as answers name them."""
    item_ids, titles = catalog.item_ids.take(history), catalog.titles.take(history)
    return [
        {"item_id": item_id, "title": title} if title else {"item_id": item_id}
        for item_id, title in zip(item_ids, titles, strict=True)
    ]


def reason(contributions: Sequence[Contribution]) -> str:
    """Returns the largest parts that speak for an item, in words: "because of Alien and Blade Runner"; else nothing.

    Where the prior is one of them it is named too: "because of recent popularity and Alien".
    """
    good = [part for part in contributions if part["contribution"] > 0 and part.get("available", True)][:NAMED]
    named = [part for part in good if part is good[0] or part["share"] >= NAMED_SHARE]
    names = [RECENT if "prior" in part else part.get("title", part["item_id"]) for part in named]
    return "because of " + " and ".join(names) if names else ""


def unnamed(entry: Recommendation, down: Set[str]) -> Recommendation:
    """Returns an entry whose explanation names no item of `down`."""
    parts = entry.get("contributions", ())
    if not any(part.get("item_id") in down for part in parts):
        return entry
    kept: list[Contribution] = [
        {"available": False, "contribution": part["contribution"], "share": part["share"]}
        if part.get("item_id") in down
        else part
        for part in parts
    ]
    shown: Recommendation = {**entry, "contributions": kept}
    shown.pop("reason", None)
    if because := reason(kept):
        shown["reason"] = because
    return shown
