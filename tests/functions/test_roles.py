"""Whether each function's role in template.yaml allows every call to AWS that the function makes."""

import fnmatch
import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import boto3
import pytest
import yaml

from doublebill.edge.clock import now_ms
from doublebill.errors import StoreUnavailable
from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.imports.files.raw_rows import BadRow, RawRow
from doublebill.service.catalog import event_log, user_aliases
from doublebill.service.catalog.blocks.compaction import compact
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.ingesting import fold_tail
from doublebill.service.ingesting.bad_rows import BadRows
from doublebill.service.ingesting.import_file import import_items
from doublebill.service.registry import champions
from doublebill.service.registry.runs import iso
from doublebill.stores.job_record import new_id
from doublebill.stores.objects import open_objects
from doublebill_local.host.environments import Context
from doublebill_local.host.template import read_template
from doublebill_local.locations import ROOT
from http_events import ask, http_event
from stacks import Platform, Stack, post_events
from trainings import fill

ACTIONS = {
    "s3.ListObjectsV2": "s3:ListBucket",
    "lambda.Invoke": "lambda:InvokeFunction",
    "secrets-manager.GetSecretValue": "secretsmanager:GetSecretValue",
}
"""Where the action is not called as the operation is."""

OWN = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}"
"""The beginning of the ARNs of functions that start themselves."""

DEPLOYMENTS = (
    "arn:${AWS::Partition}:codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:"
    "${ServerlessDeploymentApplication}/*"
)

RESOURCES = {
    "TableArn.Value": "table",
    "KeyArn.Value": "secret",
    "TrainFunction.Alias": "train:live",
    f"{OWN}-batches:live": "batches:live",
    f"{OWN}-generate:live": "generate:live",
    "BucketArn.Value": "bucket",
    f"{OWN}-train:live": "train:live",
    "${RecommendFunction.Arn}:*": "recommend:*",
    "${GenerateFunction.Arn}:*": "generate:*",
    DEPLOYMENTS: "deployments",
}
"""The resources of the policies, by short names."""


class _Loader(yaml.CSafeLoader):
    """Reads CloudFormation's short forms as what stands behind them."""


_Loader.add_multi_constructor(
    "!",
    lambda loader, _, node: (
        loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else loader.construct_scalar(node)
    ),
)


@dataclass
class Calls:
    """The actions and resources that were asked of AWS, under whichever function was named last."""

    function: str = ""
    made: set[tuple[str, str, str]] = field(default_factory=set)

    def note(self, params: dict[str, Any], event_name: str, **_: object) -> None:
        """One call, as botocore tells it."""
        operation = event_name.removeprefix("provide-client-params.")
        service, _, name = operation.partition(".")
        action = ACTIONS.get(operation, f"{service}:{name}")
        for needed in [action] if "IfMatch" not in params else [action, "s3:GetObject"]:
            self.made |= {(self.function, needed, resource) for resource in _resources(service, params)}


def _resources(service: str, params: dict[str, Any]) -> list[str]:
    """What a call asks for: an object, a listed prefix (`bucket:prefix`), the partitions of rows (`table:key`), …"""
    if service == "s3":
        return [f"bucket/{params['Key']}" if "Key" in params else f"bucket:{params.get('Prefix', '')}"]
    if service == "dynamodb":
        return [f"table:{key}" for key in _leading_keys(params)]
    if service == "lambda":
        return [str(params["FunctionName"]).rpartition("function:")[2].removeprefix("doublebill-")]
    return ["deployments" if service == "codedeploy" else "secret"]


def _leading_keys(params: dict[str, Any]) -> set[str]:
    if batch := params.get("RequestItems"):
        requests = [next(iter(one.values())) for rows in batch.values() for one in rows]
        return {request.get("Item", request.get("Key"))["pk"]["S"] for request in requests}
    row = params.get("Key") or params.get("Item") or {"pk": params.get("ExpressionAttributeValues", {}).get(":pk")}
    return {row["pk"]["S"]}


@functools.cache
def resources() -> dict[str, Any]:
    """What the template describes, by name."""
    described: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Loader)["Resources"]
    return described


def statements(function: str) -> list[dict[str, Any]]:
    """The statements of all policies of the function's role."""
    policies = resources()[function]["Properties"].get("Policies", [])
    return [statement for policy in policies for statement in policy["Statement"]]


