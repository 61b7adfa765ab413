"""The HTTP front on a real port: what functions are told of a request, and what clients are told of an answer."""

import base64
import contextlib
import http.client
import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from doublebill.edge.decode import MAX_BODY_BYTES
from doublebill_local.host.environments import Busy
from doublebill_local.host.front import Front
from doublebill_local.host.home import Home
from doublebill_local.host.template import read_template
from fronts import echoing, starting, talk
from processes import PATIENCE_SECONDS, until

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def connection(echo: Front) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", echo.server_address[1], timeout=PATIENCE_SECONDS)
    yield connection
    connection.close()


Told = tuple[int, dict[str, Any]]
Ask = Callable[..., Told]


@pytest.fixture
def ask(connection: http.client.HTTPConnection) -> Ask:
    """Status and JSON of a request, every time on the same connection."""

    def asked(method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Told:
        connection.request(method, path, body, JSON if headers is None else headers)
        answered = connection.getresponse()
        return answered.status, json.loads(answered.read())

    return asked


def test_a_request_becomes_an_event_of_payload_format_2(echo: Front, ask: Ask) -> None:
    headers = {"X-Twice": "one", "User-Agent": "tests", "Content-Type": "application/json"}
    _, event = ask("PUT", "/v1/things/a/parts/b?n=5&tag=x&tag=y&empty=&plus=1+1", '{"n": 1}', headers)
    context = event["requestContext"]
    assert event["version"] == "2.0"
    assert event["routeKey"] == context["routeKey"] == "PUT /v1/things/{thing}/parts/{part}"
    assert event["rawPath"] == "/v1/things/a/parts/b"
    assert event["rawQueryString"] == "n=5&tag=x&tag=y&empty=&plus=1+1"
    assert event["queryStringParameters"] == {"n": "5", "tag": "x,y", "empty": "", "plus": "1 1"}
    assert event["pathParameters"] == {"thing": "a", "part": "b"}
    assert (event["body"], event["isBase64Encoded"]) == ('{"n": 1}', False)
    assert event["headers"]["x-twice"] == "one"
    assert set(event["headers"]) == {name.lower() for name in event["headers"]}
    assert context["http"] == {
        "method": "PUT",
        "path": "/v1/things/a/parts/b",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "tests",
    }
    assert context["stage"] == "$default"
    assert context["domainName"] == f"127.0.0.1:{echo.server_address[1]}"
    assert context["timeEpoch"] > 1_700_000_000_000


def test_what_a_request_does_not_have_is_not_in_its_event(ask: Ask) -> None:
    _, event = ask("GET", "/v1/things")
    assert not {"body", "pathParameters", "queryStringParameters"} & event.keys()
    assert event["rawQueryString"] == ""


def test_headers_sent_twice_are_joined_with_a_comma(echo: Front) -> None:
    told = talk(echo, b"GET /v1/things HTTP/1.1\r\nHost: $HOST\r\nX-Tag: a\r\nx-tag: b\r\nConnection: close\r\n\r\n")
    assert json.loads(told.partition(b"\r\n\r\n")[2])["headers"]["x-tag"] == "a,b"


def test_a_body_that_is_no_text_comes_as_base64(ask: Ask) -> None:
    body = b'{"user_id": "\xff\x00"}'
    _, event = ask("POST", "/v1/things", body)
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


@pytest.mark.parametrize(
    ("segment", "thing"),
    [
        ("%F0%9F%8E%B8", "🎸"),
        ("a%2Fb", "a/b"),
        ("a%20b+c", "a b+c"),
        ("..", ".."),
        (".", "."),
        ("%3Fn%3D1%23", "?n=1#"),
        ("100%25", "100%"),
        ("%2525", "%25"),
        ("a;b=c,d:e@f", "a;b=c,d:e@f"),
    ],
)
def test_path_parameters_come_decoded_once(segment: str, thing: str, ask: Ask) -> None:
    status, event = ask("GET", f"/v1/things/{segment}")
    assert (status, event["pathParameters"]) == (200, {"thing": thing})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v1/nothing"),
        ("GET", "/v1/things/"),
        ("GET", "/v1/things//parts/b"),
        ("GET", "/v1/things/a/b"),
        ("GET", "/v1/thingsX"),
        ("DELETE", "/v1/things"),
        ("PATCH", "/v1/things"),
        ("OPTIONS", "/v1/things"),
    ],
)
def test_what_is_no_route_is_not_found_in_the_words_of_api_gateway(method: str, path: str, ask: Ask) -> None:
    assert ask(method, path) == (404, {"message": "Not Found"})


def test_one_connection_serves_many_requests_whatever_came_between(
    connection: http.client.HTTPConnection, ask: Ask
) -> None:
    assert ask("GET", "/v1/things")[0] == 200
    mine = connection.sock
    assert ask("POST", "/v1/nothing", "a body that nobody reads")[0] == 404
    assert ask("POST", "/v1/things", "raise")[0] == 500
    assert ask("POST", "/v1/things", "next")[1]["body"] == "next"
    assert connection.sock is mine


