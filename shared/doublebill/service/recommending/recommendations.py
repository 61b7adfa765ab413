"""Recommendations and rankings: from a history to an answer, one stage after the other.

history → score → eligible → rerank → entries → page
"""

from typing import cast

from doublebill.model.recommender import Recommender
from doublebill.reranking.next_episodes import NextEpisodes
from doublebill.service.recommending.cursor import read_cursor
from doublebill.service.recommending.eligible import eligible_items, list_rules, name_unknown_tags
from doublebill.service.recommending.entries import personal_entries
from doublebill.service.recommending.history import History, sent_history
from doublebill.service.recommending.item_fields import add_fields
from doublebill.service.recommending.numbered_history import NumberedHistory
from doublebill.service.recommending.requests import RankingRequest, RecommendationOptions, VersionRequest
from doublebill.service.recommending.responses import (
    Recommendation,
    Recommendations,
    VersionRecommendations,
    name_baseline,
)
from doublebill.service.registry import recommendation_ids
from doublebill.service.serving.degraded import joined
from doublebill.service.serving.warm_models import Serving


def recommend(
    catalog: str, serving: Serving, history: History, options: RecommendationOptions, now_ms: int
) -> Recommendations:
    """Returns the recommendations for a history; items that count against never come back.

    Raises:
        InvalidInput: when a filter, rule or cursor is none, or asks for what the catalog's items do not have.
    """
    serving = serving.at(now_ms)
    model, n = serving.recommender, options.n
    numbered = NumberedHistory.of(model, history, serving.record.kinds)
    scored = numbered.scored_by(model)
    episodes = NextEpisodes.of(model, numbered, scored)
    scored = episodes.first(scored)

    earlier = read_cursor(options.cursor)
    excluded = [earlier.items_in(model.catalog.item_ids)] if earlier.hashes else []
    if options.exclude:
        excluded.append(model.catalog.item_ids.find_all(options.exclude))
    eligible = eligible_items(serving, numbered, options, *excluded)

    rules = list_rules(serving, numbered, options)
    ranking = rules.rerank(model, scored, n, eligible) if rules else model.rank(scored, n, eligible)

    promoted = rules.promoted if rules else None
    down = serving.taken_down(numbered.items)
    entries = personal_entries(model, numbered, ranking, options.explain, episodes, promoted, down)
    response = Recommendations(
        catalog=catalog,
        model_version=serving.version,
        degraded=joined([serving.degraded, history.degraded]) or False,
        recommendation_id=recommendation_ids.make(serving.version, now_ms),
        cold=ranking.cold,
        unknown_items=numbered.unknown,
        recommendations=entries,
    )
    if len(entries) == n or (entries and options.max_per):  # a page may be short since its groups are full
        next_cursor = earlier.next_cursor(entry["item_id"] for entry in entries)
        if next_cursor:
            response["next_cursor"] = next_cursor
    _name_scoring(response, model)
    add_fields(response, model.catalog, [entries], options.fields)
    promoted_filter = options.promote.filter if options.promote else None
    name_unknown_tags(response, model.catalog, options.filter, promoted_filter)
    return response


def recommend_by(catalog: str, serving: Serving, request: VersionRequest, now_ms: int) -> VersionRecommendations:
    """Returns the recommendations of a version for the history of the request.

    Raises:
        InvalidInput: as `recommend`.
    """
    answer = recommend(catalog, serving, sent_history(request.history), request, now_ms)
    return cast(VersionRecommendations, {name: part for name, part in answer.items() if name != "recommendation_id"})


def rank(catalog: str, serving: Serving, history: History, request: RankingRequest, now_ms: int) -> Recommendations:
    """Returns the items of the request, each once, best first for the history; items that the model lacks come last."""
    serving = serving.at(now_ms)
    model = serving.recommender
    numbered = NumberedHistory.of(model, history, serving.record.kinds)
    scored = numbered.scored_by(model)
    episodes = NextEpisodes.of(model, numbered, scored)
    scored = episodes.first(scored)

    item_ids = list(dict.fromkeys(request.items))
    numbers = model.catalog.item_ids.find_all(item_ids)
    items = numbers[numbers >= 0]
    ranking = model.order(scored, items)

    down = serving.taken_down(numbered.items)
    entries = personal_entries(model, numbered, ranking, request.explain, episodes, taken_down=down)
    missing = [item_id for item_id, number in zip(item_ids, numbers.tolist(), strict=True) if number < 0]
    for entry, available in zip(entries, serving.available[ranking.items].tolist(), strict=True):
        if not available:
            entry["available"] = False
    ranked = entries + [Recommendation(item_id=item_id, score=0.0) for item_id in missing]
    response = Recommendations(
        catalog=catalog,
        model_version=serving.version,
        degraded=joined([serving.degraded, history.degraded]) or False,
        recommendation_id=recommendation_ids.make(serving.version, now_ms),
        cold=ranking.cold,
        unknown_items=list(dict.fromkeys([*numbered.unknown, *missing])),
        recommendations=ranked,
    )
    _name_scoring(response, model)
    add_fields(response, model.catalog, [ranked], request.fields)
    return response


def _name_scoring(response: Recommendations, model: Recommender) -> None:
    """Names the baseline that answers, where one does, and the prior that is part of the scores."""
    name_baseline(response, model.config)
    if model.recent is not None:
        response["prior"] = model.recent.digest
