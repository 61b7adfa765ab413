"""Models: lists them, shows their cards, moves the champion, starts trainings."""

import secrets
from dataclasses import asdict

from aws_lambda_powertools.event_handler import Response

from doublebill.edge.clock import now_ms
from doublebill.edge.http import Api, answer
from doublebill.edge.requests import body
from doublebill.edge.settings import ModelsSettings, read_settings
from doublebill.service import publish, runs
from doublebill.stores.jobs import open_jobs
from doublebill.stores.objects import open_objects

settings = read_settings(ModelsSettings)
api = Api("models")
handler = api.handler
objects = open_objects(settings.objects)
jobs = open_jobs(settings.jobs)


@api.get("/v1/catalogs/<catalog>/models")
def models(catalog: str) -> Response[str]:
    return answer(runs.models(objects, catalog))


@api.get("/v1/catalogs/<catalog>/models/<version>")
def model(catalog: str, version: str) -> Response[str]:
    return answer(runs.model(objects, catalog, version))


@api.put("/v1/catalogs/<catalog>/champion")
def put_champion(catalog: str) -> Response[str]:
    wanted = body(api.event, publish.ChampionRequest).version
    return answer({"catalog": catalog, **asdict(publish.promote(objects, catalog, wanted, now_ms()))})


@api.post("/v1/catalogs/<catalog>/trainings")
def post_training(catalog: str) -> Response[str]:
    run = runs.run_id(now_ms(), secrets.token_hex(4))
    asked = body(api.event, runs.TrainingRequest)
    runs.queue(objects, jobs, catalog, run, now_ms(), asked.force, asked.budget_seconds)
    return answer({"training_id": run}, 202)


@api.get("/v1/catalogs/<catalog>/trainings/<training_id>")
def training(catalog: str, training_id: str) -> Response[str]:
    return answer(runs.read(objects, catalog, training_id, now_ms()))