def allowed(function: str, action: str, resource: str) -> bool:
    """Whether the role of the function allows the action on the resource."""
    return any(
        action in as_list(statement["Action"]) and fnmatch.fnmatchcase(resource, pattern)
        for statement in statements(function)
        for pattern in patterns(statement)
    )


CONDITIONS = {
    "Null s3:prefix": "bucket:",
    "StringLikeIfExists s3:prefix": "bucket:{}",
    "ForAllValues:StringLike dynamodb:LeadingKeys": "table:{}",
    "ForAllValues:StringNotLike dynamodb:LeadingKeys": "table:[!{}]*",
}
"""Conditions of statements, and how resources look that satisfy them."""


def patterns(statement: dict[str, Any]) -> list[str]:
    """The resources that a statement is about, narrowed by its condition."""
    named = [_short(pattern) for pattern in as_list(statement["Resource"])]
    if "Condition" not in statement:
        return named
    ((operator, keys),) = statement["Condition"].items()
    ((key, values),) = keys.items()
    return [
        CONDITIONS[f"{operator} {key}"].format(value.removesuffix("*") if "Not" in operator else value)
        for value in as_list(values)
    ]


@pytest.fixture
def calls(stack: Stack) -> Calls:
    """Hears every call of clients that are made from now on."""
    calls = Calls()
    boto3.setup_default_session()
    assert boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION.events.register("provide-client-params", calls.note)
    return calls


def test_every_call_that_a_function_makes_is_allowed(
    stack: Stack, calls: Calls, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fold_tail, "FOLD_EVERY", 1)

    def request(function: str, route: str, body: object = None, **path: str) -> dict[str, Any]:
        calls.function = function
        event = http_event(route, body, {"catalog": fresh, **path} if "{catalog}" in route else path or None)
        return ask(stack.load(function).handler, event).body

    version = _tour(stack, calls, fresh, request)
    request("ModelsFunction", "GET /v1/catalogs/{catalog}/models")
    request("ModelsFunction", "GET /v1/catalogs/{catalog}/models/{version}", version=version)
    asked = {"history": ["item-00"]}
    request("ModelsFunction", "POST /v1/catalogs/{catalog}/models/{version}/recommendations", asked, version=version)
    request("ModelsFunction", "PUT /v1/catalogs/{catalog}/champion", {"version": version})
    _mend_the_pointer(stack, calls, fresh, version, request)
    training = request("ModelsFunction", "POST /v1/catalogs/{catalog}/trainings", {"epsilon": 1.0})
    assert training["status"] == 503  # there is no Lambda here to take the job
    request("CatalogsFunction", "GET /v1/catalogs")
    request("RecommendFunction", "POST /v1/catalogs/{catalog}/recommendations", {"user_id": "user-00"})
    request("RecommendFunction", "GET /v1/catalogs/{catalog}/popular")
    request("RecommendFunction", "GET /v1/catalogs/{catalog}/items/{item_id}/neighbours", item_id="item-00")
    _visit_the_rest(stack, calls, fresh, version, request)
    assert {function for function, _, _ in calls.made} == set(read_template().functions) - {"PlaygroundFunction"}
    assert [call for call in sorted(calls.made) if not allowed(*call)] == []
    assert [grant for grant in grants() if grant not in UNSEEN and not used(calls, *grant)] == []
    assert [grant for grant in UNSEEN if grant not in grants()] == []
    alone = {allowing[0] for call in calls.made if len(allowing := [one for one in grants() if covers(one, call)]) == 1}
    missed = [grant for grant in grants() if grant not in UNSEEN and grant not in alone]
    assert missed == [], "without one of the rights that are used some call must be refused"


def _mend_the_pointer(
    stack: Stack, calls: Calls, catalog: str, version: str, request: Callable[..., dict[str, Any]]
) -> None:
    """Promotes a version where the pointer cannot be read, and the versions that it refused are those of erasures."""
    bucket, erasure = open_objects(f"s3://{stack.bucket}"), f"erasures/{catalog}/20260101T000000Z-0.json"
    calls.function = ""
    before = bucket.get(champions.champion_key(catalog)).data
    bucket.put(champions.champion_key(catalog), b"{}")
    bucket.put(erasure, json.dumps({"versions": [{"version": "0" * 32}], "generation": 1}).encode())
    request("ModelsFunction", "PUT /v1/catalogs/{catalog}/champion", {"version": version})
    calls.function = ""
    assert champions.Champion.from_bytes(bucket.get(champions.champion_key(catalog)).data).refused == {"0" * 32: 1}
    bucket.delete(erasure)
    bucket.put(champions.champion_key(catalog), before)
    calls.made = {call for call in calls.made if call[0]}  # the test made these


