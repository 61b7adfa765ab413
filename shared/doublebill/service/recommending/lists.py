"""Lists for everybody: neighbours of an item, popular and trending items, those that a search finds, a map of items."""

import numpy as np

from doublebill.arrays import Ints32, Reals
from doublebill.errors import NotFound
from doublebill.model.metadata.item_map import ItemMap
from doublebill.model.neighbours import Neighbours
from doublebill.model.ranking import Eligible, Ranking, top
from doublebill.service.recommending.eligible import allowed_items, name_unknown_tags
from doublebill.service.recommending.entries import named_entries
from doublebill.service.recommending.item_fields import add_fields
from doublebill.service.recommending.requests import (
    Direction,
    ItemSearchOptions,
    ListOptions,
    MapOptions,
    NeighbourOptions,
)
from doublebill.service.recommending.responses import (
    Headed,
    NeighbourList,
    PlacedItem,
    PlacedItems,
    Popular,
    SearchResults,
    Trending,
    name_baseline,
)
from doublebill.service.serving.warm_models import Serving


def neighbours(catalog: str, serving: Serving, item_id: str, options: NeighbourOptions, now_ms: int) -> NeighbourList:
    """Returns the items most similar to one, or those that most lead to it, most similar first.

    Raises:
        NotFound: when the model does not have the item.
        InvalidInput: when the filter is none, or asks for what the catalog's items do not have.
    """
    serving = serving.at(now_ms)
    model = serving.recommender
    item = model.catalog.find(item_id)
    if item < 0:
        raise NotFound(f"catalog {catalog!r} has no item {item_id!r}")
    allowed = allowed_items(serving, options.filter)
    for enough in (options.n, None):  # looking at every edge takes longer
        targets, similarities = _joined(model.neighbours, item, options.direction, enough)
        shown = (similarities > 0) & allowed[targets] & (targets != item)
        if np.count_nonzero(shown) >= options.n:
            break
    targets, similarities = targets[shown], similarities[shown]
    best = top(targets, similarities, options.n)
    ranking = Ranking(targets[best], similarities[best])
    answer = NeighbourList(**_head(catalog, serving), item_id=item_id, neighbours=named_entries(model.catalog, ranking))
    name_baseline(answer, model.config)
    add_fields(answer, model.catalog, [answer["neighbours"]], options.fields)
    name_unknown_tags(answer, model.catalog, options.filter)
    return answer


def _joined(edges: Neighbours, item: int, direction: Direction, enough: int | None) -> tuple[Ints32, Reals]:
    """Returns the items that edges join to one, and how similar they are in a direction."""
    if direction == "both":
        return edges.around(item, enough)
    return edges.led_to(item) if direction == "from" else edges.leading_to(item)


def popular(catalog: str, serving: Serving, options: ListOptions, now_ms: int) -> Popular:
    """Returns the items that most users have, with their share of users as score.

    Raises:
        InvalidInput: when the filter is none, or asks for what the catalog's items do not have.
    """
    serving = serving.at(now_ms)
    model = serving.recommender
    items = model.ranker.most_popular(options.n, Eligible(allowed_items(serving, options.filter)))
    ranking = Ranking(items, model.popularity[items].astype(np.float64))
    answer = Popular(**_head(catalog, serving), popular=named_entries(model.catalog, ranking))
    add_fields(answer, model.catalog, [answer["popular"]], options.fields)
    name_unknown_tags(answer, model.catalog, options.filter)
    return answer


def trending(catalog: str, serving: Serving, options: ListOptions, now_ms: int) -> Trending:
    """Returns the items that most users met recently, then, with score 0, popular ones.

    Raises:
        InvalidInput: when the filter is none, or asks for what the catalog's items do not have.
    """
    serving = serving.at(now_ms)
    model = serving.recommender
    allowed = allowed_items(serving, options.filter)
    numbers = model.catalog.find_all([item_id for item_id, _ in serving.trending])
    scores = np.array([score for _, score in serving.trending], np.float64)
    places = np.flatnonzero(numbers >= 0)
    places = places[allowed[numbers[places]]][: options.n]
    others = model.ranker.most_popular(options.n - len(places), Eligible(allowed, numbers[places]))
    items = np.concatenate([numbers[places], others]).astype(np.int32)
    ranking = Ranking(items, np.concatenate([scores[places], np.zeros(len(others))]))
    answer = Trending(**_head(catalog, serving), trending=named_entries(model.catalog, ranking))
    add_fields(answer, model.catalog, [answer["trending"]], options.fields)
    name_unknown_tags(answer, model.catalog, options.filter)
    return answer


def search(catalog: str, serving: Serving, options: ItemSearchOptions, now_ms: int) -> SearchResults:
    """Returns the items whose title, tags, texts or id are like the query, the most like and most popular first.

    Raises:
        InvalidInput: when the filter is none, or asks for what the catalog's items do not have.
    """
    serving = serving.at(now_ms)
    model = serving.recommender
    ranking = model.catalog.search.search(
        options.q, model.ranker.ranks, allowed_items(serving, options.filter), options.n
    )
    answer = SearchResults(**_head(catalog, serving), items=named_entries(model.catalog, ranking))
    add_fields(answer, model.catalog, [answer["items"]], options.fields)
    name_unknown_tags(answer, model.catalog, options.filter)
    return answer


def item_map(catalog: str, serving: Serving, found: ItemMap, options: MapOptions, now_ms: int) -> PlacedItems:
    """Returns the most popular items of a map that may be recommended now, with their places.

    Raises:
        InvalidInput: when the filter is none, or asks for what the catalog's items do not have.
    """
    serving = serving.at(now_ms)
    model = serving.recommender
    shown = np.flatnonzero(allowed_items(serving, options.filter)[found.items])[: options.n]
    items = found.items[shown]
    entries = named_entries(model.catalog, Ranking(items, model.popularity[items].astype(np.float64)))
    placed: list[PlacedItem] = []
    for entry, (x, y) in zip(entries, found.places[shown].tolist(), strict=True):
        titled: PlacedItem = {"item_id": entry["item_id"], "score": entry["score"], "x": x, "y": y}
        placed.append({**titled, "title": entry["title"]} if "title" in entry else titled)
    answer = PlacedItems(**_head(catalog, serving), items=placed)
    add_fields(answer, model.catalog, [answer["items"]], options.fields)
    name_unknown_tags(answer, model.catalog, options.filter)
    return answer


def _head(catalog: str, serving: Serving) -> Headed:
    """Returns the fields of every list."""
    return Headed(catalog=catalog, model_version=serving.version, degraded=serving.degraded or False)
