"""Catalogs: lists them and takes in the metadata of their items."""

from aws_lambda_powertools.event_handler import Response

from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api, answer
from doublebill.edge.requests import body
from doublebill.edge.settings import CatalogsSettings, read_settings
from doublebill.service import catalogs, overview
from doublebill.stores.objects import open_objects

settings = read_settings(CatalogsSettings)
api = Api("catalogs")
handler = api.handler
objects = open_objects(settings.objects)


@api.get("/v1/catalogs")
def list_catalogs() -> Response[str]:
    return answer(overview.overview(objects))


@api.put("/v1/catalogs/<catalog>/items")
def put_items(catalog: str) -> Response[str]:
    items = catalogs.check_items(body(api.event, catalogs.ItemsRequest).items)
    catalogs.put_items(objects, catalog, items, now_ms())
    return answer({"catalog": catalog, "stored": len(items)})
