"""Callers at the functions (moto): what each is answered, refused, counted."""

import json
import re
from typing import Any

import pytest

from doublebill.edge.settings import METER_SECONDS
from doublebill.service.access import caller_registry
from doublebill.service.access.usage_meter import UNHURRIED
from doublebill.stores.objects import open_objects
from doublebill.stores.records import open_records
from doublebill_local.host.template import read_template
from http_events import Answer, Handler, ask, check_problem, http_event, url_event
from stacks import Stack

ITEMS = "PUT /v1/catalogs/{catalog}/items"
MODELS = "GET /v1/catalogs/{catalog}/models"
TRAIN = "POST /v1/catalogs/{catalog}/trainings"
RECOMMEND = "GET /v1/catalogs/{catalog}/users/{user_id}/recommendations"
GAME = "POST /v1/games/{kind}"
USAGE = "GET /v1/usage"

ROLE = "arn:aws:sts::123456789012:assumed-role/{}/session"


def entry(name: str, catalogs: str, *rights: str, **more: object) -> dict[str, object]:
    known: dict[str, object] = {"principal": f"arn:aws:iam::123456789012:role/{name}"} if "jwt" not in more else {}
    return {"name": name, "grants": [{"catalogs": catalogs, "rights": rights}], **known, **more}


CALLERS = [
    entry("boss", "*", "admin"),
    entry("shop", "movies*", "read", "write"),
    entry("kiosk", "movies*", "read"),
    entry("brief", "movies*", "read", requests_per_day=3),
    entry("fleeting", "movies*", "read", requests_per_day=3),  # asks in one test alone
    entry("ruler", "movies*", "admin", jwt={"claim": "client_id", "value": "ruler"}, user_claim="sub"),
    entry("app", "movies*", "read", jwt={"claim": "client_id", "value": "app"}, user_claim="sub"),
    entry("writer", "movies*", "read", "write", jwt={"claim": "client_id", "value": "writer"}, user_claim="sub"),
]


@pytest.fixture(scope="module")
def functions(stack: Stack) -> dict[str, Handler]:
    """Warm functions, after a boss has made the catalogs `movies` and `hidden`."""
    objects, records = open_objects("s3://doublebill-tested"), open_records("dynamodb://histories")
    caller_registry.replace(objects, records, json.dumps({"callers": CALLERS}).encode())
    made = {name: stack.load(name).handler for name in sorted(set(FUNCTION_OF.values()))}
    for catalog in ("movies", "hidden"):
        assert asked(made, "boss", ITEMS, {"catalog": catalog}, {"items": [{"item_id": "a"}]}).status == 200
    return made


FUNCTION_OF = {f"{route.method} {route.path}": route.function for route in read_template().routes}
BODIES: dict[str, dict[str, object]] = {
    "events": {"events": [{"user_id": "anna", "item_id": "a", "kind": "play"}]},
    "items": {"items": [{"item_id": "a"}]},
    "recommendations": {"user_id": "anna"},
    "rankings": {"user_id": "anna", "items": ["a"]},
    "batches": {"user_ids": ["anna"]},
    "merge": {"from": "bert"},
    "unmerge": {"from": "bert"},
    "champion": {"version": "0" * 32},
    "challenger": {"version": "0" * 32, "share": 0.5},
    "trainings": {},
}
"""What a POST or PUT brings, by the last word of its path."""
OF_CATALOGS = [route for route in FUNCTION_OF if "{catalog}" in route]


def asked(
    functions: dict[str, Handler], caller: str, route: str, path: dict[str, str] | None = None, body: Any = None
) -> Answer:
    """What the caller is answered; `app:anna` is anna with the app's token, "" is nobody whom an authorizer saw."""
    event = http_event(route, body, path)
    name, _, user = caller.partition(":")
    if not caller:
        del event["requestContext"]["authorizer"]
        return ask(functions[FUNCTION_OF[route]], event)
    authorizer = (
        {"jwt": {"claims": {"client_id": name, "sub": user}}} if user else {"iam": {"userArn": ROLE.format(name)}}
    )
    event["requestContext"]["authorizer"] = authorizer
    return ask(functions[FUNCTION_OF[route]], event)


BY_URL = [route for route in OF_CATALOGS if FUNCTION_OF[route] == "RecommendFunction"]
"""The routes that the URL of the recommend function answers as well."""


@pytest.mark.parametrize("caller", ["shop", "stranger", "brief", ""])
@pytest.mark.parametrize("route", BY_URL)
def test_a_function_url_answers_each_caller_as_the_api_does(
    functions: dict[str, Handler], route: str, caller: str
) -> None:
    names = re.findall(r"\{(\w+)\}", route)
    body = BODIES.get(route.rpartition("/")[2]) if route.startswith("POST") else None
    for catalog in ("movies", "hidden"):
        path = {**dict.fromkeys(names, "anna"), "catalog": catalog}
        event = url_event(route, body, path)
        event["requestContext"]["authorizer"]["iam"]["userArn"] = ROLE.format(caller)
        if not caller:
            del event["requestContext"]["authorizer"]
        by_url, by_api = ask(functions["RecommendFunction"], event), asked(functions, caller, route, path, body)
        assert (by_url.status, by_url.body) == (by_api.status, by_api.body)


