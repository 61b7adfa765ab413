"""A packed model: a version as one JSON object, small enough to lie in a web page.

    catalog, version     of which model it is
    config               what `NumberedHistory` and `Config.weigh` need to count a history
    items                ids (null for an item that was taken down), titles, tag_names, texts
    arrays               by name {"type", "data"}: numbers, little-endian, in base64

Edges lie as in `Neighbours`: `targets` and `values` by source, `lengths` [n_items] edges of each source, `scales`. A
score is (sum of value times weight) * scale * damping * factor + added, each [n_items], left out where without effect.
`order` are the items by `worth`, which is popularity or what a prior makes of it. Everything is a sum over users or the
metadata of items: there is no history in it.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from doublebill.arrays import Integers, Ints, Items, Mask, Numbers
from doublebill.model.catalog import NO_YEAR, Catalog
from doublebill.model.recommender import Recommender
from doublebill.service.serving.loaded_models import Serving

type Packed = Mapping[str, str]


def packed(catalog: str, serving: Serving) -> dict[str, object]:
    """Returns the model that serves a catalog, with the items that are available now."""
    model = serving.recommender
    kept = serving.available if serving.kept is None else serving.kept
    words = _words(model.catalog, kept)
    return {
        "catalog": catalog,
        "version": serving.version,
        "config": _config(model),
        "items": _items(model.catalog, kept, words),
        "arrays": {
            name: _array(array)
            for name, array in {**_arrays(model, serving.available & kept), **_described(words)}.items()
        },
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
        "shift": -min(0.0, ratings.lowest) if ratings else 0.0,
        "levels": {"mean": ratings.levels.mean, "middle": ratings.levels.middle} if ratings else None,
    }


@dataclass(frozen=True, eq=False)
class _Words:
    """The years, tags and texts of the items that were not taken down; what no other item has is not among them."""

    years: Ints
    """[n_items] `NO_YEAR` where unknown."""
    tag_names: Sequence[str]
    tag_offsets: Ints
    """[n_items + 1] where the tags of each item begin in `item_tags`."""
    item_tags: Ints
    """[entries] places in `tag_names`."""
    texts: Sequence[str]
    text_owners: Items
    """[entries] item numbers."""
    text_numbers: Ints
    """[entries] places in `texts`."""


def _words(catalog: Catalog, kept: Mask) -> _Words:
    counts = np.diff(catalog.tag_offsets)
    tags, item_tags = np.unique(catalog.item_tags[np.repeat(kept, counts)], return_inverse=True)
    owners, numbers = catalog.search.text_owners
    searched = kept[owners]
    texts, text_numbers = np.unique(numbers[searched], return_inverse=True)
    return _Words(
        years=np.where(kept, catalog.years, NO_YEAR).astype(np.int16),
        tag_names=[catalog.tag_names[n] for n in tags],
        tag_offsets=np.concatenate(([0], np.cumsum(np.where(kept, counts, 0)))),
        item_tags=item_tags,
        texts=[catalog.attributes.texts[n] for n in texts],
        text_owners=owners[searched],
        text_numbers=text_numbers,
    )


def _items(catalog: Catalog, kept: Mask, words: _Words) -> dict[str, object]:
    """Returns the texts of items; those of items that were taken down are left out."""
    everyone = np.arange(len(catalog))
    ids, titles = catalog.item_ids.take(everyone), catalog.titles.take(everyone)
    return {
        "ids": [item_id if keep else None for item_id, keep in zip(ids, kept.tolist(), strict=True)],
        "titles": [title if keep else "" for title, keep in zip(titles, kept.tolist(), strict=True)],
        "tag_names": words.tag_names,
        "texts": words.texts,
    }


def _described(words: _Words) -> dict[str, Numbers]:
    """Returns the arrays that say which item has which year, tags and texts."""
    small = ("tag_offsets", "item_tags", "text_owners", "text_numbers")
    return {"years": words.years, **{name: _small(getattr(words, name)) for name in small}}


def _arrays(model: Recommender, available: Mask) -> dict[str, Numbers]:
    catalog, edges, order = model.catalog, model.neighbours, model.order_ranker
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
        "available": available.astype(np.uint8),
        **{name: array for name, array in optional.items() if array is not None},
    }


def _small(numbers: Integers) -> Integers:
    """Returns numbers from 0 in 16 bits where they fit, else in 32."""
    return numbers.astype(np.uint16 if numbers.max(initial=0) < 1 << 16 else np.uint32)


def _array(numbers: Numbers) -> Packed:
    little = np.ascontiguousarray(numbers, numbers.dtype.newbyteorder("<"))
    return {"type": numbers.dtype.name, "data": base64.b64encode(little.tobytes()).decode()}
