"""Recommend: answers from the warm champion of a catalog."""

import time
from functools import cache
from pathlib import Path

from aws_lambda_powertools.event_handler import Response

from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api, answer
from doublebill.edge.requests import body, query
from doublebill.edge.settings import RecommendSettings, read_settings
from doublebill.pseudonyms import Pseudonyms
from doublebill.service import answer as answers
from doublebill.service.warm import Warm
from doublebill.stores.histories import open_histories
from doublebill.stores.objects import open_objects
from doublebill.stores.secrets import open_secrets

settings = read_settings(RecommendSettings)
api = Api("recommend")
handler = api.handler
warm = Warm(open_objects(settings.objects), Path(settings.scratch), time.monotonic, settings.refresh_seconds)
pseudonyms = cache(lambda: Pseudonyms(open_secrets(settings.secrets).pseudonym_key()))
histories = answers.UserHistories(open_histories(settings.histories), lambda user_id: pseudonyms().of(user_id))


@api.get("/v1/health")
def health() -> Response[str]:
    return answer({"status": "ok"})


@api.post("/v1/catalogs/<catalog>/recommendations")
def recommend(catalog: str) -> Response[str]:
    request = body(api.event, answers.RecommendationRequest)
    serving = warm.serving(catalog)
    history = answers.history_of(request, catalog, histories, now_ms())
    return answer(answers.recommend(catalog, serving, history, request, now_ms()))


@api.get("/v1/catalogs/<catalog>/users/<user_id>/recommendations")
def recommend_user(catalog: str, user_id: str) -> Response[str]:
    options = query(api.event, answers.RecommendationOptions)
    serving = warm.serving(catalog)
    history = histories.of(catalog, user_id, now_ms() // 1000)
    return answer(answers.recommend(catalog, serving, history, options, now_ms()))


@api.get("/v1/catalogs/<catalog>/items/<item_id>/neighbours")
def neighbours(catalog: str, item_id: str) -> Response[str]:
    return answer(answers.neighbours(catalog, warm.serving(catalog), item_id, query(api.event, answers.ListRequest)))


@api.get("/v1/catalogs/<catalog>/popular")
def popular(catalog: str) -> Response[str]:
    return answer(answers.popular(catalog, warm.serving(catalog), query(api.event, answers.ListRequest)))
