"""Explanations: what each item of a history adds to a score, as numbers that sum to it and as words."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from doublebill.catalog import Catalog
from doublebill.service.answered import Contribution, Recommendation, Source

NAMED = 2
"""Items that a reason names at most."""

NAMED_SHARE = 0.1
"""Shares below this are not worth a word beside the first."""


def explain(
    catalog: Catalog,
    entries: Iterable[Recommendation],
    history: npt.NDArray[np.int32],
    parts: npt.NDArray[np.float64],
) -> None:
    """Tells each entry the history items that add something, the largest part first, and its reason in words.

    `history` are item numbers, `parts` [entries, history] what each adds to the score of each entry.
    """
    adding = np.flatnonzero(parts.any(axis=0))
    parts = parts[:, adding]
    sources = [source(catalog, item) for item in history[adding].tolist()]
    sizes = np.abs(parts)
    totals = sizes.sum(axis=1, keepdims=True)
    shares = sizes / np.where(totals > 0, totals, 1.0)
    orders: list[list[int]] = np.argsort(-sizes, axis=1, kind="stable").tolist()
    counts = np.count_nonzero(parts, axis=1).tolist()
    for entry, order, count, part, share in zip(entries, orders, counts, parts.tolist(), shares.tolist(), strict=True):
        told: list[Contribution] = [
            {**sources[place], "contribution": part[place], "share": share[place]} for place in order[:count]
        ]
        entry["contributions"] = told
        if words := reason(told):
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