ANSWERING = ("Events", "Recommend", "Batches", "People", "Generate", "Models", "Catalogs", "Items", "Imports")

REMOVED_UNSEEN = ("imports", "quarantine", "sums")
"""Folders that the removed catalog does not have."""

TAKEN_BACK = ("artifacts", "champions", "leases", "runs", "trending")

UNSEEN = {
    ("ImportsFunction", "s3:GetObject", "bucket/blocks/*"),
    # what an import of a file leaves, and a compaction; none is made here
    ("TrainFunction", "s3:GetObject", "bucket/imports/*"),
    *(("PeopleFunction", f"s3:{action}Object", "bucket/imports/*") for action in ("Get", "Put", "Delete")),
    # what an erasure that died has left, blocks that were there before, and pages of histories that are made again
    ("PeopleFunction", "s3:DeleteObject", "bucket/blocks/*"),
    ("PeopleFunction", "dynamodb:PutItem", "table:[!_]*"),
    ("PeopleFunction", "s3:GetObject", "bucket/removals/*"),
    # what a removal leaves, and the compaction of a log of thousands of requests
    ("TrainFunction", "s3:GetObject", "bucket/removals/*"),
    ("TrainFunction", "s3:PutObject", "bucket/blocks/*"),
    ("TrainFunction", "s3:DeleteObject", "bucket/blocks/*"),
    ("TrainFunction", "s3:DeleteObject", "bucket/events/*"),
    *(("TrainFunction", f"s3:{action}Object", "bucket/items/*") for action in ("Put", "Delete")),
    # the same of metadata, in one request of many, and what a removal of an import takes out of their blocks
    ("ItemsFunction", "s3:DeleteObject", "bucket/items/*"),
    ("ItemsFunction", "s3:GetObject", "bucket/removed/*"),
    ("ImportsFunction", "s3:PutObject", "bucket/items/*"),
    # what a training takes back where its catalog was removed meanwhile
    *(("TrainFunction", "s3:DeleteObject", f"bucket/{name}/*") for name in TAKEN_BACK),
    # what a function reads while S3 is away: what is popular; and where there is no champion
    *((f"{name}Function", "dynamodb:GetItem", "table:_popular#*") for name in ("Recommend", "Batches")),
    # the number of texts that were put into other words; no language model is set up here
    ("GenerateFunction", "dynamodb:UpdateItem", "table:_flavour#*"),
    # what a training takes back where its catalog was removed meanwhile
    ("TrainFunction", "s3:ListBucket", "bucket:artifacts/*"),
    ("RecommendFunction", "s3:GetObject", "bucket/catalogs/*"),
    # the mark of a removed catalog, looked for where the champion's pointer is missing
    *((f"{name}Function", "s3:GetObject", "bucket/removed/*") for name in ("Recommend", "Batches")),
    # folders that a catalog of this test does not have
    *(("ImportsFunction", "s3:DeleteObject", f"bucket/{name}/*") for name in REMOVED_UNSEEN),
    # users who were stored under a key before the present one, and come back after a rotation
    ("EventsFunction", "s3:PutObject", "bucket/merges/*"),
    ("PeopleFunction", "s3:PutObject", "bucket/keys/merged/*"),
    # recent popularity, of a version that was trained on weeks of events; there is none here
    *((f"{name}Function", "s3:GetObject", "bucket/priors/*") for name in ("Recommend", "Batches", "Models")),
    ("TrendingFunction", "s3:PutObject", "bucket/priors/*"),
    ("TrendingFunction", "s3:DeleteObject", "bucket/priors/*"),
    # the version lies on the disk that all functions share here
    ("BatchesFunction", "s3:GetObject", "bucket/artifacts/*"),
    # S3 judges by it whether it tells that an object is missing, which botocore does not know of
    ("RecommendFunction", "s3:ListBucket", "bucket:"),
}
"""Rights that are needed although nothing here is seen to use them."""


