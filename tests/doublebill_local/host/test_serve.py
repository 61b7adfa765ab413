"""`doublebill up` as what it is: a process that serves one folder, until it is told to stop or killed."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from doublebill_local.host.home import Home
from doublebill_local.host.template import read_template
from processes import PATIENCE_SECONDS, until
from trainings import logged

Answer = dict[str, Any]


class Service:
    """A running `doublebill up`, in a process group of its own."""

    def __init__(self, home: Path) -> None:
        home.mkdir(exist_ok=True)
        self.log = home / "told.log"
        command = [sys.executable, "-m", "doublebill_local", "up", "--port", "0", "--home", str(home)]
        with self.log.open("wb") as told:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=told, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            self.address = urlsplit(until(self._url, "the URL of the service")).netloc
        except BaseException:  # however it ends, no process stays
            self.kill()
            raise

    def _url(self) -> str | None:
        assert self.process.poll() is None, self.log.read_text()
        found = re.search(r"doublebill is up at (\S+), state in ", self.log.read_text())
        return found[1] if found else None

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Answer]:
        """Status and JSON of one request on a connection of its own, sent as JSON unless `headers` say otherwise."""
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE_SECONDS)
        try:
            sent = {"Content-Type": "application/json"} | dict(headers or {})
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            answered = connection.getresponse()
            return answered.status, json.loads(answered.read())
        finally:
            connection.close()

    def fetch(self, path: str) -> tuple[int, bytes]:
        """Status and bytes of one request."""
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            answered = connection.getresponse()
            return answered.status, answered.read()
        finally:
            connection.close()

    def train(self, catalog: str) -> Answer:
        """Trains a catalog and gives the record of the run that succeeded."""
        status, started = self.call("POST", f"/v1/catalogs/{catalog}/trainings", {})
        assert status == 202, started
        path = f"/v1/catalogs/{catalog}/trainings/{started['training_id']}"
        return until(lambda: self._ended(path), "the end of the training")

    def _ended(self, path: str) -> Answer | None:
        status, record = self.call("GET", path)
        assert status == 200, record
        if record["state"] in ("queued", "running"):
            return None
        assert record["state"] == "succeeded", record
        return record

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal and gives the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """Ends it and everything it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)

    def check_nothing_is_left(self) -> None:
        """Asserts that neither the service nor any process that it started is there any more."""
        with pytest.raises(ProcessLookupError):
            os.killpg(self.process.pid, 0)


@contextlib.contextmanager
def serving(home: Path) -> Iterator[Service]:
    service = Service(home)
    try:
        yield service
    finally:
        service.kill()


def events_of_the_world() -> list[dict[str, object]]:
    """Even users play even items, odd users odd ones, each leaving out one of them."""
    return [
        {"user_id": f"user-{user}", "item_id": f"item-{item}", "kind": "play", "timestamp": 1_700_000_000 + item}
        for user in range(20)
        for item in range(user % 2, 12, 2)
        if item // 2 != user // 2 % 6
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("a home #1 with 100% of the state")


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Service]:
    """A service with a trained catalog `tiny`."""
    with serving(home) as service:
        items = [{"item_id": f"item-{item}", "title": f"Title {item}"} for item in range(12)]
        assert service.call("PUT", "/v1/catalogs/tiny/items", {"items": items})[0] == 200
        assert service.call("POST", "/v1/catalogs/tiny/events", {"events": events_of_the_world()})[0] == 202
        service.train("tiny")
        yield service


