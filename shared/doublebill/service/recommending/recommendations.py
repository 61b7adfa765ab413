"""Answers: recommendations, rankings and lists, from one model for one history."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from doublebill.arrays import Floats, Ints32, Mask
from doublebill.errors import NotFound
from doublebill.model.neighbours import top
from doublebill.model.recommender import Ranking, Recommender
from doublebill.service.recommending.cursor import Given, read_cursor
from doublebill.service.recommending.explain import explain
from doublebill.service.recommending.history import History, Known
from doublebill.service.recommending.requests import ListOptions, RankingRequest, RecommendationOptions
from doublebill.service.recommending.responses import (
    Headed,
    NeighbourList,
    Popular,
    Recommendation,
    Recommendations,
    Trending,
)
from doublebill.service.registry.recommendation_ids import make as recommendation_id
from doublebill.service.serving.degraded import joined
from doublebill.service.serving.warm_models import Serving

NO_ITEMS: Ints32 = np.zeros(0, np.int32)


def recommend(
    catalog: str, serving: Serving, history: History, options: RecommendationOptions, now_ms: int
) -> Recommendations:
    """The recommendations for a history; what counts against never comes back.

    Raises:
        InvalidInput: when a filter, rule or cursor is none, or asks for what the catalog's items do not have.
    """
    model = serving.recommender
    known = Known.of(model, history.items)
    given = read_cursor(options.cursor)
    ranking, promoted = _chosen(serving, known, options, given)
    entries = named(model, ranking)
    for place in promoted.nonzero()[0].tolist():
        entries[place]["promoted"] = True
    _tell_more(model, known, ranking, entries, options.explain)
    answer: Recommendations = {
        "catalog": catalog,
        "model_version": serving.version,
        "degraded": degraded_by(serving.degraded, history.degraded),
        "recommendation_id": recommendation_id(serving.version, now_ms),
        "cold": ranking.cold,
        "unknown_items": known.unknown,
        "recommendations": entries,
    }
    if len(entries) == options.n or (entries and options.max_per):  # a page may be short since its groups are full
        following = given.next_cursor(entry["item_id"] for entry in entries)
        if following:
            answer["next_cursor"] = following
    return answer


def _chosen(serving: Serving, known: Known, options: RecommendationOptions, given: Given) -> tuple[Ranking, Mask]:
    """The items to show, and which of them are promoted ones; `given` are those of earlier pages."""
    model = serving.recommender
    excluded = known.seen(model, options.exclude_seen)
    if options.exclude or given:
        told = _numbers(model, options.exclude), given.numbers_in(model.catalog.item_ids)
        excluded = np.concatenate([excluded, *told])
    allowed = allowed_by(serving, options.filter, known.items)
    if not (options.max_per or options.promote or options.diversity):
        ranking = model.recommend(known.items, known.weights, options.n, excluded, allowed)
        return ranking, np.zeros(len(ranking.items), np.bool_)
    from doublebill.reranking.rerank import Rules, choose  # whoever asks for no rules need not load them

    rules = Rules(options.max_per or {}, diversity=options.diversity)
    if options.promote:
        promoted = _passing(serving, options.promote.filter, known.items, "promote.filter")
        rules = replace(rules, promoted=promoted, share=options.promote.share)
    chosen = choose(model, known.items, known.weights, options.n, excluded, allowed, rules)
    return chosen.ranking, chosen.promoted


def rank(catalog: str, serving: Serving, history: History, request: RankingRequest, now_ms: int) -> Recommendations:
    """The items asked for, each once, best first for the history; those that the model does not know come last."""
    model = serving.recommender
    known = Known.of(model, history.items)
    item_ids = list(dict.fromkeys(request.items))
    numbers = model.catalog.find_all(item_ids)
    items = numbers[numbers >= 0]
    reached, sums = model.scores(known.items, known.weights)
    cold = not len(reached)
    scores = model.popularity[items].astype(np.float64) if cold else _looked_up(reached, sums, items)
    ranking = replace(model.ordered(items, scores, len(items)), cold=cold)
    entries = named(model, ranking)
    _tell_more(model, known, ranking, entries, request.explain)
    missing = [item_id for item_id, number in zip(item_ids, numbers.tolist(), strict=True) if number < 0]
    return {
        "catalog": catalog,
        "model_version": serving.version,
        "degraded": degraded_by(serving.degraded, history.degraded),
        "recommendation_id": recommendation_id(serving.version, now_ms),
        "cold": cold,
        "unknown_items": list(dict.fromkeys([*known.unknown, *missing])),
        "recommendations": entries + [Recommendation(item_id=item_id, score=0.0) for item_id in missing],
    }


def _looked_up(reached: Ints32, sums: Floats, items: Ints32) -> Floats:
    """[items] the scores of some items, 0 where the history does not reach them."""
    order = np.argsort(reached)
    places = np.minimum(np.searchsorted(reached, items, sorter=order), len(reached) - 1)
    found = order[places]
    scores: Floats = np.where(reached[found] == items, sums[found], 0.0)
    return scores


def _tell_more(
    model: Recommender, known: Known, ranking: Ranking, entries: Sequence[Recommendation], explained: bool
) -> None:
    """Adds predicted ratings where there are ratings, and explanations where they are asked for."""
    if model.ratings is not None:
        rated = ~np.isnan(known.ratings)
        predicted = model.ratings.predict(known.items[rated], known.ratings[rated], ranking.items)
        for entry, stars in zip(entries, predicted.tolist(), strict=True):
            entry["predicted_rating"] = stars
    if not explained or ranking.cold:
        return
    parts = model.contributions(known.items, known.weights, ranking.items)
    explain(model.catalog, entries, known.items, parts)


def neighbours(catalog: str, serving: Serving, item_id: str, options: ListOptions) -> NeighbourList:
    """The items most similar to one, most similar first.

    Raises:
        NotFound: when the model does not know the item.
    """
    model = serving.recommender
    item = model.catalog.find(item_id)
    if item < 0:
        raise NotFound(f"catalog {catalog!r} has no item {item_id!r}")
    allowed = allowed_by(serving, options.filter)
    for enough in (options.n, None):  # looking at every edge takes longer
        targets, similarities = model.neighbours.around(item, enough)
        alike = (similarities > 0) & allowed[targets] & (targets != item)
        if np.count_nonzero(alike) >= options.n:
            break
    targets, similarities = targets[alike], similarities[alike]
    best = top(targets, similarities, options.n)
    ranking = Ranking(targets[best], similarities[best], cold=False)
    return {**headed(catalog, serving), "item_id": item_id, "neighbours": named(model, ranking)}


def popular(catalog: str, serving: Serving, options: ListOptions) -> Popular:
    """The items that most users have, with their share of users as score."""
    model = serving.recommender
    items = model.most_popular(options.n, NO_ITEMS, allowed_by(serving, options.filter))
    ranking = Ranking(items, model.popularity[items].astype(np.float64), cold=True)
    return {**headed(catalog, serving), "popular": named(model, ranking)}


def trending(catalog: str, serving: Serving, options: ListOptions) -> Trending:
    """The items that most users met of late, then, with score 0, what is popular."""
    model = serving.recommender
    allowed = allowed_by(serving, options.filter)
    numbers = model.catalog.find_all([item_id for item_id, _ in serving.trending])
    scores = np.array([score for _, score in serving.trending], np.float64)
    here = np.flatnonzero(numbers >= 0)
    here = here[allowed[numbers[here]]][: options.n]
    others = model.most_popular(options.n - len(here), numbers[here], allowed)
    items = np.concatenate([numbers[here], others]).astype(np.int32)
    ranking = Ranking(items, np.concatenate([scores[here], np.zeros(len(others))]), cold=True)
    return {**headed(catalog, serving), "trending": named(model, ranking)}


def allowed_by(serving: Serving, filter_: object | None, seen: Ints32 = NO_ITEMS) -> Mask:
    """[n_items] what is available now and passes the filter.

    Raises:
        InvalidInput: when the filter is none, or asks for what the catalog's items do not have.
    """
    if filter_ is None:
        return serving.available
    return _passing(serving, filter_, seen, "filter") & serving.available


def _passing(serving: Serving, filter_: object, seen: Ints32, field: str) -> Mask:
    from doublebill.filtering import filters  # whoever never filters need not load it

    masks = serving.masks() if serving.masks else filters.Masks(serving.recommender.catalog)
    return masks.of(filters.parse(filter_, field), seen, serving.available)


def headed(catalog: str, serving: Serving) -> Headed:
    """What every list says."""
    return {"catalog": catalog, "model_version": serving.version, "degraded": degraded_by(serving.degraded)}


def degraded_by(*reasons: str | None) -> str | bool:
    """The reasons together, or False where there is none."""
    return joined(reasons) or False


def _numbers(model: Recommender, item_ids: Sequence[str]) -> Ints32:
    found = model.catalog.find_all(item_ids)
    return found[found >= 0]


def named(model: Recommender, ranking: Ranking) -> list[Recommendation]:
    """The items of a ranking as answers name them, in its order."""
    scored = zip(ranking.items.tolist(), ranking.scores.tolist(), strict=True)
    return [_named(model, item, score) for item, score in scored]


def _named(model: Recommender, item: int, score: float) -> Recommendation:
    entry: Recommendation = {"item_id": model.catalog.item_ids[item], "score": score}
    if title := model.catalog.title(item):
        entry["title"] = title
    return entry
