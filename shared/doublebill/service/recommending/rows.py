"""Rows: "because you met X", for the newest items of a history, no item in two of them."""

import numpy as np

from doublebill.arrays import Mask
from doublebill.model.recommender import Ranking, Recommender
from doublebill.service.recommending.explain import explain, source
from doublebill.service.recommending.history import History, Known
from doublebill.service.recommending.recommendations import allowed_by, degraded_by, named
from doublebill.service.recommending.requests import RowsOptions
from doublebill.service.recommending.responses import Recommendation, Row, Rows
from doublebill.service.registry.recommendation_ids import make as recommendation_id
from doublebill.service.serving.warm_models import Serving


def rows(catalog: str, serving: Serving, history: History, options: RowsOptions, now_ms: int) -> Rows:
    """One row for each of the newest items that lead somewhere; each item's score is what the source adds to it.

    Fewer rows where fewer items lead somewhere, and a shorter last row where a source has no more.
    """
    model = serving.recommender
    known = Known.of(model, history.items)
    allowed = allowed_by(serving, options.filter, known.items).copy()
    allowed[known.seen(model, options.exclude_seen)] = False
    made: list[Row] = []
    for place in _newest(known):
        if len(made) == options.rows:
            break
        item = known.items[place]
        allowed[item] = False
        row = _row(model, item, known.weights[place], allowed, options.n)
        if len(row.items):
            allowed[row.items] = False
            made.append({"source": source(model.catalog, int(item)), "items": _entries(model, item, row, options)})
    return {
        "catalog": catalog,
        "model_version": serving.version,
        "degraded": degraded_by(serving.degraded, history.degraded),
        "recommendation_id": recommendation_id(serving.version, now_ms),
        "cold": not made,
        "unknown_items": known.unknown,
        "rows": made,
    }


def _newest(known: Known) -> list[int]:
    """The places of what counts for, newest first; of one time, what stood later in the history first."""
    order = np.lexsort((-np.arange(len(known.items)), -known.timestamps))
    return [place for place in order.tolist() if known.weights[place] > 0]


def _row(model: Recommender, item: np.int32, weight: float, allowed: Mask, n: int) -> Ranking:
    """The allowed items to which `item` adds most."""
    items, scores = model.scores(np.array([item]), np.array([weight]))
    good = np.flatnonzero((scores > 0) & allowed[items])
    return model.ordered(items[good], scores[good], n)


def _entries(model: Recommender, item: np.int32, row: Ranking, options: RowsOptions) -> list[Recommendation]:
    entries = named(model, row)
    if options.explain:
        explain(model.catalog, entries, np.array([item]), row.scores[:, np.newaxis])
    return entries