def test_every_route_of_the_template_answers_over_http(service: Service) -> None:
    called = set()

    def call(route: str, body: object = None, query: str = "", status: int = 200, **path: str) -> Answer:
        method, _, pattern = route.partition(" ")
        called.add(route)
        filled = pattern.format(**{name: quote(value, safe="") for name, value in path.items()})
        answered, content = service.call(method, filled + query, body)
        assert answered == status, (route, content)
        return content

    tiny = "tiny"
    events = [{"user_id": "alex", "item_id": "item-2", "kind": "play"}]
    assert call("GET /v1/health") == {"status": "ok"}
    stored = call("PUT /v1/catalogs/{catalog}/items", {"items": [{"item_id": "item-0", "title": "Zero"}]}, catalog=tiny)
    assert stored == {"catalog": tiny, "stored": 1}
    cleared = {"items": [{"item_id": "item-0", "title": None}]}
    assert call("PATCH /v1/catalogs/{catalog}/items", cleared, catalog=tiny)["stored"] == 1
    item = {"catalog": tiny, "item_id": "item-0"}
    assert "title" not in call("GET /v1/catalogs/{catalog}/items/{item_id}", **item)
    found = call("POST /v1/catalogs/{catalog}/items/lookups", {"item_ids": ["item-1"]}, catalog=tiny)
    assert found["items"][0]["title"] == "Title 1"
    call("PUT /v1/catalogs/{catalog}/items", {"items": [{"item_id": "gone"}]}, catalog=tiny)
    assert call("DELETE /v1/catalogs/{catalog}/items/{item_id}", catalog=tiny, item_id="gone")["removed"]
    settings = call("PUT /v1/catalogs/{catalog}/settings", {"exclude_seen": True}, catalog=tiny)
    assert call("GET /v1/catalogs/{catalog}/settings", catalog=tiny) == settings
    accepted = call("POST /v1/catalogs/{catalog}/events", {"events": events}, status=202, catalog=tiny)
    assert accepted == {"accepted": 1, "rejected": [], "unknown_items": 0}
    run = call("POST /v1/catalogs/{catalog}/trainings", {"force": True}, status=202, catalog=tiny)["training_id"]
    record = "GET /v1/catalogs/{catalog}/trainings/{training_id}"
    until(lambda: call(record, catalog=tiny, training_id=run)["state"] == "succeeded", "the end of the training")
    assert call("GET /v1/catalogs/{catalog}/trainings", query="?n=1", catalog=tiny)["runs"][0]["run"] == run
    listed = call("GET /v1/catalogs/{catalog}/models", catalog=tiny)
    version = listed["champion"]
    assert version in [model["version"] for model in listed["models"]]
    assert call("GET /v1/catalogs/{catalog}/models/{version}", catalog=tiny, version=version)["champion"]
    promoted = call("PUT /v1/catalogs/{catalog}/champion", {"version": version}, catalog=tiny)
    assert promoted["version"] == version
    overview = call("GET /v1/catalogs")["catalogs"]
    assert {one["catalog"]: one["champion"] for one in overview}[tiny] == version

    listed_imports = call("GET /v1/catalogs/{catalog}/imports", catalog=tiny)
    assert (listed_imports["imports"], listed_imports["skipped"]) == ([], [])
    missing = {"catalog": tiny, "import_id": "0" * 32}
    assert call("GET /v1/catalogs/{catalog}/imports/{import_id}", status=404, **missing)["status"] == 404
    assert call("DELETE /v1/catalogs/{catalog}/imports/{import_id}", status=404, **missing)["status"] == 404
    of_alex = call("GET /v1/catalogs/{catalog}/users/{user_id}/history", catalog=tiny, user_id="alex")
    assert [one["item_id"] for one in of_alex["items"]] == ["item-2"]
    exported = call("GET /v1/catalogs/{catalog}/users/{user_id}", catalog=tiny, user_id="alex")
    assert call("POST /v1/catalogs/{catalog}/exports", {"user_id": "alex"}, catalog=tiny).keys() == exported.keys()
    erased = call("DELETE /v1/catalogs/{catalog}/users/{user_id}", status=202, catalog=tiny, user_id="nobody")
    call("POST /v1/catalogs/{catalog}/erasures", {"user_ids": ["nobody else"]}, status=202, catalog=tiny)
    assert len(call("GET /v1/catalogs/{catalog}/erasures", catalog=tiny)["erasures"]) == 2
    place = {"catalog": tiny, "erasure_id": str(erased["erasure_id"])}
    assert call("GET /v1/catalogs/{catalog}/erasures/{erasure_id}", **place)["state"] == "sweeping"
    call("PUT /v1/catalogs/{catalog}/items", {"items": [{"item_id": "only"}]}, catalog="short-lived")
    call("DELETE /v1/catalogs/{catalog}", catalog="short-lived")
    assert "short-lived" not in {one["catalog"] for one in call("GET /v1/catalogs")["catalogs"]}

    asked = {"history": ["item-4"], "n": 3, "explain": True}
    recommended = call("POST /v1/catalogs/{catalog}/recommendations", asked, catalog=tiny)
    assert recommended["model_version"]
    assert len(recommended["recommendations"]) == 3
    by_name = call("POST /v1/catalogs/{catalog}/models/{version}/recommendations", asked, catalog=tiny, version=version)
    assert by_name["recommendations"] == recommended["recommendations"]
    known = call(
        "GET /v1/catalogs/{catalog}/users/{user_id}/recommendations", query="?n=2", catalog=tiny, user_id="alex"
    )
    assert known["cold"] is False
    similar = call(
        "GET /v1/catalogs/{catalog}/items/{item_id}/neighbours", query="?n=2", catalog=tiny, item_id="item-2"
    )
    assert all(int(one["item_id"].removeprefix("item-")) % 2 == 0 for one in similar["neighbours"])
    found = call("GET /v1/catalogs/{catalog}/search", query="?q=titel+3", catalog=tiny)
    assert "Title 3" in [one["title"] for one in found["items"]]
    assert len(call("GET /v1/catalogs/{catalog}/popular", query="?n=3", catalog=tiny)["popular"]) == 3
    assert len(call("GET /v1/catalogs/{catalog}/trending", query="?n=3", catalog=tiny)["trending"]) == 3
    drawn = call("GET /v1/catalogs/{catalog}/map", query="?n=4&fields=title", catalog=tiny)["items"]
    assert len({(one["x"], one["y"]) for one in drawn}) == 4
    ranking = {"history": ["item-4"], "items": ["item-1", "item-2"]}
    ranked = call("POST /v1/catalogs/{catalog}/rankings", ranking, catalog=tiny)["recommendations"]
    assert [one["item_id"] for one in ranked] == ["item-2", "item-1"]
    rows = call("GET /v1/catalogs/{catalog}/users/{user_id}/rows", catalog=tiny, user_id="alex")["rows"]
    assert [row["source"]["item_id"] for row in rows] == ["item-2"]
    merging = "POST /v1/catalogs/{catalog}/users/{user_id}/merge"
    assert call(merging, {"from": "alex"}, catalog=tiny, user_id="blake")["merged"] == 1
    assert call(f"{merging[:-5]}unmerge", {"from": "alex"}, catalog=tiny, user_id="blake")["cancelled"]
    assert call(merging, {"from": "alex"}, catalog=tiny, user_id="blake")["merged"] == 1
    batch = call("POST /v1/catalogs/{catalog}/batches", {"user_ids": ["blake", "nobody"]}, status=202, catalog=tiny)
    of_batch = {"catalog": tiny, "batch_id": batch["batch_id"]}
    shown = "GET /v1/catalogs/{catalog}/batches/{batch_id}"
    until(lambda: call(shown, **of_batch)["state"] == "succeeded", "the end of the batch")
    assert [one["cold"] for one in call(shown, query="?part=0", **of_batch)["results"]] == [False, True]
    challenger = "PUT /v1/catalogs/{catalog}/challenger"
    assert call(challenger, {"version": version, "share": 0.5}, status=422, catalog=tiny)["errors"]
    assert call("DELETE /v1/catalogs/{catalog}/challenger", catalog=tiny)["challenger"] is None
    until(lambda: "owner" in {one["caller"] for one in call("GET /v1/usage")["usage"]}, "the counts")
    assert call("GET /v1/openapi.json")["openapi"] == "3.1.0"
    games = call("GET /v1/games")
    for kind in games["kinds"]:
        level = call("POST /v1/games/{kind}", {"seed": 7}, kind=kind["name"])["items"][0]
        assert len(level["certificate"]["moves"]) == level["certificate"]["length"]
    proved = call("POST /v1/games/{kind}/proofs", {"grid": level["grid"]}, kind=kind["name"])
    assert proved["playable"]
    assert call("GET /v1/games/{kind}", query="?seed=7&format=text", status=400, kind="maze")["errors"]
    status, picture = service.fetch("/v1/games/maze?seed=7&format=png")
    assert (status, picture[:4]) == (200, b"\x89PNG")
    many = call("POST /v1/games/{kind}/batches", {"seed": 7, "count": 101}, status=202, kind="names")
    of_many = {"kind": "names", "batch_id": many["batch_id"]}
    made = "GET /v1/games/{kind}/batches/{batch_id}"
    until(lambda: call(made, **of_many)["state"] == "succeeded", "the end of the batch of names")
    assert len(call(made, query="?part=0", **of_many)["items"]) == 101
    for kind in games["texts"]:
        spec = {"facts": {"ogre": 3}} if kind["name"] == "quests" else {}
        assert call("POST /v1/games/{kind}", {"seed": 7, "spec": spec}, kind=kind["name"])["items"][0]["text"]
    sent = {"corpus": "elves", "examples": ["Aldra", "Belwen", "Cormir"]}
    assert call("POST /v1/games/{kind}/corpora", sent, status=202, kind="names")["state"] == "training"
    kept = "GET /v1/games/{kind}/corpora/{corpus}"
    until(lambda: call(kept, kind="names", corpus="elves")["state"] == "ready", "the end of learning")
    assert call("POST /v1/games/{kind}", {"corpus": "elves"}, kind="names")["corpus"] == "elves"

    status, page = service.fetch("/")
    assert (status, page[:15]) == (200, b"<!doctype html>")
    assert called == {f"{route.method} {route.path}" for route in read_template().routes if not route.public}