@functools.cache
def grants() -> list[tuple[str, str, str]]:
    """Function, action and resource of every right that the template gives."""
    given: list[tuple[str, str, str]] = []
    for function in read_template().functions:
        for statement in statements(function):
            for action in as_list(statement["Action"]):
                given += [(function, action, pattern) for pattern in patterns(statement)]
    return given


def used(calls: Calls, *grant: str) -> bool:
    """Whether a call was made that needs this right."""
    return any(covers(grant, call) for call in calls.made)


def covers(grant: Sequence[str], call: Sequence[str]) -> bool:
    """Whether a right allows a call."""
    return (*grant[:2],) == (*call[:2],) and fnmatch.fnmatchcase(call[2], grant[2])


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _short(pattern: str) -> str:
    return RESOURCES.get(pattern) or pattern.replace("${BucketArn.Value}", "bucket")


def _visit_the_rest(
    stack: Stack, calls: Calls, catalog: str, version: str, request: Callable[..., dict[str, Any]]
) -> None:
    """Asks every route that was not asked yet, and runs every job."""
    ranking = {"user_id": "user-00", "items": ["item-00"]}
    quoted = request("RecommendFunction", "POST /v1/catalogs/{catalog}/rankings", ranking)["recommendation_id"]
    for route in ("recommendations", "rows"):
        request("RecommendFunction", f"GET /v1/catalogs/{{catalog}}/users/{{user_id}}/{route}", user_id="user-00")
    request("RecommendFunction", "GET /v1/catalogs/{catalog}/trending")
    clicked = {"user_id": "user-00", "item_id": "item-00", "kind": "like", "recommendation_id": quoted}
    request("EventsFunction", "POST /v1/catalogs/{catalog}/events", {"events": [clicked]})
    request("PeopleFunction", "POST /v1/catalogs/{catalog}/users/{user_id}/merge", {"from": "user-01"}, user_id="u")
    request("PeopleFunction", "POST /v1/catalogs/{catalog}/users/{user_id}/unmerge", {"from": "user-01"}, user_id="u")
    request("PeopleFunction", "POST /v1/catalogs/{catalog}/users/{user_id}/merge", {"from": "user-01"}, user_id="u")
    request("PeopleFunction", "GET /v1/catalogs/{catalog}/users/{user_id}/history", user_id="u")
    request("PeopleFunction", "GET /v1/catalogs/{catalog}/users/{user_id}", user_id="u")
    place = {"catalog": catalog, "user_id": "u"}
    later = {"as_of": iso(now_ms() + 86_400_000)}
    past = http_event("GET /v1/catalogs/{catalog}/users/{user_id}/history", None, place, query=later)
    assert ask(stack.load("PeopleFunction").handler, past).status == 200
    challenged = {"version": version, "share": 0.5}  # it is the champion, which is looked up before that is refused
    request("ModelsFunction", "PUT /v1/catalogs/{catalog}/challenger", challenged)
    request("ModelsFunction", "DELETE /v1/catalogs/{catalog}/challenger")
    run = request("ModelsFunction", "GET /v1/catalogs/{catalog}/models")["models"][0]["run"]
    request("ModelsFunction", "GET /v1/catalogs/{catalog}/trainings")
    request("ModelsFunction", "GET /v1/catalogs/{catalog}/trainings/{training_id}", training_id=run)
    down = {"items": [{"item_id": "item-03", "available": False}]}
    for _ in range(2):  # the second time availability is there, and is swapped
        down["items"][0]["available"] = not down["items"][0]["available"]
        request("ItemsFunction", "PUT /v1/catalogs/{catalog}/items", down)
    request("ItemsFunction", "PATCH /v1/catalogs/{catalog}/items", down)
    request("ItemsFunction", "GET /v1/catalogs/{catalog}/items/{item_id}", item_id="item-03")
    request("ItemsFunction", "POST /v1/catalogs/{catalog}/items/lookups", {"item_ids": ["item-03"]})
    request("ItemsFunction", "DELETE /v1/catalogs/{catalog}/items/{item_id}", item_id="item-03")
    request("CatalogsFunction", "GET /v1/usage")
    request("CatalogsFunction", "GET /v1/openapi.json")
    request("GenerateFunction", "POST /v1/games/maze", {})
    request("GenerateFunction", "POST /v1/games/{kind}/proofs", {"grid": ["..."]}, kind="maze")
    many = "POST /v1/games/{kind}/batches"
    assert request("GenerateFunction", many, {"seed": 1}, kind="maze")["status"] == 503  # nobody takes the job
    listed = stack.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix="packs/maze/")["Contents"]
    made = {"kind": "maze", "batch": listed[0]["Key"].split("/")[3]}
    calls.function = "GenerateFunction"
    assert stack.load("GenerateFunction").handler(made, Context("GenerateFunction"))["state"] == "succeeded"
    request("GenerateFunction", "GET /v1/games/{kind}/batches/{batch_id}", kind="maze", batch_id=made["batch"])
    _learn_names(stack, calls, request)
    batches = "POST /v1/catalogs/{catalog}/batches"
    assert request("BatchesFunction", batches, {"user_ids": ["user-00"]})["status"] == 503  # nobody takes the job
    listed = stack.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix=f"batches/{catalog}/")["Contents"]
    (key,) = [one["Key"] for one in listed if one["Key"].endswith("/batch.json")]
    module = stack.load("BatchesFunction")
    job = {"catalog": catalog, "batch": key.split("/")[2]}
    assert module.handler(job, Context("BatchesFunction"))["state"] == "succeeded"
    request("BatchesFunction", "GET /v1/catalogs/{catalog}/batches/{batch_id}", batch_id=job["batch"])
    request("PeopleFunction", "POST /v1/catalogs/{catalog}/exports", {"user_id": "user-00"})
    _erase(stack, calls, request)
    calls.function = "TrendingFunction"
    for _ in range(2):
        stack.load("TrendingFunction").handler({"schedule": True}, Context("TrendingFunction"))
    calls.function = "TrainFunction"
    stack.train(catalog)  # once more, with merges to heed
    _release(stack, calls)
    _prune(stack, calls, catalog)
    _take_back(stack, calls, catalog, request)


