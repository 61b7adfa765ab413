"""Eligible items: those that are available now, pass the filter and are not excluded.

The rules of their list, and the tags of filters that no item has, are read here too.
"""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from doublebill.arrays import Ints32, Mask
from doublebill.model.catalog import Catalog
from doublebill.model.ranking import NO_ITEMS, Eligible
from doublebill.service.recommending.numbered_history import NumberedHistory
from doublebill.service.recommending.requests import RecommendationOptions
from doublebill.service.recommending.responses import Headed, UnknownTag
from doublebill.service.serving.warm_models import Serving

if TYPE_CHECKING:  # requests without rules need not load it
    from doublebill.reranking.rerank import Rules

UNKNOWN_TAGS = 10
"""Unknown tags that an answer names; looking for the nearest of each takes time."""


class EligibilityOptions(Protocol):
    """The options of a request that say which items may be shown to a user."""

    @property
    def exclude_seen(self) -> bool | None: ...
    @property
    def filter(self) -> object | None: ...


def eligible_items(
    serving: Serving, history: NumberedHistory, options: EligibilityOptions, *excluded: Ints32
) -> Eligible:
    """Returns the items that may be shown to a user; those that count against never are.

    Raises:
        InvalidInput: when the filter is none, or asks for what the catalog's items do not have.
    """
    exclude_seen = options.exclude_seen
    if exclude_seen is None:
        exclude_seen = serving.recommender.config.exclude_seen
    of_history = history.seen if exclude_seen else history.disliked
    allowed = allowed_items(serving, options.filter, history.seen)
    return Eligible(allowed, np.concatenate([of_history, *excluded]))


def allowed_items(serving: Serving, filter_: object | None, history: Ints32 = NO_ITEMS) -> Mask:
    """Returns [n_items] the items that are available now and pass the filter.

    Raises:
        InvalidInput: when the filter is none, or asks for what the catalog's items do not have.
    """
    if filter_ is None:
        return serving.available
    return matching_items(serving, filter_, history, "filter") & serving.available


def matching_items(serving: Serving, filter_: object, history: Ints32, field: str) -> Mask:
    """Returns [n_items] the items that pass the filter, which stands in `field` of the request.

    Raises:
        InvalidInput: when the filter is none, or asks for what the catalog's items do not have.
    """
    from doublebill.filtering import filters  # requests without a filter need not load it

    masks = serving.masks() if serving.masks else filters.Masks(serving.recommender.catalog)
    return masks.of(filters.parse(filter_, field, serving.now_ms), history, serving.available)


def list_rules(serving: Serving, history: NumberedHistory, options: RecommendationOptions) -> "Rules | None":
    """Returns the rules that a request makes for its list as a whole, None where it makes none.

    Raises:
        InvalidInput: when the filter of a promotion is none, or asks for what the catalog's items do not have.
    """
    if not (options.max_per or options.promote or options.diversity):
        return None
    from doublebill.reranking.rerank import Rules

    max_per, diversity = options.max_per or {}, options.diversity
    if not options.promote:
        return Rules(max_per, diversity=diversity)
    promoted = matching_items(serving, options.promote.filter, history.seen, "promote.filter")
    return Rules(max_per, promoted, options.promote.share, diversity)


def name_unknown_tags(answer: Headed, catalog: Catalog, *conditions: object | None) -> None:
    """Names the tags in valid filters that no item of the catalog has; of many the first `UNKNOWN_TAGS`."""
    if all(one is None for one in conditions):
        return
    from doublebill.filtering import filters
    from doublebill.filtering.named_tags import named_tags

    tags = dict.fromkeys(tag for one in conditions if one is not None for tag in named_tags(filters.parse(one)))
    unknown = [tag for tag in tags if catalog.tag_names.find(tag) < 0][:UNKNOWN_TAGS]
    if unknown:
        answer["unknown_tags"] = [_unknown(catalog, tag) for tag in unknown]


def _unknown(catalog: Catalog, tag: str) -> UnknownTag:
    nearest = catalog.search.nearest_tag(tag)
    return UnknownTag(tag=tag) if nearest is None else UnknownTag(tag=tag, nearest=nearest)
