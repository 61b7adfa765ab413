"""The calls about a catalog: events, items, users, settings, imports."""

from collections.abc import Sequence
from typing import Unpack

from doublebill.client.call import Call, Pages, new_id, path_of
from doublebill.client.methods import method, paged
from doublebill.client.shapes import (
    Accepted,
    CatalogRemoved,
    Erasure,
    ErasureList,
    ErasureRequest,
    Event,
    ExportRequest,
    ExportUserQuery,
    HistoryList,
    HistoryListItem,
    ImportEntry,
    ImportList,
    ImportRemoved,
    Item,
    ItemList,
    ItemRemoved,
    ItemsStored,
    Merged,
    Overview,
    Settings,
    SettingsRequest,
    ShowHistoryQuery,
    StoredItem,
    Unmerged,
    Usage,
    UsedQuery,
    UserExport,
    UserExportEvent,
)

MOST_EVENTS = 1000
"""In one request."""


class CatalogCalls:
    """Methods for the data of catalogs."""

    @method
    def catalogs(self) -> Call[Overview]:
        """Lists the catalogs that the caller may read."""
        return Call("GET", path_of("catalogs"))

    @method
    def remove_catalog(self, catalog: str) -> Call[CatalogRemoved]:
        """Removes a catalog with everything that is stored of it."""
        return Call("DELETE", path_of("catalogs", catalog))

    @method
    def settings(self, catalog: str) -> Call[Settings]:
        """Returns the settings of a catalog."""
        return Call("GET", path_of("catalogs", catalog, "settings"))

    @method
    def put_settings(self, catalog: str, **settings: Unpack[SettingsRequest]) -> Call[Settings]:
        """Changes the settings of a catalog."""
        return Call("PUT", path_of("catalogs", catalog, "settings"), body=settings)

    @method
    def send_events(self, catalog: str, events: Sequence[Event]) -> Call[Accepted]:
        """Sends up to 1,000 events. Each gets an `event_id` if it has none, so that a retry is not counted twice."""
        identified: list[Event] = [_identified(event) for event in events]
        return Call("POST", path_of("catalogs", catalog, "events"), body={"events": identified})

    @paged
    def send_all_events(self, catalog: str, events: Sequence[Event]) -> Pages[Accepted, Accepted]:
        """Sends any number of events and iterates over the responses; nothing is sent before it is iterated over.

        The index of a rejected event counts within its request, of 1,000 events each.
        """
        requests = [events[start : start + MOST_EVENTS] for start in range(0, len(events), MOST_EVENTS)]
        calls = (
            Call[Accepted]("POST", path_of("catalogs", catalog, "events"), body={"events": [*map(_identified, one)]})
            for one in requests or [events]
        )
        return Pages(next(calls), lambda response: [response], lambda _: next(calls, None))

    @method
    def put_items(self, catalog: str, items: Sequence[Item]) -> Call[ItemsStored]:
        """Stores the metadata of items in place of what was stored."""
        return Call("PUT", path_of("catalogs", catalog, "items"), body={"items": items})

    @method
    def patch_items(self, catalog: str, items: Sequence[Item]) -> Call[ItemsStored]:
        """Changes the fields of items that the request names, and keeps the others."""
        return Call("PATCH", path_of("catalogs", catalog, "items"), body={"items": items})

    @method
    def item(self, catalog: str, item_id: str) -> Call[StoredItem]:
        """Returns an item as it is stored."""
        return Call("GET", path_of("catalogs", catalog, "items", item_id))

    @method
    def look_up_items(self, catalog: str, item_ids: Sequence[str]) -> Call[ItemList]:
        """Returns many items as they are stored."""
        return Call("POST", path_of("catalogs", catalog, "items", "lookups"), body={"item_ids": item_ids})

    @method
    def remove_item(self, catalog: str, item_id: str) -> Call[ItemRemoved]:
        """Removes an item."""
        return Call("DELETE", path_of("catalogs", catalog, "items", item_id))

    @method
    def history(self, catalog: str, user_id: str, **query: Unpack[ShowHistoryQuery]) -> Call[HistoryList]:
        """Returns a page of a user's history, newest first."""
        return _history(catalog, user_id, query)

    @paged
    def whole_history(
        self, catalog: str, user_id: str, **query: Unpack[ShowHistoryQuery]
    ) -> Pages[HistoryList, HistoryListItem]:
        """Iterates over a user's history, newest first."""

        def following(page: HistoryList) -> Call[HistoryList] | None:
            cursor = page.get("next_cursor")
            return _history(catalog, user_id, {**query, "cursor": cursor}) if cursor else None

        return Pages(_history(catalog, user_id, query), lambda page: page["items"], following)

    @method
    def merge_users(self, catalog: str, user_id: str, from_user_id: str) -> Call[Merged]:
        """Gives a user the history of another one, such as that of a visit before the login."""
        return Call("POST", path_of("catalogs", catalog, "users", user_id, "merge"), body={"from": from_user_id})

    @method
    def unmerge_users(self, catalog: str, user_id: str, from_user_id: str) -> Call[Unmerged]:
        """Cancels that: the events of the other user are their own again."""
        return Call("POST", path_of("catalogs", catalog, "users", user_id, "unmerge"), body={"from": from_user_id})

    @method
    def export_user(self, catalog: str, user_id: str, **query: Unpack[ExportUserQuery]) -> Call[UserExport]:
        """Returns everything that is stored of a user, with a page of the events."""
        return Call("GET", path_of("catalogs", catalog, "users", user_id), query)

    @method
    def export_by_body(self, catalog: str, **request: Unpack[ExportRequest]) -> Call[UserExport]:
        """Returns the same of a user who is named by a support id, or by an id that a path cannot carry."""
        return Call("POST", path_of("catalogs", catalog, "exports"), body=request)

    @paged
    def exported_events(self, catalog: str, **request: Unpack[ExportRequest]) -> Pages[UserExport, UserExportEvent]:
        """Iterates over the stored events of a user, in the order in which they arrived."""

        def page(request: ExportRequest) -> Call[UserExport]:
            return Call("POST", path_of("catalogs", catalog, "exports"), body=request)

        def following(last: UserExport) -> Call[UserExport] | None:
            cursor = last.get("next_cursor")
            return page({**request, "cursor": cursor}) if cursor else None

        return Pages(page(request), lambda one: one["events"], following)

    @method
    def erase_user(self, catalog: str, user_id: str) -> Call[Erasure]:
        """Erases a user with everything that is stored of them."""
        return Call("DELETE", path_of("catalogs", catalog, "users", user_id))

    @method
    def erase_users(self, catalog: str, **request: Unpack[ErasureRequest]) -> Call[Erasure]:
        """Erases several users at once, named by ids or by support ids."""
        return Call("POST", path_of("catalogs", catalog, "erasures"), body=request)

    @method
    def erasures(self, catalog: str) -> Call[ErasureList]:
        """Lists the erasures of a catalog."""
        return Call("GET", path_of("catalogs", catalog, "erasures"))

    @method
    def erasure(self, catalog: str, erasure_id: str) -> Call[Erasure]:
        """Returns an erasure, with the receipt once it is complete."""
        return Call("GET", path_of("catalogs", catalog, "erasures", erasure_id))

    @method
    def imports(self, catalog: str) -> Call[ImportList]:
        """Lists the files that were imported."""
        return Call("GET", path_of("catalogs", catalog, "imports"))

    @method
    def import_record(self, catalog: str, import_id: str) -> Call[ImportEntry]:
        """Returns what is known of an imported file."""
        return Call("GET", path_of("catalogs", catalog, "imports", import_id))

    @method
    def remove_import(self, catalog: str, import_id: str) -> Call[ImportRemoved]:
        """Removes the events and metadata of an imported file."""
        return Call("DELETE", path_of("catalogs", catalog, "imports", import_id))

    @method
    def usage(self, **query: Unpack[UsedQuery]) -> Call[Usage]:
        """Returns the requests of each caller by day and route."""
        return Call("GET", path_of("usage"), query)


def _history(catalog: str, user_id: str, query: ShowHistoryQuery) -> Call[HistoryList]:
    return Call("GET", path_of("catalogs", catalog, "users", user_id, "history"), query)


def _identified(event: Event) -> Event:
    return event if event.get("event_id") else {**event, "event_id": new_id()}
