"""Schemathesis: requests made from infra/openapi.json, right and wrong, against the running service."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from doublebill_local.locations import ROOT
from processes import PATIENCE_SECONDS
from runtimes import bring, end, free_port

CONFIG = Path(__file__).with_name("schemathesis.toml")
DOCUMENT = ROOT / "infra" / "openapi.json"
TOOL = ROOT / ".tools" / "schemathesis" / "bin" / "st"
REMOVAL = "delete_catalog"
"""The operation that is tried last, since all others go on with the catalog that it removes."""

FEWEST_CASES = 5000

USERS, ITEMS = 20, 12

HARD_TO_GUESS = {
    "GET /v1/catalogs/{catalog}/models/{version}",
    "POST /v1/catalogs/{catalog}/models/{version}/recommendations",
    "PUT /v1/catalogs/{catalog}/champion",
    "PUT /v1/catalogs/{catalog}/challenger",
    "GET /v1/catalogs/{catalog}/trainings/{training_id}",
    "POST /v1/games/{kind}/corpora",
    "POST /v1/games/{kind}/proofs",
    "GET /v1/catalogs/{catalog}/imports/{import_id}",
    "DELETE /v1/catalogs/{catalog}/imports/{import_id}",
}
"""Operations that need a version, a job, examples or a level to prove: a run may find one in earlier answers, or not.
Each other operation gets a request that it takes."""

TRAINING = "/v1/catalogs/{catalog}/trainings/{training_id}"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What commands on a folder of this test are given; jobs are taken and do nothing, since hundreds are started."""
    home = tmp_path_factory.mktemp("home")
    job = home / "job.py"
    job.write_text("import sys\nsys.stdin.read()\n")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DOUBLEBILL_", "AWS_"))}
    jobs = {f"DOUBLEBILL_{name}": f"process://{job}" for name in ("JOBS", "BATCH_JOBS", "CONTENT_JOBS")}
    return {**clean, **jobs, "DOUBLEBILL_HOME": str(home / "state"), "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def service(environment: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with the trained catalog `music`."""
    folder = tmp_path_factory.mktemp("world")
    events, items = folder / "events.csv", folder / "items.csv"
    played = [f"user-{user},item-{item},{1 + item % 3}" for user in range(USERS) for item in range(user % 2, ITEMS, 2)]
    events.write_text("\n".join(["user_id,item_id,plays", *played]) + "\n")
    described = [f"item-{item},Title {item},{'odd' if item % 2 else 'even'}" for item in range(ITEMS)]
    items.write_text("\n".join(["item_id,title,tags", *described]) + "\n")
    doublebill(environment, "import", "music", "--events", str(events), "--items", str(items))
    doublebill(environment, "train", "music")
    words = folder / "words.json"
    words.write_text(json.dumps([f"word{chr(97 + one)}{chr(97 + two)}" for one in range(8) for two in range(8)]))
    doublebill(environment, "import", "--corpus", "names/words", str(words))
    port = free_port()
    with (folder / "log").open("w") as log:
        command = [sys.executable, "-m", "doublebill_local", "up", "--port", str(port)]
        process = subprocess.Popen(
            command, env=environment, stdout=log, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
    try:
        assert process.stderr
        assert "is up at" in process.stderr.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


def doublebill(environment: Mapping[str, str], *words: str) -> None:
    """Runs a command to its good end."""
    command = [sys.executable, "-m", "doublebill_local", *words]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=PATIENCE_SECONDS)


@dataclass(frozen=True)
class Ran:
    """What a run came to."""

    code: int
    text: str
    report: dict[str, Any]
    interactions: list[tuple[str, dict[str, Any]]]
    """Each answer, with the operation that was asked for it."""


def run(service: str, document: Path, folder: Path, *words: str) -> Ran:
    """A run of schemathesis over the document."""
    bring("schemathesis")
    reports = ["--report", "json,ndjson", "--report-json-path", str(folder / "run.json")]
    reports += ["--report-ndjson-path", str(folder / "events.ndjson"), "--no-color"]
    command = [str(TOOL), "--config-file", str(CONFIG), "run", str(document), "--url", service, *reports, *words]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMATHESIS")}
    done = subprocess.run(command, env=clean, cwd=folder, capture_output=True, text=True, check=False)
    report = json.loads((folder / "run.json").read_text())
    return Ran(done.returncode, done.stdout + done.stderr, report, list(_interactions(folder / "events.ndjson")))


def _interactions(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with file.open() as lines:
        for line in lines:
            finished = json.loads(line).get("ScenarioFinished")
            if finished:
                recorder = finished["recorder"]
                yield from ((recorder["label"], one["response"]) for one in recorder["interactions"].values())


def test_the_service_keeps_to_its_document(service: str, tmp_path: Path) -> None:
    ran = run(service, DOCUMENT, tmp_path, "--exclude-operation-id", REMOVAL)
    assert ran.code == 0, ran.text[-20_000:]
    told = json.loads(DOCUMENT.read_text())["paths"]
    removal = told["/v1/catalogs/{catalog}"].pop("delete")
    assert removal["operationId"] == REMOVAL
    operations = sum(len(methods) for methods in told.values())
    assert ran.report["complete"]
    assert ran.report["operations"]["tested"] == ran.report["operations"]["total"] - 1 == operations
    cases = ran.report["test_cases"]
    print(cases)
    assert cases["generated"] >= FEWEST_CASES
    assert (cases["with_failures"], cases["errored"]) == (0, 0)
    statuses = {(label, response["status_code"]) for label, response in ran.interactions}
    assert len(ran.interactions) >= FEWEST_CASES
    good = {label for label, status in statuses if 200 <= status < 300}
    assert {f"{method.upper()} {path}" for path, methods in told.items() for method in methods} - good <= HARD_TO_GUESS
    refusals = [json.loads(text_of(response)) for _, response in ran.interactions if response["status_code"] >= 500]
    assert {one["type"] for one in refusals} <= {"urn:doublebill:problem:no-model"}


def text_of(response: Mapping[str, Any]) -> str:
    """The text of a recorded answer, which is kept as it is or, where it might be no text, in base64."""
    content = response["content"]
    return base64.b64decode(content["$base64"]).decode() if isinstance(content, dict) else str(content)


@pytest.mark.parametrize(
    ("change", "operation"),
    [
        (
            lambda told: told["components"]["schemas"]["Overview"]["properties"].update(catalogs={"type": "string"}),
            "list_catalogs",
        ),
        (lambda told: told["paths"][TRAINING]["get"]["responses"].pop("404"), "training"),
    ],
    ids=["a field that is not described", "a status that is not described"],
)
def test_what_does_not_keep_to_the_document_is_seen(service: str, tmp_path: Path, change: Any, operation: str) -> None:
    told = json.loads(DOCUMENT.read_text())
    change(told)
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(told))
    ran = run(service, changed, tmp_path, "--include-operation-id", operation, "-n", "5")
    assert ran.code == 1
    assert ran.report["test_cases"]["with_failures"] > 0


def test_a_removal_of_a_catalog_keeps_to_the_document(service: str, tmp_path: Path) -> None:
    ran = run(service, DOCUMENT, tmp_path, "--include-operation-id", REMOVAL)
    assert ran.code == 0, ran.text[-20_000:]
    assert {200, 404} <= {response["status_code"] for _, response in ran.interactions}
