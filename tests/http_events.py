"""Requests as API Gateway and function URLs hand them to a function (payload format 2.0), and what functions answer."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from doublebill_local.host.environments import Context

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def http_event(
    route: str,
    body: object = None,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    raw_body: str | None = None,
    base64_encoded: bool = False,
) -> dict[str, Any]:
    """The event of a request to `route` ("GET /v1/catalogs"); `body` is sent as JSON, `raw_body` as it is."""
    method, _, pattern = route.partition(" ")
    raw_path = pattern
    for name, value in (path or {}).items():
        raw_path = raw_path.replace("{" + name + "}", value)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": raw_path,
        "rawQueryString": "&".join(f"{name}={value}" for name, value in (query or {}).items()),
        "headers": {"content-type": "application/json", "host": "api.test"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "authorizer": {"iam": {"userArn": "arn:aws:iam::123456789012:user/tester"}},
            "domainName": "api.test",
            "http": {"method": method, "path": raw_path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "requestId": "request-1",
            "routeKey": route,
            "stage": "$default",
            "timeEpoch": 1_700_000_000_000,
        },
        "isBase64Encoded": base64_encoded,
    }
    if path:
        event["pathParameters"] = dict(path)
    if query:
        event["queryStringParameters"] = dict(query)
    if raw_body is not None:
        event["body"] = raw_body
    elif body is not None:
        event["body"] = json.dumps(body)
    return event


def url_event(
    route: str,
    body: object = None,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The event of the same request at a function's URL: it names no route, and its path is as it was sent."""
    event = http_event(route, body, {name: quote(value, safe="") for name, value in (path or {}).items()}, query)
    event.pop("pathParameters", None)
    event["routeKey"] = event["requestContext"]["routeKey"] = "$default"
    principal = event["requestContext"]["authorizer"]["iam"]
    account = event["requestContext"]["accountId"]
    principal |= {"accessKey": "AKIDEXAMPLE", "accountId": account, "callerId": "AIDAEXAMPLE", "cognitoIdentity": None}
    principal |= {"principalOrgId": None, "userId": "AIDAEXAMPLE"}
    event["requestContext"] |= {"authentication": None, "domainName": "abc.lambda-url.eu-central-1.on.aws"}
    return event


@dataclass(frozen=True)
class Answer:
    """What a function answered, as API Gateway would pass it on."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def fields(self) -> list[str]:
        """The fields that a problem document complains about."""
        return [error["field"] for error in self.body.get("errors", [])]


def ask(handler: Handler, event: dict[str, Any]) -> Answer:
    """The answer to an event, checked to be one that can be sent: text, in UTF-8, with lower-case header lookup."""
    answered = json.loads(json.dumps(handler(event, Context("Tested"))))  # as the runtime client sends it
    answered["body"].encode()
    headers = {name.lower(): value for name, value in answered["headers"].items()}
    return Answer(answered["statusCode"], headers, json.loads(answered["body"]))


def check_problem(answer: Answer, status: int, slug: str) -> None:
    """Asserts that the answer is a whole problem document (RFC 9457) of the kind `slug`."""
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body.keys() <= {"type", "title", "status", "detail", "errors", "training_id"}
    assert answer.body["type"] == f"urn:doublebill:problem:{slug}"
    assert answer.body["status"] == status
    assert answer.body["title"]
    assert answer.body["detail"]
    for error in answer.body.get("errors", []):
        assert error.keys() == {"field", "problem", "fix"}
        assert all(isinstance(part, str) for part in error.values())
        assert error["field"]
        assert error["problem"]
        assert error["fix"]


@dataclass(frozen=True)
class BrokenBody:
    """A body that no route takes, and what the answer must say about it."""

    raw: str
    field: str = "body"
    status: int = 400
    base64_encoded: bool = False


BROKEN_BODIES = {
    "not JSON": BrokenBody("{n: 1}"),
    "cut off": BrokenBody('{"n": 1'),
    "two documents": BrokenBody("{} {}"),
    "NaN": BrokenBody('{"n": NaN}'),
    "infinity": BrokenBody('{"n": -Infinity}'),
    "a number past every float": BrokenBody('{"n": 1e999}'),
    "a list": BrokenBody("[]"),
    "a number": BrokenBody("1"),
    "null": BrokenBody("null"),
    "a key twice": BrokenBody('{"n": 1, "n": 2}', "n"),
    "a key twice, inside": BrokenBody('{"x": [{"y": 1, "y": 1}]}', "y"),
    "a raw control character": BrokenBody('{"n": "\x00"}'),
    "a byte order mark": BrokenBody("\ufeff{}"),
    "half a surrogate pair as a key": BrokenBody('{"\\ud800": 1}', "\ud800"),
    "a number without end": BrokenBody('{"n": ' + "9" * 5000 + "}"),
    "nesting past the limit": BrokenBody('{"x": ' + "[" * 60 + "]" * 60 + "}"),
    "nesting past the parser": BrokenBody("[" * 400_000),
    "objects past the parser": BrokenBody('{"x":' * 150_000),
    "base64 of no text": BrokenBody(base64.b64encode(b"\xff\xfe{}").decode(), base64_encoded=True),
    "no base64": BrokenBody("{}", base64_encoded=True),
    "base64 with foreign letters": BrokenBody("é===", base64_encoded=True),
    "a megabyte and more": BrokenBody('{"x": "' + "y" * 1_000_000 + '"}', status=413),
    "a megabyte of wide characters": BrokenBody('{"x": "' + "é" * 500_000 + '"}', status=413),
    "a megabyte as base64": BrokenBody(base64.b64encode(b" " * 1_000_001).decode(), status=413, base64_encoded=True),
    "ten megabytes as base64": BrokenBody("AAAA" * 2_500_000, status=413, base64_encoded=True),
}


def check_broken(handler: Handler, route: str, broken: BrokenBody, path: Mapping[str, str] | None = None) -> None:
    """Asserts that the route refuses the body and names what is wrong with it."""
    event = http_event(route, path=path, raw_body=broken.raw, base64_encoded=broken.base64_encoded)
    answer = ask(handler, event)
    check_problem(answer, broken.status, "too-large" if broken.status == 413 else "invalid-input")
    assert broken.field in answer.fields
    assert len(answer.body["detail"]) < 2000


ODD_IDS = [
    "0012",
    " ",
    "\t\n",
    "\x7f\x1b[31m",
    "🎷🎺",
    "a/b/../c",
    "%2F%",
    "ключ",
    "x" * 256,
    "'\"\\",
    "{catalog}",
]
"""Ids that are allowed and that something on the way might stumble over."""
