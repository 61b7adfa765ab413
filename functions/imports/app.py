"""Imports: removes catalogs with everything that is stored of them."""

from functools import cache

from doublebill.edge.authorise import open_authoriser
from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api
from doublebill.edge.settings import ImportsSettings, read_settings
from doublebill.service.removing import catalog_removal
from doublebill.stores.histories import open_histories
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records

settings = read_settings(ImportsSettings)
objects, records = open_objects(settings.objects), open_records(settings.histories)
api = Api("imports", open_authoriser(objects, records, settings), settings.answer_seconds)
handler = api.handler


@cache
def stores() -> catalog_removal.CatalogStores:
    return catalog_removal.CatalogStores(objects, open_histories(settings.histories), records)


@api.on("DELETE /v1/catalogs/{catalog}", "admin")
def delete_catalog(catalog: str) -> catalog_removal.CatalogRemoved:
    return catalog_removal.remove(stores(), catalog, now_ms())
