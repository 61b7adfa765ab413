"""Requests that a foreign web page may have sent, as raw bytes on a real port: which are answered, which refused."""

import json
from email.message import Message

import pytest

from doublebill_local.host.foreign import OwnAddress
from doublebill_local.host.front import Front
from fronts import talk
from http_events import Answer, check_problem

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW")
TARGETS = ("/v1/things", "/v1/things/a/parts/b", "/v1/nothing")
JSON_TYPE = "Content-Type: application/json"

OWN_HOSTS = [
    "127.0.0.1:$PORT",
    "localhost:$PORT",
    "[::1]:$PORT",
    "LOCALHOST:$PORT",
    "LocalHost:$PORT",
    " 127.0.0.1:$PORT\t",
]

FOREIGN_HOSTS = [
    "",
    "evil.example",
    "evil.example:$PORT",
    "127.0.0.1",
    "localhost",
    "[::1]",
    "localhost:",
    "localhost:1",
    "localhost:0$PORT",
    "localhost:$PORT0",
    "localhost.:$PORT",
    "127.0.0.1.:$PORT",
    "localhost:$PORT.evil.example",
    "localhost.evil.example:$PORT",
    "localhost:$PORT@evil.example",
    "reader@localhost:$PORT",
    "localhost:$PORT, evil.example",
    "localhost:$PORT/",
    "http://localhost:$PORT",
    "127.1:$PORT",
    "0.0.0.0:$PORT",
    "2130706433:$PORT",
    "::1:$PORT",
    "[0:0:0:0:0:0:0:1]:$PORT",
    "[::ffff:127.0.0.1]:$PORT",
    "loc\xe4lhost:$PORT",
    "localhost:$PORT\r\n evil.example",
]

OWN_ORIGINS = ["http://127.0.0.1:$PORT", "http://localhost:$PORT", "http://[::1]:$PORT", "HTTP://LOCALHOST:$PORT"]

FOREIGN_ORIGINS = [
    "",
    "null",
    "https://evil.example",
    "http://evil.example:$PORT",
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:$PORT",
    "http://localhost.:$PORT",
    "http://localhost:$PORT.evil.example",
    "http://localhost:$PORT@evil.example",
    "http://localhost:$PORT/",
    "http://localhost:$PORT https://evil.example",
    "localhost:$PORT",
    "file://",
    "chrome-extension://abcdefgh",
]


def request(first: str, *headers: str, body: str = "") -> bytes:
    """The bytes of a request whose connection ends with it; a body brings its length along."""
    length = [f"Content-Length: {len(body.encode())}"] if body else []
    return "\r\n".join([f"{first} HTTP/1.1", *headers, *length, "Connection: close", "", body]).encode("latin-1")


def answer(front: Front, sent: bytes) -> Answer:
    """The one answer to these bytes."""
    head, _, body = talk(front, sent).partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    lowered = {name.lower(): value for name, value in headers.items()}
    return Answer(int(status.split()[1]), lowered, json.loads(body) if body else {})


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_its_own_names_are_answered(host: str, echo: Front) -> None:
    assert answer(echo, request("GET /v1/things", f"Host: {host}")).status == 200
    sent = request("POST /v1/things", f"Host: {host}", JSON_TYPE, body="{}")
    assert answer(echo, sent).body["body"] == "{}"


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_other_names_and_ports_are_refused_by_every_route(host: str, echo: Front) -> None:
    for method in METHODS:
        for target in TARGETS:
            refused = answer(echo, request(f"{method} {target}", f"Host: {host}"))
            if method == "HEAD":
                assert (refused.status, refused.body) == (403, {})
            else:
                check_problem(refused, 403, "foreign-host")


def test_the_refusal_of_a_host_says_which_address_to_use(echo: Front) -> None:
    refused = answer(echo, request("GET /v1/things", "Host: evil.example"))
    assert echo.url in refused.body["detail"]


