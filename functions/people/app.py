"""People: shows the history of a user, merges what they did before they were known and undoes it, exports and erases.

Schedule: {"schedule": true}; goes on with erasures that have not ended.
"""

import secrets
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from doublebill.access.callers import check_user
from doublebill.edge.authorise import open_authoriser
from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api
from doublebill.edge.line_metrics import Measures
from doublebill.edge.settings import PeopleSettings, read_settings
from doublebill.service.access import pseudonym_key
from doublebill.service.catalog import catalog_record
from doublebill.service.ingesting import merging
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.ingesting.rebuilding import past_history, unmerging
from doublebill.service.people import erasures, export
from doublebill.service.people.erase import ErasingStores
from doublebill.service.people.receipt import CopiesKept
from doublebill.service.recommending.history import History, StoredHistory, UserHistories
from doublebill.service.recommending.history_list import HistoryList, HistoryOptions, history_list
from doublebill.stores.histories import open_histories
from doublebill.stores.jobs import open_jobs
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records
from doublebill.stores.secrets import open_secrets

settings = read_settings(PeopleSettings)
objects, records = open_objects(settings.objects), open_records(settings.histories)
api = Api("people", open_authoriser(objects, records, settings), settings)
jobs = open_jobs(settings.jobs)
logger, measures = Logger(service="people"), Measures.of("people", settings)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if event.get("schedule"):
        progress = erasures.proceed_all(erasing(), now_ms())
        measures.write(logger, "erasures", {"CloseErasures": progress.close}, failed=progress.failed)
        progress.check()  # so that Lambda tries again
        return {"unfinished": progress.unfinished}
    return api.handler(event, context)


@cache
def intake() -> Intake:
    pseudonyms = pseudonym_key.guarded(objects, open_secrets(settings.secrets), records=False)
    retention_seconds = round(settings.retention_days * 24 * 3600)
    return Intake(objects, open_histories(settings.histories), pseudonyms, retention_seconds)


@cache
def erasing() -> ErasingStores:
    in_bucket = settings.objects.startswith("s3://")
    return ErasingStores(intake(), jobs, CopiesKept(settings.recovery_days, in_bucket), settings.erasure_days)


@api.on("POST /v1/catalogs/{catalog}/users/{user_id}/merge", "write", users=["from_"])
def merge_users(catalog: str, user_id: str, request: merging.MergeRequest) -> merging.Merged:
    return merging.merge(intake(), catalog, user_id, request.from_, now_ms())


@api.on("POST /v1/catalogs/{catalog}/users/{user_id}/unmerge", "write", users=["from_"])
def unmerge_users(catalog: str, user_id: str, request: merging.MergeRequest) -> unmerging.Unmerged:
    return unmerging.unmerge_for_request(intake(), catalog, user_id, request.from_, now_ms())


@api.on("GET /v1/catalogs/{catalog}/users/{user_id}/history", "read", count="n")
def show_history(catalog: str, user_id: str, request: HistoryOptions) -> HistoryList:
    kinds = catalog_record.read(objects, catalog).kinds
    if request.as_of:
        at_ms = past_history.moment(request.as_of, "as_of")
        past = past_history.history_for_request(intake(), catalog, user_id, at_ms, api.deadline)
        return history_list(catalog, History(stored=StoredHistory.of(past, at_ms // 1000)), kinds, request)
    stored = UserHistories(intake().histories, intake().pseudonyms.every).of(catalog, user_id, now_ms(), api.deadline)
    return history_list(catalog, stored, kinds, request)


@api.on("GET /v1/catalogs/{catalog}/users/{user_id}", "people", count="n")
def export_user(catalog: str, user_id: str, request: export.ExportOptions) -> export.UserExport:
    users = export.pseudonyms_of(intake(), catalog, user_id, None)
    return export.export_for_request(intake(), catalog, users, request, now_ms())


@api.on("POST /v1/catalogs/{catalog}/exports", "people", users=["user_id"], count="n")
def export_by_body(catalog: str, request: export.ExportRequest) -> export.UserExport:
    check_user(api.caller, request.user_id)  # a support id names nobody that a token could be compared with
    users = export.pseudonyms_of(intake(), catalog, request.user_id, request.support_id)
    return export.export_for_request(intake(), catalog, users, request, now_ms())


@api.on("DELETE /v1/catalogs/{catalog}/users/{user_id}", "people", status=202)
def erase_user(catalog: str, user_id: str) -> erasures.Erasure:
    users = erasures.pseudonyms_of(intake(), catalog, erasures.ErasureRequest(user_ids=(user_id,)))
    return erasures.start(erasing(), catalog, users, now_ms(), secrets.token_hex(4))


@api.on("POST /v1/catalogs/{catalog}/erasures", "people", status=202, users=["user_ids"])
def erase_users(catalog: str, request: erasures.ErasureRequest) -> erasures.Erasure:
    if request.support_ids:
        check_user(api.caller, None)
    users = erasures.pseudonyms_of(intake(), catalog, request)
    return erasures.start(erasing(), catalog, users, now_ms(), secrets.token_hex(4))


@api.on("GET /v1/catalogs/{catalog}/erasures", "people")
def list_erasures(catalog: str) -> erasures.ErasureList:
    return erasures.every(erasing(), catalog)


@api.on("GET /v1/catalogs/{catalog}/erasures/{erasure_id}", "people")
def show_erasure(catalog: str, erasure_id: str) -> erasures.Erasure:
    return erasures.show(erasing(), catalog, erasure_id, now_ms())