def test_a_function_that_raises_is_a_500_without_its_trace(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("POST", "/v1/things", "raise") == (500, {"message": "Internal Server Error"})
    assert "RuntimeError('the secret of the function')" in capsys.readouterr().err


def test_a_function_that_takes_too_long_is_given_up_as_api_gateway_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    with contextlib.closing(starting(echoing(tmp_path), answer_seconds=0.01)) as serving:
        front = next(serving)
        monkeypatch.setattr(front, "invoke", lambda *_: {"waited": released.wait(PATIENCE_SECONDS)})
        told = talk(front, b"GET /v1/things HTTP/1.1\r\nHost: $HOST\r\nConnection: close\r\n\r\n")
        released.set()
    assert told.startswith(b"HTTP/1.1 503 ")
    assert told.endswith(b'{"message": "Service Unavailable"}')


def test_bytes_are_sent_as_they_are(connection: http.client.HTTPConnection) -> None:
    connection.request("POST", "/v1/things", "picture", JSON)
    answered = connection.getresponse()
    assert (answered.read(), answered.headers["Content-Length"], answered.headers["ETag"]) == (b"\x89PNG", "4", "a")


def test_a_head_is_answered_without_a_body(connection: http.client.HTTPConnection, ask: Ask) -> None:
    for path, status in (("/v1/things/a", 200), ("/v1/things", 404)):
        connection.request("HEAD", path)
        answered = connection.getresponse()
        assert (answered.status, answered.read()) == (status, b"")
        assert int(answered.headers["Content-Length"]) > 0
    assert ask("GET", "/v1/things")[0] == 200


POST = "POST /v1/things HTTP/1.1\r\nHost: $HOST\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("told", ["x", "-1", "+1", "1.5", "0x10", "²", "5, 5"])
def test_a_length_that_is_no_number_is_refused_and_the_connection_closed(told: str, echo: Front) -> None:
    sent = f"{POST}Content-Length: {told}\r\n\r\nraise".encode("latin-1")
    check_refused(talk(echo, sent), 411, "Length Required")


@pytest.mark.parametrize("told", [str(MAX_BODY_BYTES + 1), "9" * 5000])
def test_a_body_past_the_limit_is_refused_before_it_is_read(told: str, echo: Front) -> None:
    head, _, body = talk(echo, f"{POST}Content-Length: {told}\r\n\r\n".encode()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"Connection: close" in head
    assert json.loads(body)["detail"] == "body: it has too many bytes; send at most 1000000"


def test_a_client_that_sends_ten_times_too_much_still_reads_why(echo: Front) -> None:
    client = http.client.HTTPConnection("127.0.0.1", echo.server_address[1], timeout=PATIENCE_SECONDS)
    with contextlib.closing(client):
        client.request("POST", "/v1/things", b"a" * (10 * MAX_BODY_BYTES), JSON)
        assert client.getresponse().status == 413


def test_a_body_that_does_not_arrive_in_time_is_given_up(tmp_path: Path) -> None:
    with contextlib.closing(starting(echoing(tmp_path), request_seconds=0.05)) as serving:
        front = next(serving)
        with socket.create_connection(front.server_address[:2], timeout=PATIENCE_SECONDS) as client:
            host = front.url.removeprefix("http://")
            client.sendall(f"{POST}Content-Length: 500\r\n\r\nhalf".replace("$HOST", host).encode())
            told = b"".join(iter(lambda: client.recv(65536), b""))
    assert told.startswith(b"HTTP/1.1 408 ")
    assert b"urn:doublebill:problem:too-slow" in told


def test_a_head_that_does_not_arrive_in_time_ends_the_connection(tmp_path: Path) -> None:
    with (
        contextlib.closing(starting(echoing(tmp_path), request_seconds=0.05)) as serving,
        socket.create_connection(next(serving).server_address[:2], timeout=PATIENCE_SECONDS) as client,
    ):
        client.sendall(b"GET /v1/things HTTP/1.1\r\nHost:")
        assert client.recv(65536) == b""


def test_connections_past_the_most_are_refused_and_later_ones_are_not(tmp_path: Path) -> None:
    with contextlib.closing(starting(echoing(tmp_path), most_connections=1)) as serving:
        front = next(serving)
        first = http.client.HTTPConnection("127.0.0.1", front.server_address[1], timeout=PATIENCE_SECONDS)
        with contextlib.closing(first):
            first.request("GET", "/v1/things")
            assert first.getresponse().read()
            told = talk(front, b"")
            assert told.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
            assert b"retry-after: 5\r\n" in told
            assert json.loads(told.partition(b"\r\n\r\n")[2])["type"] == "urn:doublebill:problem:busy"
        request = b"GET /v1/things HTTP/1.1\r\nHost: $HOST\r\nConnection: close\r\n\r\n"
        assert until(lambda: b"200 OK" in talk(front, request), "room for another connection")


def test_a_refused_client_that_sends_on_reads_the_refusal(tmp_path: Path) -> None:
    with contextlib.closing(starting(echoing(tmp_path), most_connections=0)) as serving:
        front = next(serving)
        with socket.create_connection(front.server_address[:2], timeout=PATIENCE_SECONDS) as client:
            assert client.recv(1, socket.MSG_PEEK)
            client.sendall(b"GET /v1/things HTTP/1.1\r\n")
            client.sendall(b"Connection: close\r\n\r\n")
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")


def test_refused_connections_are_closed_when_their_time_is_over_or_others_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doublebill_local.host.front.MOST_REFUSED", 1)
    with contextlib.closing(starting(echoing(tmp_path), most_connections=0)) as serving:
        front = next(serving)
        address = front.server_address[:2]
        with socket.create_connection(address) as oldest, socket.create_connection(address) as newest:
            for client in (oldest, newest):
                client.settimeout(PATIENCE_SECONDS)
                assert client.recv(65536)

            def closed(client: socket.socket) -> bool:
                """Whether the front answers what is sent with a reset: it sends none while its end is open."""
                try:
                    client.sendall(b"x")
                except ConnectionError:
                    return True
                return False

            assert until(lambda: closed(oldest), "the first refused connection closed")
            assert until(lambda: closed(newest), "the second refused connection closed")


def test_a_function_without_a_free_environment_says_when_to_come_back(
    echo: Front, connection: http.client.HTTPConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise Busy

    with monkeypatch.context() as patch:
        patch.setattr(echo, "invoke", busy)
        connection.request("GET", "/v1/things")
        refused = connection.getresponse()
        assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        assert json.loads(refused.read())["type"] == "urn:doublebill:problem:busy"


def test_a_body_in_chunks_is_refused(echo: Front) -> None:
    sent = f"{POST}Transfer-Encoding: chunked\r\n\r\n5\r\nraise\r\n0\r\n\r\n".encode()
    check_refused(talk(echo, sent), 411, "Length Required")


def check_refused(told: bytes, status: int, message: str) -> None:
    """One answer, which says that the connection is closed, and nothing of a second one."""
    head, _, body = told.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Connection: close" in head
    assert json.loads(body) == {"message": message}


def test_a_body_of_the_largest_size_is_read(ask: Ask) -> None:
    assert len(ask("POST", "/v1/things", "a" * MAX_BODY_BYTES)[1]["body"]) == MAX_BODY_BYTES


def test_a_post_without_a_length_has_no_body(echo: Front) -> None:
    told = talk(echo, b"POST /v1/things HTTP/1.1\r\nHost: $HOST\r\nConnection: close\r\n\r\n")
    assert "body" not in json.loads(told.partition(b"\r\n\r\n")[2])


def test_half_a_request_reaches_no_function(echo: Front) -> None:
    assert talk(echo, f"{POST}Content-Length: 500\r\n\r\nrai".encode()) == b""


def test_clients_that_go_away_leave_no_trace_and_the_others_alone(
    echo: Front, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    for sent in (b"", b"GET /v1/th", b"POST /v1/things HTTP/1.1\r\nContent-Length: 9\r\n\r\nraise"):
        with socket.create_connection(echo.server_address[:2]) as client:
            # closing sends a reset
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            client.sendall(sent)
    assert ask("GET", "/v1/things")[0] == 200
    assert "Traceback" not in capsys.readouterr().err


def at_once(front: Front, path: str, bodies: list[list[str]]) -> list[list[dict[str, Any]]]:
    """The answers to a POST of each body, each list sent by a client of its own, all beginning together."""
    gate = threading.Barrier(len(bodies))

    def work(mine: list[str]) -> list[dict[str, Any]]:
        client = http.client.HTTPConnection("127.0.0.1", front.server_address[1], timeout=PATIENCE_SECONDS)
        gate.wait(PATIENCE_SECONDS)
        with contextlib.closing(client):
            return [post(client, path, body) for body in mine]

    with ThreadPoolExecutor(len(bodies)) as clients:
        return list(clients.map(work, bodies))


def post(client: http.client.HTTPConnection, path: str, body: str) -> dict[str, Any]:
    client.request("POST", path, body, JSON)
    answer: dict[str, Any] = json.loads(client.getresponse().read())
    return answer


def test_eight_clients_at_once_get_their_own_answers(echo: Front) -> None:
    bodies = [[f"{client} {turn}" for turn in range(20)] for client in range(8)]
    answers = at_once(echo, "/v1/things", bodies)
    assert [[event["body"] for event in mine] for mine in answers] == bodies


@pytest.fixture
def hurried_threads() -> Iterator[None]:
    """Threads are switched as often as Python can, so that what they share is found out."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Front]:
    """A front with the functions of the template."""
    for name, value in Home(tmp_path).environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    yield from starting(read_template())


@pytest.mark.usefixtures("hurried_threads")
def test_the_functions_themselves_keep_eight_clients_apart(service: Front) -> None:
    seeds = [[f"{client} {turn}" for turn in range(40)] for client in range(8)]
    bodies = [[json.dumps({"seed": seed, "spec": {"width": 3, "height": 3}}) for seed in mine] for mine in seeds]
    answers = at_once(service, "/v1/games/maze", bodies)
    assert [[answer.get("items", [{}])[0].get("seed", answer) for answer in mine] for mine in answers] == seeds
