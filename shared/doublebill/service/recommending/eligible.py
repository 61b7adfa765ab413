"""Eligible items: those that are available now, pass the filter and are not excluded; and the rules of their list."""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from doublebill.arrays import Ints32, Mask
from doublebill.model.ranking import NO_ITEMS, Eligible
from doublebill.service.recommending.numbered_history import NumberedHistory
from doublebill.service.recommending.requests import RecommendationOptions
from doublebill.service.serving.warm_models import Serving

if TYPE_CHECKING:  # requests without rules need not load it
    from doublebill.reranking.rerank import Rules


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