def everywhere(functions: dict[str, Handler], caller: str, route: str, catalog: str) -> Answer:
    """What the caller is answered on any route of a catalog."""
    names = re.findall(r"\{(\w+)\}", route)
    body = BODIES.get(route.rpartition("/")[2]) if route.startswith(("POST", "PUT")) else None
    return asked(functions, caller, route, {**dict.fromkeys(names, "anna"), "catalog": catalog}, body)


@pytest.mark.parametrize("route", OF_CATALOGS)
def test_on_every_route_a_hidden_catalog_is_answered_as_one_that_is_missing(
    functions: dict[str, Handler], route: str
) -> None:
    hidden, missing = (everywhere(functions, "shop", route, catalog) for catalog in ("hidden", "nosuch"))
    check_problem(missing, 404, "not-found")
    assert json.dumps(hidden.body).replace("hidden", "nosuch") == json.dumps(missing.body)
    assert (hidden.status, hidden.headers) == (missing.status, missing.headers)


@pytest.mark.parametrize("route", OF_CATALOGS)
def test_on_every_route_who_was_not_proven_is_refused(functions: dict[str, Handler], route: str) -> None:
    check_problem(everywhere(functions, "", route, "movies"), 404, "not-found")
    assert asked(functions, "", "GET /v1/catalogs").body == {"catalogs": []}


def test_headers_prove_nothing(functions: dict[str, Handler]) -> None:
    event = http_event(MODELS, path={"catalog": "movies"})
    event["headers"] |= {"authorization": "Bearer boss", "x-user-arn": ROLE.format("boss")}
    del event["requestContext"]["authorizer"]
    check_problem(ask(functions["ModelsFunction"], event), 404, "not-found")


TRAIN = "POST /v1/catalogs/{catalog}/trainings"


@pytest.mark.parametrize(
    "route",
    [one for one in OF_CATALOGS if one.rpartition("/")[2] in ("champion", "challenger") or one == TRAIN],
)
def test_rights_that_are_not_granted_are_forbidden(functions: dict[str, Handler], route: str) -> None:
    answer = everywhere(functions, "shop", route, "movies")
    check_problem(answer, 403, "forbidden")


def test_only_catalogs_that_the_caller_sees_are_listed(functions: dict[str, Handler]) -> None:
    def listed(caller: str) -> set[str]:
        return {one["catalog"] for one in asked(functions, caller, "GET /v1/catalogs").body["catalogs"]}

    assert {"movies", "hidden"} <= listed("boss")
    assert "movies" in listed("shop")
    assert "hidden" not in listed("shop")
    assert listed("stranger") == set()


POST_RECOMMEND = "POST /v1/catalogs/{catalog}/recommendations"
RANK = "POST /v1/catalogs/{catalog}/rankings"
BATCH = "POST /v1/catalogs/{catalog}/batches"
EVENTS = "POST /v1/catalogs/{catalog}/events"
PLAY = {"item_id": "a", "kind": "play"}


@pytest.mark.parametrize(
    ("route", "body"),
    [
        (POST_RECOMMEND, {"user_id": "bert"}),
        (RANK, {"user_id": "bert", "items": ["a"]}),
        (BATCH, {"user_ids": ["anna", "bert"]}),
        (EVENTS, {"events": [{"user_id": "anna", **PLAY}, {"user_id": "bert", **PLAY}]}),
    ],
)
def test_a_token_may_name_no_other_user_in_a_body(
    functions: dict[str, Handler], route: str, body: dict[str, object]
) -> None:
    check_problem(asked(functions, "writer:anna", route, {"catalog": "movies"}, body), 403, "forbidden")


def test_a_token_may_write_and_ask_for_its_own_user(functions: dict[str, Handler]) -> None:
    own = {"events": [{"user_id": "anna", **PLAY}]}
    assert asked(functions, "writer:anna", EVENTS, {"catalog": "movies"}, own).status == 202
    answer = asked(functions, "writer:anna", POST_RECOMMEND, {"catalog": "movies"}, {"user_id": "anna"})
    check_problem(answer, 503, "no-model")  # it may ask; there is no model yet


