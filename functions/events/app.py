"""Events: takes in what happened, for the log and for the very next answer."""

from functools import cache

from doublebill.edge import clock
from doublebill.edge.authorise import open_authoriser
from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api
from doublebill.edge.settings import EventsSettings, read_settings
from doublebill.service.access import pseudonym_key
from doublebill.service.ingesting.catalog_items import CatalogItems
from doublebill.service.ingesting.ingest import Accepted, EventsRequest, Intake, ingest, response_of
from doublebill.stores.histories import open_histories
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records
from doublebill.stores.secrets import open_secrets

settings = read_settings(EventsSettings)
objects, records = open_objects(settings.objects), open_records(settings.histories)
api = Api("events", open_authoriser(objects, records, settings), settings)
handler = api.handler
items = CatalogItems(objects, clock.SYSTEM)


@cache
def intake() -> Intake:
    return Intake(
        objects,
        open_histories(settings.histories),
        pseudonym_key.guarded(objects, open_secrets(settings.secrets)),
        round(settings.retention_days * 24 * 3600),
        records,
        settings.refresh_seconds,
    )


@api.on("POST /v1/catalogs/{catalog}/events", "write", status=202, users=["events.user_id"])
def post_events(catalog: str, request: EventsRequest) -> Accepted:
    ingested = ingest(intake(), catalog, request.events, now_ms())
    return response_of(ingested, items.unknown(catalog, ingested.item_ids))