@pytest.mark.parametrize(
    "hosts", [[], ["Host: $HOST", "Host: $HOST"], ["Host: $HOST", "host: evil.example"], ["Host : $HOST"]]
)
def test_a_request_without_one_host_is_malformed(hosts: list[str], echo: Front) -> None:
    check_problem(answer(echo, request("GET /v1/things", *hosts)), 400, "host-missing")
    received = talk(
        echo, request("POST /v1/things", *hosts, JSON_TYPE, body="GET /v1/things HTTP/1.1\r\nHost: $HOST\r\n\r\n")
    )
    assert received.count(b"HTTP/1.1 ") == received.count(b"Connection: close") == 1


def test_an_old_client_without_a_host_is_refused(echo: Front) -> None:
    assert talk(echo, b"GET /v1/things HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert b"host-missing" in talk(echo, b"GET /v1/things\r\n\r\n")


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("http://$HOST/v1/things", 200),
        ("HTTP://localhost:$PORT/v1/things?n=1", 200),
        ("http://evil.example/v1/things", 403),
        ("http://evil.example:$PORT/v1/things", 403),
        ("http://reader@$HOST/v1/things", 403),
        ("http://$HOST@evil.example/v1/things", 403),
        ("https://$HOST/v1/things", 403),
        ("http:$HOST/v1/things", 403),
        ("http://[", 403),
        ("$HOST", 403),
        ("v1/things", 403),
        ("//evil.example/v1/things", 404),
        ("/http://evil.example/v1/things", 404),
    ],
)
def test_a_target_that_is_a_whole_url_must_lead_here_too(target: str, status: int, echo: Front) -> None:
    assert answer(echo, request(f"GET {target}", "Host: $HOST")).status == status


def test_an_own_target_does_not_make_up_for_a_foreign_host(echo: Front) -> None:
    check_problem(answer(echo, request("GET http://$HOST/v1/things", "Host: evil.example")), 403, "foreign-host")


@pytest.mark.parametrize("origin", OWN_ORIGINS)
def test_its_own_pages_may_write(origin: str, echo: Front) -> None:
    sent = request(
        "POST /v1/things", "Host: $HOST", JSON_TYPE, f"Origin: {origin}", "Sec-Fetch-Site: same-origin", body="{}"
    )
    assert answer(echo, sent).status == 200


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_foreign_origin_is_refused_with_and_without_a_body(origin: str, echo: Front) -> None:
    for method in METHODS:
        for body in ("", "{}"):
            sent = request(f"{method} /v1/things/a", "Host: $HOST", JSON_TYPE, f"Origin: {origin}", body=body)
            refused = answer(echo, sent)
            assert refused.status == 403
            assert method == "HEAD" or refused.body["type"].endswith(":foreign-origin")


def test_an_own_origin_beside_a_foreign_one_is_refused(echo: Front) -> None:
    origins = ["Origin: http://$HOST", "Origin: https://evil.example"]
    check_problem(answer(echo, request("DELETE /v1/things/a", "Host: $HOST", *origins)), 403, "foreign-origin")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "Cross-Site", "", "else"])
def test_a_browser_that_names_another_site_is_refused(site: str, echo: Front) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        for mode in ([], ["Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"], ["Sec-Fetch-Mode: navigate"]):
            sent = request(f"{method} /v1/things/a", "Host: $HOST", f"Sec-Fetch-Site: {site}", *mode)
            check_problem(answer(echo, sent), 403, "foreign-origin")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "same-origin"])
def test_a_link_on_a_foreign_page_may_lead_here_but_no_frame_or_form(site: str, echo: Front) -> None:
    foreign = site in ("cross-site", "same-site")
    for method, destination, status in (
        ("GET", "document", 200),
        ("GET", "iframe", 403 if foreign else 200),
        ("DELETE", "document", 403 if foreign else 200),
    ):
        fetch = [f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: navigate", f"Sec-Fetch-Dest: {destination}"]
        assert answer(echo, request(f"{method} /v1/things/a", "Host: $HOST", *fetch)).status == status


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "APPLICATION/JSON",
        "  application/json\t",
        "application/json;charset=utf-8",
        'Application/Json ; Charset = "UTF-8"',
    ],
)
def test_a_body_of_json_is_taken_however_it_is_spelled(content_type: str, echo: Front) -> None:
    sent = request("POST /v1/things", "Host: $HOST", f"Content-Type: {content_type}", body="{}")
    assert answer(echo, sent).body["body"] == "{}"


