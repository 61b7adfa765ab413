"""Events: takes in what happened, for the log and for the very next answer."""

from functools import cache

from aws_lambda_powertools.event_handler import Response

from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api, answer
from doublebill.edge.requests import body
from doublebill.edge.settings import EventsSettings, read_settings
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.ingest import REASON_LENGTH, EventsRequest, Intake, ingest
from doublebill.stores.histories import open_histories
from doublebill.stores.objects import open_objects
from doublebill.stores.secrets import open_secrets

settings = read_settings(EventsSettings)
api = Api("events")
handler = api.handler


@cache
def intake() -> Intake:
    return Intake(
        open_objects(settings.objects),
        open_histories(settings.histories),
        Pseudonyms(open_secrets(settings.secrets).pseudonym_key()),
        round(settings.retention_days * 24 * 3600),
    )


@api.post("/v1/catalogs/<catalog>/events")
def post_events(catalog: str) -> Response[str]:
    request = body(api.event, EventsRequest)
    accepted, rejected = ingest(intake(), catalog, request.events, now_ms())
    told = [
        {"index": index, "reason": "; ".join(map(str, complaints))[:REASON_LENGTH]} for index, complaints in rejected
    ]
    return answer({"accepted": accepted, "rejected": told}, 202)
