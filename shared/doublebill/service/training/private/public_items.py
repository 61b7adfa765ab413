"""Public items: the interactions of users with the items that metadata describe, and with no others.

A private model names its items, so that the list of them must not depend on what anybody did. It is the list of
described items, which the owner of a catalog declares public by training it privately. Events with other items are left
out.
"""

from collections.abc import Mapping

import numpy as np

from doublebill.fit.clean import Cleaned
from doublebill.model.catalog import Catalog
from doublebill.model.interactions import Interactions
from doublebill.model.items import Item


def public_catalog(items: Mapping[str, Item]) -> Catalog:
    """Returns the catalog of all described items that were not removed."""
    return Catalog.of((), {item_id: item for item_id, item in items.items() if not item.removed})


def with_public_items(cleaned: Cleaned, public: Catalog) -> Interactions:
    """Returns the interactions with items of the public catalog, numbered as there."""
    every = cleaned.catalog.item_ids
    numbers = public.find_all(every.take(np.arange(len(every))))
    of_entries = numbers[cleaned.interactions.items]
    kept = cleaned.interactions.where(of_entries >= 0)
    items = of_entries[of_entries >= 0].astype(np.int32)
    return Interactions(kept.indptr, items, kept.weights, kept.timestamps, len(public))