def _prune(stack: Stack, calls: Calls, catalog: str) -> None:
    """Prunes what is too old of everything."""
    calls.function = ""
    bucket, old_ms, gone = open_objects(f"s3://{stack.bucket}"), 1_000_000_000_000, "0" * 32
    job = new_id(old_ms, "a")
    fill(bucket, [Event("u", "item-00", "view")], catalog, old_ms)
    compact(bucket, catalog, old_ms + 2 * LATE_MS, LOG)
    fill(bucket, [Event("v", "item-00", "view")], catalog, old_ms)  # an object of its own
    part = event_log.put_part(bucket, catalog, "old", 0, EventTable.of([Event("u", "i", "view")]), job)
    event_log.commit_import(bucket, catalog, "old", {"accepted": 1, "imported_ms": old_ms}, [part])
    user_aliases.append(bucket, catalog, "a", "b", old_ms)
    for key in (
        f"batches/{catalog}/{job}",
        f"packs/maze/a/{job}",
        f"artifacts/{catalog}/{gone}",
        f"sums/{catalog}/{job}",
    ):
        bucket.put(f"{key}/some.json", b"{}")
    bucket.put(f"runs/{catalog}/{job}.json", b'{"state": "failed"}')
    BadRows(kept=[BadRow(1, "kind", "unknown", "use play")]).quarantine(bucket, catalog, "refused", old_ms)
    champions.change(bucket, catalog, lambda pointer: replace(pointer, retired={gone: old_ms}))
    calls.made = {call for call in calls.made if call[0]}  # the test made these
    calls.function = "PruneFunction"
    assert catalog in stack.load("PruneFunction").handler({"schedule": True}, Context("PruneFunction"))["pruned"]


def _release(stack: Stack, calls: Calls) -> None:
    """Asks the new versions for CodeDeploy."""
    calls.function = "ReleaseFunction"
    platform = Platform(stack, lambda function: setattr(calls, "function", function))
    event = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}
    assert stack.load("ReleaseFunction").handler(event, Context("ReleaseFunction", 300))["problems"] == []
    assert platform.statuses == ["Succeeded"]


