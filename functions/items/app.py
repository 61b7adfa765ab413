"""Items: takes in the metadata of a catalog's items, reads them back and removes items."""

from doublebill.edge.authorise import open_authoriser
from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api
from doublebill.edge.settings import ItemsSettings, read_settings
from doublebill.service.catalog import catalogs
from doublebill.service.registry import item_lookup
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records

settings = read_settings(ItemsSettings)
objects, records = open_objects(settings.objects), open_records(settings.histories)
api = Api("items", open_authoriser(objects, records, settings), settings)
handler = api.handler


@api.on("PUT /v1/catalogs/{catalog}/items", "write")
def put_items(catalog: str, request: catalogs.ItemsRequest) -> catalogs.ItemsStored:
    items = catalogs.check_items(request.items)
    catalogs.put_items(objects, catalog, items, now_ms())
    return {"catalog": catalog, "stored": len(items)}


@api.on("PATCH /v1/catalogs/{catalog}/items", "write")
def patch_items(catalog: str, request: catalogs.ItemsRequest) -> catalogs.ItemsStored:
    return put_items(catalog, request)


@api.on("POST /v1/catalogs/{catalog}/items/lookups", "read")
def look_up_items(catalog: str, request: item_lookup.LookupRequest) -> item_lookup.ItemList:
    return item_lookup.look_up(objects, catalog, request.item_ids)


@api.on("GET /v1/catalogs/{catalog}/items/{item_id}", "read")
def get_item(catalog: str, item_id: str) -> item_lookup.StoredItem:
    return item_lookup.look_up_one(objects, catalog, item_id)


@api.on("DELETE /v1/catalogs/{catalog}/items/{item_id}", "write")
def delete_item(catalog: str, item_id: str) -> item_lookup.ItemRemoved:
    return item_lookup.remove(objects, catalog, item_id, now_ms())
