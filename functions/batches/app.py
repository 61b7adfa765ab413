"""Batches: takes requests for many users, does the work when a job says so, tells how far it is.

Job: {"catalog": "music", "batch": "…"}.
"""

import secrets
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from doublebill.edge.authorise import open_authoriser
from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.edge.http import Api
from doublebill.edge.serving_stack import open_serving_stack
from doublebill.edge.settings import BatchesSettings, read_settings
from doublebill.service.recommending import batch_job
from doublebill.stores.job_record import new_id
from doublebill.stores.jobs import open_jobs

settings = read_settings(BatchesSettings)
stack = open_serving_stack(settings)
stores = batch_job.BatchStores(stack.objects, stack.warm, stack.histories, SYSTEM, now_ms)
jobs = open_jobs(settings.batch_jobs)
api = Api("batches", open_authoriser(stack.objects, stack.records, settings), settings)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if "batch" in event:
        return dict(batch_job.run(stores, event["catalog"], event["batch"]))
    return api.handler(event, context)


@api.on("POST /v1/catalogs/{catalog}/batches", "read", status=202, users=["user_ids"], count="n")
def post_batch(catalog: str, request: batch_job.BatchRequest) -> batch_job.Batch:
    batch_id = new_id(now_ms(), secrets.token_hex(4))
    return batch_job.start(stores, jobs, catalog, batch_id, request, api.caller.name)


@api.on("GET /v1/catalogs/{catalog}/batches/{batch_id}", "read")
def batch(catalog: str, batch_id: str, request: batch_job.PartOptions) -> batch_job.Batch:
    batch_job.check_reader(stores, catalog, batch_id, api.caller)
    return batch_job.show(stores.objects, catalog, batch_id, now_ms(), request.part)
