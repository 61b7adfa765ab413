"""Models: lists them, shows their cards, asks one by name, moves champion and challenger, starts trainings."""

import secrets
from pathlib import Path

from doublebill.edge.authorise import open_authoriser
from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.edge.http import Api
from doublebill.edge.settings import ModelsSettings, read_settings
from doublebill.service.recommending import recommendations, requests, responses
from doublebill.service.registry import champions, model_list, run_list
from doublebill.service.serving.named_versions import NamedVersions
from doublebill.service.training import promotion, start
from doublebill.stores.job_record import new_id
from doublebill.stores.jobs import open_jobs
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records

settings = read_settings(ModelsSettings)
objects, records = open_objects(settings.objects), open_records(settings.histories)
api = Api("models", open_authoriser(objects, records, settings), settings)
handler = api.handler
jobs = open_jobs(settings.jobs)
stores = promotion.PromotingStores(objects, records, jobs)
named_versions = NamedVersions(objects, records, Path(settings.scratch), SYSTEM)


def new_run() -> str:
    return new_id(now_ms(), secrets.token_hex(4))


@api.on("GET /v1/catalogs/{catalog}/models", "read", count="n")
def models(catalog: str, request: model_list.ModelListOptions) -> model_list.ModelList:
    return model_list.models(objects, catalog, records, now_ms() // 1000, request)


@api.on("GET /v1/catalogs/{catalog}/models/{version}", "read")
def model(catalog: str, version: str) -> model_list.ModelCard:
    return model_list.model(objects, catalog, version, records, now_ms() // 1000)


@api.on("POST /v1/catalogs/{catalog}/models/{version}/recommendations", "admin", count="n")
def recommend_by(catalog: str, version: str, request: requests.VersionRequest) -> responses.VersionRecommendations:
    serving = named_versions.serving(catalog, version, api.deadline)
    return recommendations.recommend_by(catalog, serving, request, now_ms())


@api.on("PUT /v1/catalogs/{catalog}/champion", "admin")
def put_champion(catalog: str, request: champions.ChampionRequest) -> promotion.ChampionResponse:
    return promotion.promote(stores, catalog, request.version, now_ms(), new_run())


@api.on("PUT /v1/catalogs/{catalog}/challenger", "admin")
def put_challenger(catalog: str, request: champions.ChallengerRequest) -> promotion.ChampionResponse:
    return promotion.challenge(objects, catalog, request.version, request.share)


@api.on("DELETE /v1/catalogs/{catalog}/challenger", "admin")
def delete_challenger(catalog: str) -> promotion.ChampionResponse:
    return promotion.end_challenge(objects, catalog)


@api.on("POST /v1/catalogs/{catalog}/trainings", "train", status=202)
def post_training(catalog: str, request: start.TrainingRequest) -> start.Started:
    return {"training_id": str(start.queue(objects, jobs, catalog, new_run(), now_ms(), request)["run"])}


@api.on("GET /v1/catalogs/{catalog}/trainings", "read", count="n")
def trainings(catalog: str, request: run_list.RunListOptions) -> run_list.RunList:
    return run_list.run_list(objects, catalog, request, now_ms())


@api.on("GET /v1/catalogs/{catalog}/trainings/{training_id}", "read")
def training(catalog: str, training_id: str) -> start.Training:
    return start.training(objects, catalog, training_id, now_ms())
