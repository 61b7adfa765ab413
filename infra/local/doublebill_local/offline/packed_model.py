"""A packed model: a version as one JSON object, small enough to lie in a web page.

    catalog, version     of which model it is
    config               what `NumberedHistory` and `Config.weigh` need to count a history, and words of reasons
    items                ids (null for an item that was taken down), titles, tag_names, texts
    arrays               by name {"type", "data"}: numbers, little-endian, in base64

Edges lie as in `Neighbours`: `targets` and `values` by source, `lengths` [n_items] edges of each source, `scales`. A
score is (sum of value times weight) * scale * damping * factor + added, each [n_items], left out where without effect.
`order` are the items by `worth`, which is popularity or what a prior makes of it. Everything is a sum over users or the
metadata of items: there is no history in it.
"""

import base64
from collections.abc import Mapping

import numpy as np

from doublebill.arrays import Integers, Mask, Numbers
from doublebill.model.catalog import Catalog
from doublebill.model.recommender import Recommender
from doublebill.service.recommending.entries import recently
from doublebill.service.serving.loaded_models import Serving

type Packed = Mapping[str, str]


def packed(catalog: str, serving: Serving) -> dict[str, object]:
    """Returns the model that serves a catalog, with the items that are available now."""
    model = serving.recommender
    kept = serving.available if serving.kept is None else serving.kept
    return {
        "catalog": catalog,
        "version": serving.version,
        "config": _config(model),
        "items": _items(model.catalog, kept),
        "arrays": {name: _array(array) for name, array in _arrays(model, serving.available, kept).items()},
    }


def _config(model: Recommender) -> dict[str, object]:
    config, ratings = model.config, model.ratings
    return {
        "saturation": config.saturation,
        "strength": config.strength,
        "half_life": config.half_life,
        "liked_from": config.liked_from,
        "others": config.others,
        "exclude_seen": config.exclude_seen,
        "baseline": config.baseline,
        "recently": recently(config.prior),
        "shift": -min(0.0, ratings.lowest) if ratings else 0.0,
        "levels": {"mean": ratings.levels.mean, "middle": ratings.levels.middle} if ratings else None,
    }


def _items(catalog: Catalog, kept: Mask) -> dict[str, object]:
    """Returns the texts of items; those of items that were taken down are left out."""
    everyone = np.arange(len(catalog))
    ids, titles = catalog.item_ids.take(everyone), catalog.titles.take(everyone)
    texts = catalog.attributes.texts
    return {
        "ids": [item_id if keep else None for item_id, keep in zip(ids, kept.tolist(), strict=True)],
        "titles": [title if keep else "" for title, keep in zip(titles, kept.tolist(), strict=True)],
        "tag_names": [catalog.tag_names[n] for n in range(len(catalog.tag_names))],
        "texts": [texts[n] for n in range(len(texts))],
    }


def _arrays(model: Recommender, available: Mask, kept: Mask) -> dict[str, Numbers]:
    catalog, edges, order = model.catalog, model.neighbours, model.order_ranker
    owners, texts = catalog.search.text_owners
    searched = kept[owners]
    series = catalog.series
    optional = {
        "series": series.series if series else None,
        "series_places": series.places if series else None,
        "series_next": series.next if series else None,
        "damping": model.damping,
        "factors": model.prior.factors if model.prior else None,
        "added": model.prior.added if model.prior else None,
    }
    return {
        "lengths": _small(np.diff(edges.indptr)),
        "targets": _small(edges.targets),
        "values": edges.values,
        "scales": edges.scales,
        "popularity": model.popularity,
        "worth": order.popularity.astype(np.float64),
        "order": _small(order.order),
        "available": (available & kept).astype(np.uint8),
        "years": catalog.years,
        "tag_offsets": _small(catalog.tag_offsets),
        "item_tags": _small(catalog.item_tags),
        "text_owners": _small(owners[searched]),
        "text_numbers": _small(texts[searched]),
        **{name: array for name, array in optional.items() if array is not None},
    }


def _small(numbers: Integers) -> Integers:
    """Returns numbers from 0 in 16 bits where they fit, else in 32."""
    return numbers.astype(np.uint16 if numbers.max(initial=0) < 1 << 16 else np.uint32)


def _array(numbers: Numbers) -> Packed:
    little = np.ascontiguousarray(numbers, numbers.dtype.newbyteorder("<"))
    return {"type": numbers.dtype.name, "data": base64.b64encode(little.tobytes()).decode()}
