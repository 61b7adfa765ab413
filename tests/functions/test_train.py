"""The train function against S3 (moto), its jobs against a stub of Lambda."""

import io
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from doublebill.fit.selection.time_budget import BUDGET_SPENT, TIME_UP
from doublebill.stores.emr.job_runs import EmrServerlessJobs
from doublebill.stores.jobs import LambdaJobs
from doublebill_local.host.environments import Context
from http_events import ask, http_event
from stacks import Stack, post_events

CONTEXT = Context("TrainFunction")
PUBLISHING_SECONDS = 30
"""What the function keeps back."""


def test_a_training_publishes_a_version_and_makes_it_champion(
    stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str
) -> None:
    record = grow(fresh)
    assert (record["state"], record["catalog"], record["promoted"]) == ("succeeded", fresh, True)
    assert record["report"]["evaluated"] is True
    objects = stack.objects()
    assert json.loads(objects[f"champions/{fresh}.json"])["version"] == record["version"]
    assert f"artifacts/{fresh}/{record['version']}/manifest.json" in objects
    assert json.loads(objects[f"runs/{fresh}/{record['run']}.json"]) == record


def test_the_record_goes_back_as_json(grow: Callable[[str], dict[str, Any]], fresh: str) -> None:
    record = grow(fresh)
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_the_same_events_give_the_same_version(stack: Stack, world: str) -> None:
    assert stack.train("world")["version"] == world


def test_a_job_keeps_the_run_it_was_queued_under(stack: Stack, world: str) -> None:
    record = stack.load("TrainFunction").handler({"catalog": "world", "run": "1700000000000-abcd"}, CONTEXT)
    assert record["run"] == "1700000000000-abcd"
    assert "runs/world/1700000000000-abcd.json" in stack.objects()


def test_a_forced_run_says_so(stack: Stack, world: str) -> None:
    record = stack.load("TrainFunction").handler({"catalog": "world", "force": True}, CONTEXT)
    assert (record["promoted"], record["forced"], record["why"]) == (True, True, "forced")


@pytest.mark.parametrize(
    ("seconds", "told", "cut"),
    [(900, {}, False), (PUBLISHING_SECONDS, {}, True), (900, {"budget_seconds": 0}, True)],
)
def test_lambda_s_time_and_the_caller_s_may_cut_the_list_of_configs(
    stack: Stack, world: str, seconds: float, told: dict[str, Any], cut: bool
) -> None:
    context = Context("TrainFunction", timeout_seconds=seconds)
    report = stack.load("TrainFunction").handler({"catalog": "world", **told}, context)["report"]
    left_out = sum("config" in one and one["why"] not in (TIME_UP, BUDGET_SPENT) for one in report.get("left_out", []))
    assert (report["cut"], report["tried"] + left_out < report["of"]) == (cut, cut)
    assert report["tried"] == 1 or not cut


def test_nothing_to_train_on_is_a_failed_run_and_no_crash(
    stack: Stack, fresh: str, capfd: pytest.CaptureFixture[str]
) -> None:
    described = http_event("PUT /v1/catalogs/{catalog}/items", {"items": [{"item_id": "i"}]}, {"catalog": fresh})
    assert ask(stack.load("ItemsFunction").handler, described).status == 200
    answer = stack.train(fresh)
    assert answer.keys() == {"run", "state", "error"}
    assert '"NotTrained":0' in capfd.readouterr().out  # an empty catalog is no alarm
    assert answer["state"] == "failed"
    assert json.loads(stack.objects()[f"runs/{fresh}/{answer['run']}.json"])["state"] == "failed"
    assert not stack.objects(f"champions/{fresh}.json")


def test_a_catalog_that_is_not_there_is_a_failed_run_and_no_crash(stack: Stack) -> None:
    answer = stack.train("no-such")
    assert (answer["state"], answer["error"]) == ("failed", "there is no catalog 'no-such'")
    assert not [key for key in stack.objects() if "no-such" in key]


def test_the_schedule_starts_a_job_for_every_catalog(
    stack: Stack, world: str, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_events(stack, fresh, [{"user_id": "u", "item_id": "i", "kind": "play"}])
    module = stack.load("TrainFunction")
    client = boto3.client("lambda")
    monkeypatch.setattr(module, "jobs", LambdaJobs("doublebill-train", client))
    payloads: list[dict[str, Any]] = []
    client.meta.events.register(
        "provide-client-params.lambda.Invoke", lambda params, **_: payloads.append(json.loads(params["Payload"]))
    )
    catalogs = sorted(key[9:-5] for key in stack.objects("catalogs/"))
    with Stubber(client) as stubber:
        for _ in catalogs:
            stubber.add_response(
                "invoke",
                {"StatusCode": 202, "Payload": io.BytesIO()},
                {"FunctionName": "doublebill-train", "InvocationType": "Event", "Payload": ANY},
            )
        answer = module.handler({"schedule": True}, CONTEXT)
        stubber.assert_no_pending_responses()
    assert {"world", fresh} <= set(catalogs)
    assert [payload["catalog"] for payload in payloads] == catalogs
    assert [one["state"] for one in answer["started"]] == ["queued"] * len(catalogs)


def test_no_user_id_is_logged(
    stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str, capfd: pytest.CaptureFixture[str]
) -> None:
    grow(fresh)
    written = "".join(capfd.readouterr())
    assert '"message":"trained"' in written
    assert '"Trained":1,"Promoted":1,"EventsRead":' in written
    assert "user-0" not in written


def test_a_job_run_that_died_on_spark_is_a_failed_run(
    stack: Stack, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_events(stack, fresh, [{"user_id": "u", "item_id": "i", "kind": "play"}])
    client = boto3.client("emr-serverless")
    made = client.create_application(name="trainings", releaseLabel="emr-7.9.0", type="SPARK")["applicationId"]
    role = "arn:aws:iam::123456789012:role/spark"
    spark = EmrServerlessJobs(made, role, "s3://bucket/train.py", client)
    module = stack.load("TrainFunction")
    monkeypatch.setattr(module, "spark", spark)
    monkeypatch.setattr("moto.emrserverless.models.JOB_STATUS", "RUNNING")
    monkeypatch.setattr(module, "memory_bytes", lambda _: 1)  # so that nothing fits
    job = {"catalog": fresh, "run": "1700000000000-abcd"}
    answer = module.handler(job, CONTEXT)
    assert (answer["state"], answer["plan"]["place"]) == ("queued", "spark")
    (job_run,) = client.list_job_runs(applicationId=made)["jobRuns"]
    assert module.handler({"cancel": job["run"], "catalog": fresh}, CONTEXT) == {"run": job["run"], "cancelled": True}
    assert module.handler({"spark": job_run["id"]}, CONTEXT)["noted"] is True
    record = json.loads(stack.objects()[f"runs/{fresh}/{job['run']}.json"])
    assert record["state"] == "failed"
    assert f"the job run {job_run['id']} was cancelled" in record["error"]
