"""Recommend: answers from the warm champion of a catalog."""

from doublebill.edge.authorise import open_authoriser
from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api, Health
from doublebill.edge.serving_stack import open_serving_stack
from doublebill.edge.settings import RecommendSettings, read_settings
from doublebill.service.recommending import lists, recommendations, requests, responses, rows
from doublebill.service.serving import item_maps

settings = read_settings(RecommendSettings)
stack = open_serving_stack(settings)
api = Api("recommend", open_authoriser(stack.objects, stack.records, settings), settings)
handler = api.handler


@api.on("GET /v1/health", anybody=True)
def health() -> Health:
    return {"status": "ok"}


@api.on("POST /v1/catalogs/{catalog}/recommendations", "read", users=["user_id"], count="n", recommends=True)
def recommend(catalog: str, request: requests.RecommendationRequest) -> responses.Recommendations:
    history = stack.histories.of_request(catalog, request, now_ms(), api.deadline)
    model = stack.model_for(catalog, history, api.deadline)
    return recommendations.recommend(catalog, model, history, request, now_ms())


@api.on("GET /v1/catalogs/{catalog}/users/{user_id}/recommendations", "read", count="n", recommends=True)
def recommend_user(catalog: str, user_id: str, request: requests.RecommendationOptions) -> responses.Recommendations:
    history = stack.histories.of(catalog, user_id, now_ms(), api.deadline)
    model = stack.model_for(catalog, history, api.deadline)
    return recommendations.recommend(catalog, model, history, request, now_ms())


@api.on("POST /v1/catalogs/{catalog}/rankings", "read", users=["user_id"], recommends=True)
def rank(catalog: str, request: requests.RankingRequest) -> responses.Recommendations:
    history = stack.histories.of_request(catalog, request, now_ms(), api.deadline)
    model = stack.model_for(catalog, history, api.deadline)
    return recommendations.rank(catalog, model, history, request, now_ms())


@api.on("GET /v1/catalogs/{catalog}/users/{user_id}/rows", "read", count="n", recommends=True)
def rows_of_user(catalog: str, user_id: str, request: requests.RowsOptions) -> responses.Rows:
    history = stack.histories.of(catalog, user_id, now_ms(), api.deadline)
    return rows.rows(catalog, stack.model_for(catalog, history, api.deadline), history, request, now_ms())


@api.on("GET /v1/catalogs/{catalog}/items/{item_id}/neighbours", "read", count="n")
def neighbours(catalog: str, item_id: str, request: requests.NeighbourOptions) -> responses.NeighbourList:
    return lists.neighbours(catalog, stack.warm.serving(catalog, api.deadline), item_id, request, now_ms())


@api.on("GET /v1/catalogs/{catalog}/search", "read", count="n")
def search_items(catalog: str, request: requests.ItemSearchOptions) -> responses.SearchResults:
    return lists.search(catalog, stack.warm.serving(catalog, api.deadline), request, now_ms())


@api.on("GET /v1/catalogs/{catalog}/popular", "read", count="n")
def popular(catalog: str, request: requests.ListOptions) -> responses.Popular:
    return lists.popular(catalog, stack.warm.serving(catalog, api.deadline), request, now_ms())


@api.on("GET /v1/catalogs/{catalog}/trending", "read", count="n")
def trending(catalog: str, request: requests.ListOptions) -> responses.Trending:
    return lists.trending(catalog, stack.warm.serving(catalog, api.deadline), request, now_ms())


@api.on("GET /v1/catalogs/{catalog}/map", "read", count="n")
def map_items(catalog: str, request: requests.MapOptions) -> responses.PlacedItems:
    model = stack.warm.serving(catalog, api.deadline)
    places = item_maps.read(stack.objects, catalog, model.version, len(model.recommender.catalog))
    return lists.item_map(catalog, model, places, request, now_ms())
