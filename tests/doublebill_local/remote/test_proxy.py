"""The signing proxy: it forwards the routes of the API, signed, to those who have the token of this start alone."""

import base64
import http.client
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from doublebill.client import Client, NotPermitted, Options, aws_signature, bearer
from doublebill.client.failures import problem_of
from doublebill_local.host.front import Front
from doublebill_local.host.home import Home
from doublebill_local.host.template import Function, Route, Template
from doublebill_local.remote.proxy import open_proxy, write_door
from doublebill_local.remote.signed_forwarding import RETURNED
from doublebill_local.remote.stack_api import StackApi
from fronts import serving, starting
from processes import PATIENCE_SECONDS

TOKEN = "of-this-start"
KEY_ID = "AKEXAMPLE"

STACK = """
import json

def handler(event, context):
    headers = {"Content-Type": "application/json", "ETag": '"1"', "Set-Cookie": "a=b", "X-Internal": "secret"}
    if event.get("rawQueryString") == "file":
        return {"statusCode": 200, "headers": headers, "body": "iVBORw==", "isBase64Encoded": True}
    return {"statusCode": 418, "headers": headers, "body": json.dumps(event)}
"""

ROUTES = [
    ("GET", "/v1/catalogs"),
    ("POST", "/v1/catalogs/{catalog}/events"),
    ("GET", "/v1/catalogs/{catalog}/items/{item_id}"),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Stands for the API of a stack, and answers with the event that it was given."""
    folder = tmp_path_factory.mktemp("stack")
    (folder / "app.py").write_text(STACK)
    function = Function("Stack", folder, "app", "handler", frozenset())
    yield from starting(Template({"Stack": function}, tuple(Route(*route, "Stack") for route in ROUTES), {}))


@pytest.fixture
def api(stack: Front, monkeypatch: pytest.MonkeyPatch) -> StackApi:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tested")
    return StackApi(stack.url, aws_signature("eu-west-1"))


@pytest.fixture
def proxy(api: StackApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    for name, value in Home(tmp_path).environment().items():
        monkeypatch.setenv(name, value)
    yield from serving(open_proxy(api, TOKEN, 0))


def ask(
    front: Front, method: str, path: str, headers: Mapping[str, str], body: str | None = None
) -> tuple[int, Mapping[str, str], bytes]:
    """Returns status, headers and body of the answer to one request."""
    connection = http.client.HTTPConnection(front.url.removeprefix("http://"), timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, path, body and body.encode(), dict(headers))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


BEARER = {"Authorization": f"Bearer {TOKEN}"}


def test_a_call_reaches_the_stack_signed_and_as_it_was(proxy: Front) -> None:
    headers = {**BEARER, "If-None-Match": '"1"', "Cookie": "private=1", "X-Other": "of the browser"}
    status, _, body = ask(proxy, "GET", "/v1/catalogs/films/items/a%2Fb%20%7Bc%7D?fields=year%2Cplot", headers)
    assert status == 418, "an answer of the stack, whatever it is"
    event = json.loads(body)
    assert event["pathParameters"] == {"catalog": "films", "item_id": "a/b {c}"}
    assert event["rawQueryString"] == "fields=year%2Cplot"
    assert event["headers"]["authorization"].startswith(f"AWS4-HMAC-SHA256 Credential={KEY_ID}/")
    assert "/eu-west-1/execute-api/aws4_request" in event["headers"]["authorization"]
    assert event["headers"]["if-none-match"] == '"1"'
    assert not {"cookie", "x-other", "origin"} & event["headers"].keys()
    assert TOKEN not in body.decode()


def test_a_body_reaches_the_stack_byte_by_byte(proxy: Front) -> None:
    sent = '{"events": [ {"user_id": "Zoë"} ]}'
    headers = {**BEARER, "Content-Type": "application/json"}
    event = json.loads(ask(proxy, "POST", "/v1/catalogs/films/events", headers, sent)[2])
    assert (event["body"], event["headers"]["content-type"]) == (sent, "application/json")


def test_files_come_back_whole_with_the_headers_of_the_api_alone(proxy: Front) -> None:
    status, headers, body = ask(proxy, "GET", "/v1/catalogs?file", BEARER)
    assert (status, body, headers["etag"]) == (200, base64.b64decode("iVBORw=="), '"1"')
    assert headers.keys() - {"server", "date", "content-length"} <= set(RETURNED)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer of-another-start"}, {"Authorization": TOKEN}, {"Cookie": f"token={TOKEN}"}],
)
def test_a_call_without_the_token_of_this_start_goes_nowhere(proxy: Front, headers: dict[str, str]) -> None:
    status, _, body = ask(proxy, "GET", "/v1/catalogs", headers)
    refused = problem_of(status, body)
    assert (status, refused.kind) == (401, "unauthorized")
    assert "open the address that `doublebill up` printed" in refused.detail


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Host": "evil.example"}, "foreign-host"),
        ({"Host": "evil.example:$PORT"}, "foreign-host"),
        ({"Origin": "https://evil.example"}, "foreign-origin"),
        ({"Sec-Fetch-Site": "cross-site"}, "foreign-origin"),
    ],
)
def test_a_foreign_page_is_refused_even_with_the_token(proxy: Front, headers: dict[str, str], kind: str) -> None:
    port = proxy.url.rpartition(":")[2]
    sent = BEARER | {name: value.replace("$PORT", port) for name, value in headers.items()}
    for path in ("/v1/catalogs", "/"):
        status, _, body = ask(proxy, "GET", path, sent)
        assert (status, problem_of(status, body).kind) == (403, kind)


@pytest.mark.parametrize("path", ["/v1/secrets", "/v2/catalogs", "/v1/catalogs/films/items/a/b"])
def test_what_is_no_route_of_the_api_is_not_forwarded(proxy: Front, path: str) -> None:
    assert ask(proxy, "GET", path, BEARER)[0] == 404


def test_a_path_that_would_climb_is_refused(proxy: Front) -> None:
    status, _, body = ask(proxy, "GET", "/v1/catalogs/films/items/%2E%2E", BEARER)
    assert (status, problem_of(status, body).kind) == (400, "invalid-input")


def test_the_page_comes_from_this_machine_without_a_token(proxy: Front) -> None:
    status, headers, page = ask(proxy, "GET", "/", {})
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"doublebill" in page
    assert "connect-src 'self'" in headers["content-security-policy"]
    assert ask(proxy, "GET", "/playground/main.js", {})[0] == 200


def test_the_client_of_apps_passes_through_with_the_token(proxy: Front) -> None:
    with Client(proxy.url, Options(signer=bearer("another"))) as client, pytest.raises(NotPermitted):
        client.catalogs()


def test_a_stack_that_does_not_answer_is_a_problem_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: StackApi
) -> None:
    for name, value in Home(tmp_path).environment().items():
        monkeypatch.setenv(name, value)
    nowhere = StackApi("http://127.0.0.1:1", api.signer)
    for front in serving(open_proxy(nowhere, TOKEN, 0)):
        status, _, body = ask(front, "GET", "/v1/catalogs", BEARER)
    assert (status, problem_of(status, body).kind) == (502, "stack-unreachable")
    assert "check the network" in problem_of(status, body).detail


def test_the_page_that_leads_to_the_address_can_be_read_by_this_account_alone(tmp_path: Path) -> None:
    door = write_door(tmp_path, f"http://127.0.0.1:1/#token={TOKEN}")
    assert door.stat().st_mode & 0o777 == 0o600
    assert f"url=http://127.0.0.1:1/#token={TOKEN}" in door.read_text()
    assert TOKEN not in door.as_uri()
