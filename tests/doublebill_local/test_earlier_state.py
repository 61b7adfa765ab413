"""State that commit 077ed57 wrote (tests/fixtures/077ed57), opened with the code of today."""

import base64
import itertools
import json
import logging
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from doublebill_local.host.home import Home
from doublebill_local.host.process import running
from doublebill_local.locations import ROOT
from processes import PATIENCE_SECONDS, until

EARLIER = ROOT / "tests" / "fixtures" / "077ed57"
EXPECTED = json.loads((EARLIER / "expected.json").read_text())

SINCE = json.loads((ROOT / "tests" / "fixtures" / "answers-since-077ed57.json").read_text())
"""Answers by path that were changed on purpose: items that a user rated low do not lead to others
any more, and titles that were taken down are not named."""

UNPROMISED = {"recommendation_id", "reason", "next_cursor", "why", "online", "licence"}
"""Fields whose wording or value may change from one commit, or answer, to the next."""

_numbers = itertools.count()


@dataclass(frozen=True)
class Copy:
    """A copy of the earlier state: its folder, and the variables that name its stores."""

    home: Path
    variables: Mapping[str, str]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Where S3 and DynamoDB are served."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


Copying = Callable[[Path], Copy]


def of_folder(place: Path) -> Copy:
    """Copies the folder."""
    shutil.copytree(EARLIER / "state", place)
    (place / "pseudonym.key").chmod(0o600)
    return Copy(place, {})


@pytest.fixture(scope="module", params=["folder", pytest.param("table", marks=pytest.mark.at_length)])
def copied(request: pytest.FixtureRequest) -> Copying:
    """Copies the state: as the folder that it is, or its objects to S3 and the rows to DynamoDB."""

    def to_stores(place: Path) -> Copy:
        variables = fill_stores(request.getfixturevalue("endpoint"), f"earlier-{next(_numbers)}")
        place.mkdir()
        shutil.copy(EARLIER / "state" / "pseudonym.key", place)
        (place / "pseudonym.key").chmod(0o600)
        return Copy(place, variables)

    return of_folder if request.param == "folder" else to_stores


def fill_stores(endpoint: str, name: str) -> dict[str, str]:
    """Puts the objects into a bucket and the rows into a table of this name; returns the variables that name them."""
    access = {"region_name": "us-east-1", "aws_access_key_id": "nobody", "aws_secret_access_key": "nothing"}
    s3 = boto3.client("s3", endpoint_url=endpoint, **access)
    s3.create_bucket(Bucket=name)
    objects = EARLIER / "state" / "objects"
    for file in objects.rglob("*"):
        if file.is_file():
            s3.put_object(Bucket=name, Key=file.relative_to(objects).as_posix(), Body=file.read_bytes())
    dynamodb = boto3.client("dynamodb", endpoint_url=endpoint, **access)
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    rows = json.loads((EARLIER / "rows.json").read_text())
    for some in itertools.batched(rows, 25):
        dynamodb.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": with_bytes(row)}} for row in some]})
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": access["region_name"],
        "AWS_ACCESS_KEY_ID": access["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": access["aws_secret_access_key"],
        "DOUBLEBILL_OBJECTS": f"s3://{name}",
        "DOUBLEBILL_HISTORIES": f"dynamodb://{name}",
    }