def _erase(stack: Stack, calls: Calls, request: Callable[..., dict[str, Any]]) -> None:
    """Erases a user who was merged into another one, and goes on with it."""
    erased = request("PeopleFunction", "DELETE /v1/catalogs/{catalog}/users/{user_id}", user_id="user-01")
    assert erased["state"] == "sweeping"
    several = request("PeopleFunction", "POST /v1/catalogs/{catalog}/erasures", {"user_ids": ["user-00"]})
    assert several["state"] == "sweeping"
    request("PeopleFunction", "GET /v1/catalogs/{catalog}/erasures")
    request("PeopleFunction", "GET /v1/catalogs/{catalog}/erasures/{erasure_id}", erasure_id=erased["erasure_id"])
    request("PeopleFunction", "POST /v1/catalogs/{catalog}/users/{user_id}/merge", {"from": "user-02"}, user_id="u")
    calls.function = "PeopleFunction"
    stack.load("PeopleFunction").handler({"schedule": True}, Context("PeopleFunction"))
    _pass_the_deadline(stack, calls, erased)


def _pass_the_deadline(stack: Stack, calls: Calls, erased: dict[str, Any]) -> None:
    """Lets the deadline of an erasure pass where a champion had the user, and then where there is none."""
    bucket, catalog = open_objects(f"s3://{stack.bucket}"), erased["catalog"]
    champion = champions.champion_key(catalog)
    before = bucket.get(champion).data
    for with_champion in (True, False):
        calls.function = ""
        if not with_champion:
            bucket.delete(champion)
        key = f"erasures/{catalog}/{erased['erasure_id']}.json"
        record = {**json.loads(bucket.get(key).data), "refuse_ms": 1, "versions": [{"version": "0" * 32}]}
        bucket.put(key, json.dumps(record).encode())
        calls.made = {call for call in calls.made if call[0]}  # the test made these
        calls.function = "PeopleFunction"
        stack.load("PeopleFunction").handler({"schedule": True}, Context("PeopleFunction"))
    calls.function = ""
    bucket.put(champion, before)
    calls.made = {call for call in calls.made if call[0]}


def _take_back(stack: Stack, calls: Calls, catalog: str, request: Callable[..., dict[str, Any]]) -> None:
    """Removes an import of items, one of events, and the catalog."""
    calls.function = ""
    bucket = open_objects(f"s3://{stack.bucket}")
    rows = [RawRow(1, {"item_id": "item-00", "available": True})]
    import_items(bucket, catalog, "items", rows, 1)
    bucket.put(f"imports/{catalog}/events/part-00000.npz", EventTable.of([Event("u", "i", "view")]).to_bytes())
    bucket.put(f"imports/{catalog}/events/import.json", b'{"accepted": 1}')
    calls.made = {call for call in calls.made if call[0]}  # the command line made these
    for _ in range(2):
        request("ImportsFunction", "GET /v1/catalogs/{catalog}/imports")
        for import_id in ("items", "events"):
            request("ImportsFunction", "GET /v1/catalogs/{catalog}/imports/{import_id}", import_id=import_id)
            request("ImportsFunction", "DELETE /v1/catalogs/{catalog}/imports/{import_id}", import_id=import_id)
    request("ImportsFunction", "DELETE /v1/catalogs/{catalog}")


def _learn_names(stack: Stack, calls: Calls, request: Callable[..., dict[str, Any]]) -> None:
    """Sends a corpus twice, learns from it and generates from that."""
    for _ in range(2):  # the second time its record is there, and is swapped
        sent = {"corpus": "roles", "examples": ["Ada", "Bo"]}
        assert request("CatalogsFunction", "POST /v1/games/{kind}/corpora", sent, kind="names")["status"] == 503
    path = {"kind": "names", "corpus": "roles"}
    request("CatalogsFunction", "GET /v1/games/{kind}/corpora/{corpus}", **path)
    prefix = "content/names/roles/examples/"
    (key,) = [one["Key"] for one in stack.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix=prefix)["Contents"]]
    calls.function = "TrainFunction"
    job = {**path, "examples": key.rpartition("/")[2].partition(".")[0]}
    assert stack.load("TrainFunction").handler(job, Context("TrainFunction"))["state"] == "ready"
    assert request("GenerateFunction", "POST /v1/games/{kind}", {"corpus": "roles"}, kind="names")["items"]
    request("GenerateFunction", "GET /v1/games")


