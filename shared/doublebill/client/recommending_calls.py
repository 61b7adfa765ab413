"""The calls that models answer: recommendations, rankings, lists, batches of users."""

from collections.abc import Sequence
from typing import Unpack

from doublebill.client.call import Call, Pages, Poll, new_id, path_of
from doublebill.client.methods import method, paged, polled
from doublebill.client.shapes import (
    Batch,
    BatchRequest,
    MapItemsQuery,
    NeighbourList,
    NeighboursQuery,
    PlacedItems,
    Popular,
    PopularQuery,
    RankingRequest,
    Recommendation,
    RecommendationRequest,
    Recommendations,
    RecommendUserQuery,
    Result,
    Rows,
    RowsOfUserQuery,
    SearchItemsQuery,
    SearchResults,
    Trending,
    TrendingQuery,
)


class RecommendingCalls:
    """Methods for recommendations and lists."""

    @method
    def recommend(self, catalog: str, **request: Unpack[RecommendationRequest]) -> Call[Recommendations]:
        """Recommends items to a user, or for a history that stands in the request."""
        return _recommend(catalog, request)

    @paged
    def recommend_all(
        self, catalog: str, **request: Unpack[RecommendationRequest]
    ) -> Pages[Recommendations, Recommendation]:
        """Iterates over recommendations, page by page of `n`, until there are no more."""

        def following(page: Recommendations) -> Call[Recommendations] | None:
            cursor = page.get("next_cursor")
            return _recommend(catalog, {**request, "cursor": cursor}) if cursor else None

        return Pages(_recommend(catalog, request), lambda page: page["recommendations"], following)

    @method
    def recommend_user(self, catalog: str, user_id: str, **query: Unpack[RecommendUserQuery]) -> Call[Recommendations]:
        """Recommends items to a user, by a GET request."""
        return Call("GET", path_of("catalogs", catalog, "users", user_id, "recommendations"), query)

    @method
    def rows(self, catalog: str, user_id: str, **query: Unpack[RowsOfUserQuery]) -> Call[Rows]:
        """Returns rows of items, each for an item of the user's history."""
        return Call("GET", path_of("catalogs", catalog, "users", user_id, "rows"), query)

    @method
    def rank(self, catalog: str, **request: Unpack[RankingRequest]) -> Call[Recommendations]:
        """Orders the items of the request for a user or a history."""
        return Call("POST", path_of("catalogs", catalog, "rankings"), body=request)

    @method
    def neighbours(self, catalog: str, item_id: str, **query: Unpack[NeighboursQuery]) -> Call[NeighbourList]:
        """Returns the items most similar to one."""
        return Call("GET", path_of("catalogs", catalog, "items", item_id, "neighbours"), query)

    @method
    def search(self, catalog: str, **query: Unpack[SearchItemsQuery]) -> Call[SearchResults]:
        """Returns the items that are like a query `q`."""
        return Call("GET", path_of("catalogs", catalog, "search"), query)

    @method
    def popular(self, catalog: str, **query: Unpack[PopularQuery]) -> Call[Popular]:
        """Returns the items that most users have."""
        return Call("GET", path_of("catalogs", catalog, "popular"), query)

    @method
    def trending(self, catalog: str, **query: Unpack[TrendingQuery]) -> Call[Trending]:
        """Returns the items that most users turned to recently."""
        return Call("GET", path_of("catalogs", catalog, "trending"), query)

    @method
    def map_items(self, catalog: str, **query: Unpack[MapItemsQuery]) -> Call[PlacedItems]:
        """Returns the most popular items in two dimensions, those that lead to each other near each other."""
        return Call("GET", path_of("catalogs", catalog, "map"), query)

    @method
    def start_batch(self, catalog: str, **request: Unpack[BatchRequest]) -> Call[Batch]:
        """Starts recommendations for many users as a job, once however often it is sent (see `start_training`)."""
        keyed: BatchRequest = {"idempotency_key": new_id(), **request}
        return Call("POST", path_of("catalogs", catalog, "batches"), body=keyed)

    @method
    def batch(self, catalog: str, batch_id: str, part: int | None = None) -> Call[Batch]:
        """Returns the state of a batch, and a part of its results."""
        return _batch(catalog, batch_id, part)

    @polled
    def ended_batch(self, catalog: str, batch_id: str) -> Poll[Batch]:
        """Waits until a batch has ended and returns its state."""
        return Poll(_batch(catalog, batch_id, None), lambda batch: batch["state"] not in ("queued", "running"))

    @paged
    def batch_results(self, catalog: str, batch_id: str) -> Pages[Batch, Result]:
        """Iterates over all results of a batch that has succeeded."""
        read = 0

        def following(batch: Batch) -> Call[Batch] | None:
            nonlocal read
            read += 1
            return _batch(catalog, batch_id, read) if read < batch["parts"] else None

        def results(batch: Batch) -> Sequence[Result]:
            return batch.get("results", ())

        return Pages(_batch(catalog, batch_id, 0), results, following)


def _recommend(catalog: str, request: RecommendationRequest) -> Call[Recommendations]:
    return Call("POST", path_of("catalogs", catalog, "recommendations"), body=request)


def _batch(catalog: str, batch_id: str, part: int | None) -> Call[Batch]:
    return Call("GET", path_of("catalogs", catalog, "batches", batch_id), {"part": part})