def test_an_event_is_in_the_next_answer(service: Service) -> None:
    path = "/v1/catalogs/tiny/users/new%20listener/recommendations?n=5&explain=true"
    _, before = service.call("GET", path)
    event = {"user_id": "new listener", "item_id": "item-3", "kind": "play"}
    assert service.call("POST", "/v1/catalogs/tiny/events", {"events": [event]})[0] == 202
    _, after = service.call("GET", path)
    assert before["cold"]
    assert not after["cold"]
    assert {part["item_id"] for one in after["recommendations"] for part in one.get("contributions", [])} == {"item-3"}


def test_a_wrong_body_is_refused_with_a_problem_that_names_the_field(service: Service) -> None:
    status, told = service.call("POST", "/v1/catalogs/tiny/recommendations", {"history": ["item-1"], "n": 0})
    assert (status, told["status"], told["errors"][0]["field"]) == (400, 400, "n")


def test_ids_of_any_characters_find_their_way_through_the_path(service: Service) -> None:
    ids = ["🎸/é?#%", "..", "a b+c", "%2F"]
    for item_id in ids:
        event = {"user_id": item_id, "item_id": item_id, "kind": "play"}
        assert service.call("POST", "/v1/catalogs/tiny/events", {"events": [event]})[0] == 202
    for user_id in ids:
        path = f"/v1/catalogs/tiny/users/{quote(user_id, safe='')}/recommendations"
        assert service.call("GET", path)[1]["unknown_items"] == [user_id]