@pytest.mark.parametrize(
    "content_types",
    [
        [],
        [""],
        ["text/plain"],
        ["text/plain;charset=UTF-8"],
        ["application/x-www-form-urlencoded"],
        ["multipart/form-data; boundary=x"],
        ["application/jsonp"],
        ["application/json2"],
        ["application/json/"],
        ["application/problem+json"],
        ["text/json"],
        ["json"],
        ["text/plain; application/json"],
        ["text/plain, application/json"],
        ["application/json, text/plain"],
        ["application/json; text/plain"],
        ["application/json;"],
        ["application/json; charset=latin-1"],
        ["application/json; boundary=x"],
        ["application/json", "application/json"],
        ["application/json", "text/plain"],
        ["text/plain", "application/json"],
        ["application/\r\n json"],
    ],
)
def test_a_body_of_anything_else_is_refused(content_types: list[str], echo: Front) -> None:
    headers = [f"Content-Type: {content_type}" for content_type in content_types]
    for method in ("GET", "POST", "PUT", "DELETE"):
        refused = answer(echo, request(f"{method} /v1/things/a", "Host: $HOST", *headers, body="{}"))
        check_problem(refused, 415, "unsupported-media-type")
        assert "application/json" in refused.body["detail"]


def test_an_empty_form_is_refused_and_an_empty_body_without_a_type_is_taken(echo: Front) -> None:
    form = "Content-Type: application/x-www-form-urlencoded"
    sent = request("POST /v1/things", "Host: $HOST", form, "Content-Length: 0")
    check_problem(answer(echo, sent), 415, "unsupported-media-type")
    assert answer(echo, request("POST /v1/things", "Host: $HOST", "Content-Length: 0")).status == 200
    assert answer(echo, request("DELETE /v1/things/a", "Host: $HOST")).status == 200
    assert answer(echo, request("GET /v1/things", "Host: $HOST", form)).status == 200


@pytest.mark.parametrize(
    ("headers", "slug"),
    [
        (["Host: evil.example", JSON_TYPE], "foreign-host"),
        (["Host: $HOST", JSON_TYPE, "Origin: null"], "foreign-origin"),
        (["Host: $HOST", "Content-Type: text/plain"], "unsupported-media-type"),
    ],
)
def test_a_body_that_cannot_be_read_makes_no_difference(headers: list[str], slug: str, echo: Front) -> None:
    for length in ("Transfer-Encoding: chunked", "Content-Length: many", f"Content-Length: {'9' * 30}"):
        sent = "\r\n".join(["POST /v1/things HTTP/1.1", *headers, length, "", "2\r\n{}\r\n0\r\n\r\n"]).encode()
        received = talk(echo, sent)
        assert received.count(b"HTTP/1.1 ") == 1
        assert f":{slug}".encode() in received
        assert b"Connection: close" in received


def test_a_request_of_two_lengths_is_refused(echo: Front) -> None:
    sent = request(
        "POST /v1/things", "Host: $HOST", JSON_TYPE, "Content-Length: 0", body="GET /v1/things HTTP/1.1\r\n\r\n"
    )
    assert answer(echo, sent).status == 411


def test_after_a_refusal_the_connection_serves_the_next_request(echo: Front) -> None:
    refused = b"POST /v1/things HTTP/1.1\r\nHost: $HOST\r\nOrigin: null\r\nContent-Length: 5\r\n\r\n12345"
    received = talk(echo, refused + request("GET /v1/things", "Host: $HOST"))
    assert received.count(b"HTTP/1.1 403 ") == 1
    assert received.count(b"HTTP/1.1 200 ") == 1


def test_only_on_port_80_the_port_may_be_left_out() -> None:
    for port, host, refused in (
        (80, "localhost", False),
        (80, "[::1]:80", False),
        (80, "localhost:8080", True),
        (8080, "localhost", True),
    ):
        headers = Message()
        headers["Host"] = host
        headers["Origin"] = f"http://{host}"
        refusal = OwnAddress(port).refusal("POST", "/", headers, has_body=False)
        assert (refusal is not None) == refused, (port, host)
