"""Counted pairs: which events count, and what those of one user and item add up to."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from doublebill.arrays import Floats, Ints, Mask, Places
from doublebill.fit.cleaning.coded_events import CodedEvents, of_kinds
from doublebill.values.event_kinds import RATE, EventKinds
from doublebill.values.rating_scale import RatingScale


def counting(distinct: CodedEvents, names: list[str], kinds: EventKinds) -> Mask:
    """Returns [events] which events count; events of a pair are in order of time.

    Of several verdicts on an item the newest counts, and nothing before one that silences.
    """
    starts = np.ones(len(distinct), np.bool_)
    starts[1:] = distinct.pairs[1:] != distinct.pairs[:-1]
    pairs, places = np.cumsum(starts) - 1, np.arange(len(distinct))
    verdicts = of_kinds(distinct, names, kinds.verdicts)
    newest = np.full(len(distinct), -1)
    newest[pairs[verdicts]] = places[verdicts]  # the last one written is the newest
    judged_at = newest[pairs]
    silenced = (judged_at >= 0) & of_kinds(distinct, names, kinds.silencing)[judged_at]
    replaced: Mask = (verdicts | silenced) & (places < judged_at)
    return ~replaced


def per_pair(pairs: Ints, columns: Mapping[str, Floats | Ints]) -> tuple[Places, dict[str, Any]]:
    """Returns the place of the first row of each pair, rows being in the order of pairs, and the columns per pair.

    Of a pair's rows the weights are added, and of its times and stars the greatest are taken. Pairs with one row are
    copied: pandas, which needs several times the memory of its rows, sees the others only.
    """
    starts = np.ones(len(pairs), np.bool_)
    starts[1:] = pairs[1:] != pairs[:-1]
    first = np.flatnonzero(starts)
    found: dict[str, Any] = {name: column[first] for name, column in columns.items()}
    several = np.diff(first, append=len(pairs)) > 1
    if several.any():
        rows = np.flatnonzero(several[np.cumsum(starts) - 1])
        # pandas adds with compensation, in the order of the rows: the sums are part of what a version is
        grouped = pd.DataFrame({name: column[rows] for name, column in columns.items()}).groupby(pairs[rows], sort=True)
        sums = grouped.agg({"weight": "sum", "timestamp": "max", "stars": "max"})
        for name in columns:
            found[name][several] = sums[name].to_numpy()
    return first, found


def weights(counted: CodedEvents, names: list[str], kinds: EventKinds, scale: RatingScale | None) -> Floats:
    """Returns [events] the weights; ratings of a scale with negative ones count from its lowest on."""
    of_each = np.array([kinds.weights.get(name, 0.0) for name in names], np.float64)
    values = counted.values
    if scale is not None and scale.lowest < 0:
        values = np.where(of_kinds(counted, names, frozenset({RATE})), values - scale.lowest, values)
    return np.asarray(of_each[counted.kinds] * values)


def stars(counted: CodedEvents, names: list[str]) -> Floats:
    """Returns [events] the values of ratings, NaN for other events; of a pair, at most one rating counts."""
    return np.where(of_kinds(counted, names, frozenset({RATE})), counted.values, np.nan)