def _tour(stack: Stack, calls: Calls, catalog: str, request: Callable[..., dict[str, Any]]) -> str:
    """Fills the catalog, trains it twice, lets the schedule run; gives the version."""
    calls.function = "EventsFunction"
    for user in range(3):
        sent = [{"user_id": f"user-0{user}", "item_id": f"item-0{item}", "kind": "view"} for item in range(4)]
        sent += [{"user_id": f"user-0{user}", "item_id": "item-00", "kind": "rate", "value": user + 1}]
        assert post_events(stack, catalog, sent).status == 202
    for name in (catalog, f"{catalog}-new"):
        sent = {"items": [{"item_id": "item-00"}]}
        request("ItemsFunction", "PUT /v1/catalogs/{catalog}/items", sent, catalog=name)
    request("CatalogsFunction", "PUT /v1/catalogs/{catalog}/settings", {"exclude_seen": True})
    calls.function = "TrainFunction"
    version = str(stack.train(catalog)["version"])
    stack.train(catalog)
    stack.load("TrainFunction").handler({"catalog": catalog, "epsilon": 1.0}, Context("TrainFunction"))
    with pytest.raises(StoreUnavailable, match="2 trainings could not be started"):  # no Lambda answers
        stack.load("TrainFunction").handler({"schedule": True}, Context("TrainFunction"))
    return version


@pytest.mark.parametrize(
    "call",
    [
        ("EventsFunction", "s3:GetObject", "bucket/events/music/x"),
        ("EventsFunction", "s3:DeleteObject", "bucket/events/music/x"),
        ("RecommendFunction", "s3:PutObject", "bucket/champions/music.json"),
        ("RecommendFunction", "dynamodb:BatchWriteItem", "table"),
        ("GenerateFunction", "s3:GetObject", "bucket/artifacts/music/x"),
        ("ModelsFunction", "s3:PutObject", "bucket/artifacts/music/v/targets.npy"),
        ("ModelsFunction", "s3:GetObject", "bucket/events/music/x"),
        ("CatalogsFunction", "dynamodb:BatchWriteItem", "table"),
        ("CatalogsFunction", "s3:PutObject", "bucket/callers/callers.json"),
        ("CatalogsFunction", "s3:PutObject", "bucket/items/music/x"),
        ("ItemsFunction", "s3:GetObject", "bucket/events/music/x"),
        ("ImportsFunction", "s3:DeleteObject", "bucket/callers/callers.json"),
        ("ImportsFunction", "s3:PutObject", "bucket/champions/music.json"),
        ("ItemsFunction", "s3:PutObject", "bucket/champions/music.json"),
        ("BatchesFunction", "s3:PutObject", "bucket/champions/music.json"),
        ("BatchesFunction", "lambda:InvokeFunction", "train:live"),
        ("GenerateFunction", "s3:PutObject", "bucket/content/x.json"),
        ("GenerateFunction", "lambda:InvokeFunction", "train:live"),
        ("PeopleFunction", "s3:GetObject", "bucket/artifacts/music/v/targets.npy"),
        ("PeopleFunction", "s3:PutObject", "bucket/events/music/x"),
        ("PruneFunction", "s3:DeleteObject", "bucket/champions/music.json"),
        ("PruneFunction", "s3:DeleteObject", "bucket/catalogs/music.json"),
        ("PruneFunction", "s3:DeleteObject", "bucket/content/names/x"),
        ("PruneFunction", "s3:GetObject", "bucket/events/music/x"),
        ("PruneFunction", "s3:PutObject", "bucket/artifacts/music/v/targets.npy"),
        ("PruneFunction", "dynamodb:Query", "table"),
        ("ReleaseFunction", "s3:GetObject", "bucket/champions/music.json"),
        ("ReleaseFunction", "lambda:InvokeFunction", "train:live"),
        ("TrendingFunction", "s3:PutObject", "bucket/champions/music.json"),
        ("TrendingFunction", "dynamodb:Query", "table"),
        ("TrainFunction", "dynamodb:Query", "table"),
        ("TrainFunction", "secretsmanager:GetSecretValue", "secret"),
    ],
)
def test_a_role_allows_no_more_than_its_function_needs(call: tuple[str, str, str]) -> None:
    assert not allowed(*call)