FOREIGN = [
    {"Host": "evil.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://evil.example", "Content-Type": "text/plain"},
    {"Origin": "null", "Content-Type": "application/x-www-form-urlencoded"},
    {"Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"},
]


def test_a_foreign_web_page_changes_nothing(service: Service, home: Path) -> None:
    events = [{"user_id": "casey", "item_id": "item-2", "kind": "play"}]
    history = "/v1/catalogs/tiny/users/casey/recommendations?explain=true"

    def state() -> tuple[object, list[str]]:
        return service.call("GET", history)[1]["recommendations"], list(Home(home).objects().keys("runs/tiny/"))

    assert service.call("POST", "/v1/catalogs/tiny/events", {"events": events})[0] == 202
    before = state()
    for headers in FOREIGN:
        for path, body in (
            ("events", {"events": [{"user_id": "casey", "item_id": "item-3", "kind": "play"}]}),
            ("users/blake/merge", {"from": "casey"}),
            ("trainings", {}),
        ):
            assert service.call("POST", f"/v1/catalogs/tiny/{path}", body, headers)[0] == 403
        version = service.call("GET", "/v1/catalogs/tiny/models")[1]["champion"]
        assert service.call("PUT", "/v1/catalogs/tiny/champion", {"version": version}, headers)[0] == 403
    assert state() == before


def test_every_route_refuses_another_host_and_a_foreign_page(service: Service) -> None:
    for route in read_template().routes:
        path = re.sub(r"\{\w+\}", "tiny", route.path)
        for headers, kind in (({"Host": "evil.example"}, "host"), ({"Origin": "https://evil.example"}, "origin")):
            status, problem = service.call(route.method, path, None, headers)
            assert (status, problem["type"]) == (403, f"urn:doublebill:problem:foreign-{kind}"), route


def test_what_it_prints_never_names_a_user_or_an_item(service: Service) -> None:
    path = "/v1/catalogs/tiny/users/somebody-who-counts/recommendations?exclude=item-5"
    assert service.call("GET", path)[0] == 200
    told = until(lambda: _lines_of(service.log, "/users/{user_id}/recommendations"), "the line of the request")
    assert "somebody-who-counts" not in told
    assert "item-5" not in told


def _lines_of(log: Path, route: str) -> str | None:
    text = log.read_text()
    return text if route in text else None