def with_bytes(row: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {name: {"B": base64.b64decode(value["B"])} if "B" in value else value for name, value in row.items()}


Call = Callable[..., Any]


@contextmanager
def serving(copy: Copy) -> Iterator[Call]:
    """A running service on the copy; gives the function that sends a request and returns its answer."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in copy.variables.items():
            patch.setenv(name, value)
        with running(Home(copy.home)) as url:
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

            def whole_answer(path: str, body: object) -> Any:
                """The answer, or None where a store did not answer in time, as happens on a busy machine."""
                data = None if body is None else json.dumps(body).encode()
                request = urllib.request.Request(url + path, data, {"Content-Type": "application/json"})
                try:
                    with direct.open(request, timeout=PATIENCE_SECONDS) as response:
                        answer = json.load(response)
                except urllib.error.HTTPError as refused:
                    if refused.status != 503:
                        raise
                    return None
                return None if answer.get("degraded") else answer

            def call(path: str, body: object = None) -> Any:
                return until(lambda: whole_answer(path, body), path)

            yield call


@pytest.fixture(scope="module")
def call(copied: Copying, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    """Sends a request to a service that nobody writes to."""
    with serving(copied(tmp_path_factory.mktemp("earlier") / "home")) as call:
        yield call


@pytest.fixture
def copy(copied: Copying, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    """A copy of this test's own, which the command line opens too."""
    made = copied(tmp_path / "home")
    for name, value in made.variables.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def folder_copy(tmp_path: Path) -> Copy:
    """A copy of the folder."""
    return of_folder(tmp_path / "home")


def differences(found: Any, expected: Any, place: str = "") -> list[str]:
    """Where the answer lacks something expected, or has another value; a field that came since is no difference."""
    if isinstance(expected, dict) and isinstance(found, dict):
        names = [name for name in expected if name not in UNPROMISED]
        gone = [f"{place}/{name} is gone" for name in names if name not in found]
        return gone + [
            one
            for name in names
            if name in found
            for one in differences(found[name], expected[name], f"{place}/{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        return [one for number, pair in pairs for one in differences(*pair, f"{place}/{number}")]
    same = found == (pytest.approx(expected, rel=1e-5, abs=1e-6) if isinstance(expected, float) else expected)
    return [] if same else [f"{place}: found {found!r}, expected {expected!r}"]


def test_it_answers_as_it_did(call: Call) -> None:
    """But for histories with low ratings, whose items lead nowhere since."""
    since = {path: answer for path, answer in SINCE.items() if path in EXPECTED["answers"]}
    answers = EXPECTED["answers"] | since
    found = {path: differences(call(path), expected) for path, expected in answers.items()}
    assert {path: one for path, one in found.items() if one} == {}


def test_it_generates_and_ranks_as_it_did(call: Call) -> None:
    for made in EXPECTED["generated"]:
        expected = SINCE.get(made["path"], made["answer"])
        assert differences(call(made["path"], made["request"]), expected) == []


def test_a_finished_batch_can_be_read(call: Call) -> None:
    expected = EXPECTED["batch"]
    found = call(f"/v1/catalogs/films/batches/{expected['batch_id']}?part=0")
    assert len(found["results"]) == 4
    assert differences(found, expected) == []


def test_jobs_that_were_killed_have_not_succeeded(call: Call) -> None:
    killed = EXPECTED["interrupted"]
    states = [
        call(f"/v1/catalogs/films/trainings/{killed['training']}")["state"],
        call(f"/v1/catalogs/films/batches/{killed['batch']}")["state"],
        call(f"/v1/games/names/corpora/{killed['corpus']}")["state"],
    ]
    assert set(states) <= {"queued", "running", "training", "lost"}


def test_clicks_on_its_answers_still_count(call: Call) -> None:
    models = {model["version"]: model for model in call("/v1/catalogs/films/models")["models"]}
    assert models[EXPECTED["first_version"]["films"]]["online"]["clicks"] == 1


def test_what_callers_used_is_still_counted(copy: Copy) -> None:
    records = Home(copy.home).records()
    assert records.counts("_usage#2026-11-28", now=0)["desk POST /v1/games/{kind}/corpora"]["requests"] >= 3
    assert records.counts("_flavour#2026-11-28", now=0)["texts"]["texts"] >= 1


def test_rolling_back_serves_the_earlier_version(folder_copy: Copy, run) -> None:
    assert (
        json.loads(run("models", "films", "--json", home=folder_copy.home).out)["champion"]
        == EXPECTED["version"]["films"]
    )
    back = json.loads(run("rollback", "films", "--json", home=folder_copy.home).out)
    assert (back["version"], back["previous"]) == (EXPECTED["first_version"]["films"], [])
    assert run("rollback", "films", home=folder_copy.home).code == 3
    former = EXPECTED["of_first_version"]
    with serving(folder_copy) as call:
        found = call("/v1/catalogs/films/recommendations", former["request"])["recommendations"]
    available = [one for one in former["films"]["recommendations"] if one["item_id"] != "film-18"]  # taken down since
    assert len(available) == 7
    assert differences(found[:7], available) == []


def test_new_events_and_a_training_work_on_top(copy: Copy, run) -> None:
    events = [
        {"user_id": "user-01", "item_id": "film-12", "kind": "rate", "value": 5},
        {"user_id": "somebody new", "item_id": "film-13", "kind": "view"},
    ]
    with serving(copy) as call:
        assert call("/v1/catalogs/films/events", {"events": events})["accepted"] == 2
        known = call("/v1/catalogs/films/users/somebody%20new/recommendations?n=3&explain=true")
        assert known["recommendations"][0]["contributions"][0]["item_id"] == "film-13"
    record = json.loads(run("train", "films", "--budget", "0", "--force", "--json", home=copy.home).out)
    before = EXPECTED["answers"]["/v1/catalogs/films/models"]["models"][0]["data"]
    assert record["state"] == "succeeded"
    assert record["parent"] == EXPECTED["version"]["films"]
    counts = ("events", "users", "items")
    assert [record["data"][name] for name in counts] == [before["events"] + 2, before["users"] + 1, before["items"]]
    promoted = run("promote", "films", record["version"], "--json", home=copy.home)
    assert EXPECTED["version"]["films"] in json.loads(promoted.out)["previous"]
    recommended = run("recommend", "films", "--user", "user-01", "--json", home=copy.home)
    assert json.loads(recommended.out)["model_version"] == record["version"]


def test_its_training_can_be_repeated_byte_for_byte(folder_copy: Copy, run) -> None:
    verified = json.loads(run("verify", EXPECTED["version"]["films"], "--json", home=folder_copy.home).out)
    assert verified["outcome"] == "same" or verified["platform"], verified  # promised on the same platform only


def test_a_corpus_can_be_learned_from_again(folder_copy: Copy, run) -> None:
    learned = EXPECTED["corpora"]["loot"]
    again = run("train", "--corpus", f"loot/{learned['corpus']}", "--json", home=folder_copy.home)
    assert json.loads(again.out)["model_version"] == learned["model_version"]
