"""Golden requests: requests that a new version of a function must answer rightly, each with the judge of its answer.

They are events as API Gateway sends them, from the caller `RELEASE`. A champion is loaded by the first of them: its
bytes are checked against their digests, and the golden requests that were stored with it are repeated.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

Body = Mapping[str, Any]
"""The JSON body of an answer."""

SEED = 42

CLOSE = 1e-6
"""The largest difference, relative to the score, of the sum of its parts."""

FAILED, DEGRADED, WRONG, NOT_INVOKED = "failed", "degraded", "wrong", "not invoked"
"""Kinds of problems: no answer or one of a defect, one that says so itself, one that its judge refuses, and that of a
version which was not even invoked."""

STEPS: Mapping[str, tuple[int, int]] = {"U": (0, -1), "D": (0, 1), "L": (-1, 0), "R": (1, 0)}
WALL = "#"


class Problem(str):
    """The problem with an answer in words, and its kind; empty where there is none."""

    __slots__ = ("kind",)
    kind: str

    def __new__(cls, words: str, kind: str = WRONG) -> Self:
        """Makes the problem; of an answer that refuses, the kind is its status."""
        made = super().__new__(cls, words)
        made.kind = kind
        return made


@dataclass(frozen=True)
class GoldenRequest:
    """One request, and the judge of its answer."""

    name: str
    event: Mapping[str, Any]
    judge: Callable[[Body], str]
    """Returns the problem with a body; empty where there is none."""
    needs_champion: bool = False
    """Whether its answer is made from what is stored of a catalog, which may be damaged without a fault of the code."""

    def read(self, answer: Mapping[str, Any]) -> tuple[Body, Problem]:
        """Returns the body of an answer, and the problem with it; empty where there is none."""
        try:
            body = json.loads(answer["body"])
            status = answer["statusCode"]
            if status != 200:
                words = f"answered {status} {body.get('title', '')}".rstrip()
                return body, Problem(words, FAILED if status >= 500 else str(status))
            words = self.judge(body)
            return body, Problem(words, DEGRADED if words and body.get("degraded") else WRONG)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as other:
            return {}, Problem(f"an answer of another form: {type(other).__name__}")


def health() -> GoldenRequest:
    """Returns the request for the health of the service."""
    return GoldenRequest("health", _event("GET /v1/health"), lambda body: "" if body["status"] == "ok" else "not ok")


def popular_items(catalog: str) -> GoldenRequest:
    """Returns the request for popular items of a catalog, which loads its champion."""
    event = _event("GET /v1/catalogs/{catalog}/popular", {"catalog": catalog}, query="n=1")
    return GoldenRequest(f"popular items of {catalog}", event, lambda body: _of_champion(body, catalog), True)


def recommendations(catalog: str, item_id: str) -> GoldenRequest:
    """Returns the request for explained recommendations after an item of the catalog."""

    def judge(body: Body) -> str:
        return _of_champion(body, catalog) or next(filter(None, map(_unexplained, body["recommendations"])), "")

    wanted = {"history": [item_id], "n": 5, "explain": True}
    event = _event("POST /v1/catalogs/{catalog}/recommendations", {"catalog": catalog}, body=wanted)
    return GoldenRequest(f"recommendations of {catalog}", event, judge, True)


def maze() -> GoldenRequest:
    """Returns the request for one small level, whose certificate is walked."""
    wanted = {"spec": {"width": 9, "height": 7}, "seed": SEED}
    return GoldenRequest("maze", _event("POST /v1/games/{kind}", {"kind": "maze"}, body=wanted), _walked)


def _of_champion(body: Body, catalog: str) -> str:
    """Returns the problem with an answer that must come from the champion of the catalog."""
    if body["catalog"] != catalog or not body["model_version"]:
        return "the catalog or the version of the model is missing"
    return f"degraded: {body['degraded']}" if body["degraded"] else ""


def _unexplained(entry: Body) -> str:
    """Returns the problem with the score of a recommendation, which is the sum of its contributions."""
    parts = math.fsum(one["contribution"] for one in entry["contributions"])
    if math.isclose(parts, entry["score"], rel_tol=CLOSE, abs_tol=CLOSE):
        return ""
    return f"the contributions to {entry['item_id']} sum to {parts}, and its score is {entry['score']}"


def _walked(body: Body) -> str:
    """Returns the problem with the certificate of the only level: its moves, walked on the grid."""
    (item,) = body["items"]
    grid, way = item["grid"], item["certificate"]
    x, y = way["from"]
    for move in way["moves"]:
        x, y = x + STEPS[move][0], y + STEPS[move][1]
        if not (0 <= y < len(grid) and 0 <= x < len(grid[y])) or grid[y][x] == WALL:
            return f"the certificate of seed {SEED} walks into a wall"
    ends = [x, y] == way["to"] and len(way["moves"]) == way["length"] > 0
    return "" if ends else f"the certificate of seed {SEED} does not end at the exit"


def _event(route: str, path: Mapping[str, str] | None = None, query: str = "", body: object = None) -> dict[str, Any]:
    """Returns the event of a request to a route."""
    method, _, raw_path = route.partition(" ")
    for name, value in (path or {}).items():
        raw_path = raw_path.replace("{" + name + "}", value)
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": raw_path,
        "rawQueryString": query,
        "queryStringParameters": dict(part.split("=") for part in query.split("&") if part),
        "headers": {"content-type": "application/json"},
        "pathParameters": dict(path or {}),
        "requestContext": {
            "authorizer": {"release": True},
            "http": {"method": method, "path": raw_path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "requestId": "release",
            "routeKey": route,
            "stage": "$default",
        },
        "body": "" if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