def test_the_folder_holds_nothing_under_a_user_id(service: Service, home: Path) -> None:
    files = [path for path in home.rglob("*") if path.is_file()]
    assert (home / "pseudonym.key") in files
    assert (home / "histories.sqlite") in files
    assert not [path for path in files if b"user-7" in path.read_bytes() or "user-7" in path.name]


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.at_length)])
def test_a_signal_ends_it_with_all_that_it_started_and_what_was_stored_stays(number: int, tmp_path: Path) -> None:
    events = [{"user_id": user, "item_id": item, "kind": "play"} for user in ("ann", "bob", "cy") for item in "ab"]
    with serving(tmp_path) as first:
        assert first.call("POST", "/v1/catalogs/tiny/events", {"events": events})[0] == 202
        version = first.train("tiny")["version"]
        # it is at work when the signal comes; a training that has succeeded holds its lease a moment longer
        until(lambda: first.call("POST", "/v1/catalogs/tiny/trainings", {"force": True})[0] == 202, "another training")
        assert first.stop(number) == 0
        first.check_nothing_is_left()
        assert "Traceback" not in first.log.read_text()
    with serving(tmp_path) as second:
        assert second.call("GET", "/v1/catalogs/tiny/models")[1]["champion"] == version
        answer = second.call("GET", "/v1/catalogs/tiny/users/ann/recommendations")[1]
        assert (answer["model_version"], answer["cold"]) == (version, False)
        assert second.stop() == 0


def test_what_was_accepted_outlives_a_kill(tmp_path: Path) -> None:
    accepted: list[str] = []
    with serving(tmp_path) as first:
        posted = [
            threading.Thread(target=_post_until_it_dies, args=(first, f"poster {number}", accepted))
            for number in range(4)
        ]
        for thread in posted:
            thread.start()
        until(lambda: len(accepted) >= 60, "sixty accepted events")
        first.process.kill()
        for thread in posted:
            thread.join(PATIENCE_SECONDS)
        assert first.process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    with serving(tmp_path) as second:
        second.train("tiny")
        for number in range(4):
            path = f"/v1/catalogs/tiny/users/{quote(f'poster {number}')}/recommendations?exclude_seen=true&n=500"
            unseen = {one["item_id"] for one in second.call("GET", path)[1]["recommendations"]}
            assert unseen, "the items of the other posters"
            assert not unseen & {item_id for item_id in accepted if item_id.startswith(f"poster {number}'s")}
    assert set(accepted) <= {event.item_id for event in logged(Home(tmp_path).objects(), "tiny")}


def _post_until_it_dies(service: Service, user_id: str, accepted: list[str]) -> None:
    for number in range(10_000):
        item_id = f"{user_id}'s {number}"
        event = {"user_id": user_id, "item_id": item_id, "kind": "play"}
        try:
            status, _ = service.call("POST", "/v1/catalogs/tiny/events", {"events": [event]})
        except (OSError, http.client.HTTPException):
            return
        assert status == 202
        accepted.append(item_id)


def test_a_port_in_use_is_refused_in_one_line(tmp_path: Path, run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run("up", "--port", port)
    assert (ran.code, ran.out) == (1, "")
    other = port + 1 if port < 65535 else port - 1
    fix = f"use another, such as: doublebill up --port {other} (or make up PORT={other}); 0 is any that is free"
    assert ran.err == f"doublebill: port {port} cannot be used: Address already in use; {fix}\n"


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_cannot_be_is_wrong_input(port: int, run) -> None:
    ran = run("up", "--port", port)
    assert (ran.code, ran.err) == (2, f"doublebill: --port: {port} is not valid; use a number from 0 to 65535\n")


def test_two_services_may_share_a_home(service: Service, home: Path) -> None:
    with serving(home) as other:
        event = {"user_id": "shared", "item_id": "item-1", "kind": "play"}
        assert other.call("POST", "/v1/catalogs/tiny/events", {"events": [event]})[0] == 202
        answer = service.call("GET", "/v1/catalogs/tiny/users/shared/recommendations")[1]
        assert not answer["cold"]
        assert other.stop() == 0


def test_on_a_terminal_requests_are_logged_in_a_file(tmp_path: Path) -> None:
    master, terminal = os.openpty()
    command = [sys.executable, "-m", "doublebill_local", "up", "--port", "0", "--home", str(tmp_path)]
    shown = tmp_path / "shown"
    with shown.open("wb") as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=terminal, stderr=errors)
    os.close(terminal)
    try:
        url = until(lambda: re.search(r"is up at (\S+),", shown.read_text()), "the URL of the service")
        connection = http.client.HTTPConnection(urlsplit(url[1]).netloc, timeout=PATIENCE_SECONDS)
        connection.request("GET", "/v1/catalogs")
        assert connection.getresponse().status == 200
        connection.close()
        log = tmp_path / "service.log"
        until(lambda: "GET /v1/catalogs" in log.read_text(), "the line of the request")
        assert f"requests are logged in {log}" in shown.read_text()
    finally:
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
        os.set_blocking(master, False)
        with pytest.raises(OSError, match="Input/output error"):  # nothing was written to the terminal
            os.read(master, 1)
        os.close(master)