@pytest.mark.parametrize(
    ("starter", "asker", "user_ids", "status"),
    [
        ("app:anna", "app:anna", ["anna"], 200),
        ("app:anna", "app:bert", ["anna"], 404),
        ("shop", "app:anna", ["anna"], 404),
        ("shop", "shop", ["bert"], 200),
        ("shop", "kiosk", ["bert"], 404),
        ("shop", "boss", ["bert"], 200),
    ],
)
def test_a_batch_is_read_by_the_caller_that_started_it_and_by_admins(
    functions: dict[str, Handler], starter: str, asker: str, user_ids: list[str], status: int
) -> None:
    objects = open_objects("s3://doublebill-tested")
    before = set(objects.keys("batches/movies/"))
    asked(
        functions, starter, BATCH, {"catalog": "movies"}, {"user_ids": user_ids}
    )  # kept, though no job can start here
    (batch_id,) = {key.split("/")[2] for key in objects.keys("batches/movies/") if key not in before}
    place = {"catalog": "movies", "batch_id": batch_id}
    assert asked(functions, asker, "GET /v1/catalogs/{catalog}/batches/{batch_id}", place).status == status


OWN_DATA = {
    *("events", "recommendations", "rankings", "batches", "merge", "unmerge", "lookups", "exports", "erasures"),
    "{user_id}",
}
"""Last words of the paths whose requests change nothing of other users."""


@pytest.mark.parametrize(
    "route",
    [one for one in OF_CATALOGS if not one.startswith("GET") and one.rpartition("/")[2] not in OWN_DATA],
)
def test_a_token_of_one_user_changes_nothing_for_others_whatever_it_is_granted(
    functions: dict[str, Handler], route: str
) -> None:
    check_problem(everywhere(functions, "ruler:anna", route, "movies"), 403, "forbidden")


@pytest.mark.parametrize("route", [MODELS, TRAIN, ITEMS, RECOMMEND])
def test_a_hidden_catalog_is_answered_as_one_that_is_missing(functions: dict[str, Handler], route: str) -> None:
    body = {"items": [{"item_id": "a"}]} if route == ITEMS else None
    answers = [
        asked(
            functions,
            "shop",
            route,
            {"catalog": catalog, "user_id": "anna"} if route == RECOMMEND else {"catalog": catalog},
            body,
        )
        for catalog in ("hidden", "nosuch")
    ]
    told = [json.dumps(one.body).replace("hidden", "nosuch") for one in answers]
    assert told[0] == told[1]
    check_problem(answers[0], 404, "not-found")
    assert answers[0].headers.keys() == answers[1].headers.keys()


def test_a_hidden_kind_of_content_is_answered_as_one_that_is_missing(functions: dict[str, Handler]) -> None:
    answers = [asked(functions, "shop", GAME, {"kind": kind}, {"spec": {}}) for kind in ("maze", "nosuch")]
    assert json.dumps(answers[0].body).replace("maze", "nosuch") == json.dumps(answers[1].body)
    assert asked(functions, "boss", GAME, {"kind": "maze"}, {"spec": {}, "seed": 1}).status == 200


def test_a_lacking_right_is_forbidden(functions: dict[str, Handler]) -> None:
    assert asked(functions, "shop", MODELS, {"catalog": "movies"}).status == 200
    refused = asked(functions, "shop", TRAIN, {"catalog": "movies"})
    check_problem(refused, 403, "forbidden")
    assert "train" in refused.body["detail"]


def test_who_is_not_declared_sees_nothing(functions: dict[str, Handler]) -> None:
    check_problem(asked(functions, "stranger", MODELS, {"catalog": "movies"}), 404, "not-found")
    assert asked(functions, "stranger", USAGE).body == {"usage": []}


def test_a_token_may_ask_only_for_its_user(functions: dict[str, Handler]) -> None:
    other = asked(functions, "app:anna", RECOMMEND, {"catalog": "movies", "user_id": "bert"})
    check_problem(other, 403, "forbidden")
    own = asked(functions, "app:anna", RECOMMEND, {"catalog": "movies", "user_id": "anna"})
    check_problem(own, 503, "no-model")  # it may ask; there is no model yet


def test_past_its_quota_a_caller_learns_when_to_retry(functions: dict[str, Handler]) -> None:
    answers = [asked(functions, "fleeting", MODELS, {"catalog": "movies"}) for _ in range(4)]
    assert [one.status for one in answers] == [200, 200, 200, 429]
    check_problem(answers[3], 429, "quota-exceeded")
    assert 0 < int(answers[3].headers["retry-after"]) <= 86_400
    assert asked(functions, "shop", MODELS, {"catalog": "movies"}).status == 200


def test_usage_tells_a_caller_of_itself_and_an_admin_of_all(functions: dict[str, Handler], stack: Stack) -> None:
    asked(functions, "shop", MODELS, {"catalog": "movies"})
    stack.clock.seconds += UNHURRIED * METER_SECONDS  # so that the next request writes what was counted
    asked(functions, "shop", MODELS, {"catalog": "movies"})
    own = asked(functions, "shop", USAGE).body["usage"]
    assert {one["caller"] for one in own} == {"shop"}
    assert MODELS in {route["route"] for one in own for route in one["routes"]}
    everybody = asked(functions, "boss", USAGE).body["usage"]
    assert {"shop", "boss"} <= {one["caller"] for one in everybody}
