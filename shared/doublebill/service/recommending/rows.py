"""Rows: "because you met X", for the newest items of a history, no item in two of them."""

import numpy as np

from doublebill.arrays import Mask
from doublebill.service.recommending.eligible import eligible_items, name_unknown_tags
from doublebill.service.recommending.entries import explain_entries, named_entries, named_sources
from doublebill.service.recommending.history import History
from doublebill.service.recommending.item_fields import add_fields
from doublebill.service.recommending.numbered_history import NumberedHistory
from doublebill.service.recommending.requests import RowsOptions
from doublebill.service.recommending.responses import Row, Rows, name_baseline
from doublebill.service.registry import recommendation_ids
from doublebill.service.serving.degraded import joined
from doublebill.service.serving.warm_models import Serving


def rows(catalog: str, serving: Serving, history: History, options: RowsOptions, now_ms: int) -> Rows:
    """Returns one row for each of the newest items that lead somewhere; scores are the contributions of the source.

    A prior adds nothing to them, or all rows would begin with the same recent items. An item that was taken down heads
    no row. Fewer rows where fewer items lead somewhere, and a shorter last row where a source has no more.
    """
    serving = serving.at(now_ms)
    model = serving.recommender
    numbered = NumberedHistory.of(model, history, serving.record.kinds)
    eligible = eligible_items(serving, numbered, options)
    allowed = eligible.allowed.copy()
    allowed[eligible.excluded] = False
    shown: list[Row] = []
    for place in _newest(numbered, serving.taken_down(numbered.items)):
        if len(shown) == options.rows:
            break
        one = numbered.items[place : place + 1]
        allowed[one] = False
        reached, scores = model.score_by_history(one, numbered.weights[place : place + 1]).reached()
        good = np.flatnonzero((scores > 0) & allowed[reached])
        ranking = model.ranker.ordered(reached[good], scores[good], options.n)
        if len(ranking.items):
            allowed[ranking.items] = False
            entries = named_entries(model.catalog, ranking)
            if options.explain:
                explain_entries(model.catalog, entries, one, ranking.scores[:, np.newaxis])
            shown.append({"source": named_sources(model.catalog, one)[0], "items": entries})
    answer = Rows(
        catalog=catalog,
        model_version=serving.version,
        degraded=joined([serving.degraded, history.degraded]) or False,
        recommendation_id=recommendation_ids.make(serving.version, now_ms),
        cold=not shown,
        unknown_items=numbered.unknown,
        rows=shown,
    )
    name_baseline(answer, model.config)
    add_fields(answer, model.catalog, [row["items"] for row in shown], options.fields)
    name_unknown_tags(answer, model.catalog, options.filter)
    return answer


def _newest(history: NumberedHistory, taken_down: Mask) -> list[int]:
    """Returns the places of items that count for, newest first; of one time, the later in the history first."""
    order = np.lexsort((-np.arange(len(history.items)), -history.timestamps))
    return [place for place in order.tolist() if history.weights[place] > 0 and not taken_down[place]]
