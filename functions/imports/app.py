"""Imports: lists and removes imports, removes catalogs with everything that is stored of them."""

from functools import cache

from doublebill.edge.authorise import open_authoriser
from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api
from doublebill.edge.settings import ImportsSettings, read_settings
from doublebill.service.catalog import catalogs
from doublebill.service.catalog.imported import import_records
from doublebill.service.removing import catalog_removal, import_removal
from doublebill.stores.histories import open_histories
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records

settings = read_settings(ImportsSettings)
objects, records = open_objects(settings.objects), open_records(settings.histories)
api = Api("imports", open_authoriser(objects, records, settings), settings)
handler = api.handler


histories = cache(lambda: open_histories(settings.histories))


@api.on("GET /v1/catalogs/{catalog}/imports", "read")
def list_imports(catalog: str) -> import_records.ImportList:
    catalogs.settings(objects, catalog)
    return import_records.listed(objects, catalog)


@api.on("GET /v1/catalogs/{catalog}/imports/{import_id}", "read")
def get_import(catalog: str, import_id: str) -> import_records.ImportEntry:
    catalogs.settings(objects, catalog)
    return import_records.find(objects, catalog, import_id).entry()


@api.on("DELETE /v1/catalogs/{catalog}/imports/{import_id}", "write")
def delete_import(catalog: str, import_id: str) -> import_removal.ImportRemoved:
    return import_removal.remove(import_removal.ImportStores(objects, histories()), catalog, import_id, now_ms())


@api.on("DELETE /v1/catalogs/{catalog}", "admin")
def delete_catalog(catalog: str) -> catalog_removal.CatalogRemoved:
    return catalog_removal.remove(catalog_removal.CatalogStores(objects, histories(), records), catalog, now_ms())
