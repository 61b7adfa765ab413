"""Catalogs: lists them, takes in corpora, says how much was used and how the API looks."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from doublebill.edge.authorise import open_authoriser
from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api
from doublebill.edge.settings import CatalogsSettings, read_settings
from doublebill.service.access import usage_report
from doublebill.service.catalog import catalog_record
from doublebill.service.content import corpora
from doublebill.service.content.corpus_record import CorpusStatus
from doublebill.service.registry import catalog_list
from doublebill.stores.jobs import open_jobs
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records

settings = read_settings(CatalogsSettings)
objects, records = open_objects(settings.objects), open_records(settings.histories)
api = Api("catalogs", open_authoriser(objects, records, settings), settings)
handler = api.handler
jobs = open_jobs(settings.jobs)


@api.on("GET /v1/openapi.json", anybody=True)
@cache
def openapi() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Path(settings.openapi).read_text())
    return document


@api.on("GET /v1/catalogs")
def list_catalogs() -> catalog_list.Overview:
    return catalog_list.overview(objects, api.caller.sees)


@api.on("GET /v1/catalogs/{catalog}/settings", "read")
def get_settings(catalog: str) -> catalog_record.Settings:
    return catalog_record.read(objects, catalog).settings()


@api.on("PUT /v1/catalogs/{catalog}/settings", "write")
def put_settings(catalog: str, request: catalog_record.SettingsRequest) -> catalog_record.Settings:
    return catalog_record.put_settings(objects, catalog, request)


@api.on("POST /v1/games/{kind}/corpora", "train", status=202)
def post_corpus(kind: str, request: corpora.CorpusRequest) -> CorpusStatus:
    return corpora.submit(objects, jobs, kind, request, now_ms())


@api.on("GET /v1/games/{kind}/corpora/{corpus}", "read")
def get_corpus(kind: str, corpus: str) -> CorpusStatus:
    return corpora.status(objects, kind, corpus, now_ms())


@api.on("GET /v1/usage")
def used(request: usage_report.UsageRequest) -> usage_report.Usage:
    return usage_report.usage(records, api.caller, request.days, now_ms() // 1000)
