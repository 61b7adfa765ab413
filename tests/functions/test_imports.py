"""What a function loads: each is called once in a fresh interpreter, which then tells its modules."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from doublebill_local.host.home import Home
from doublebill_local.host.template import read_template
from http_events import http_event
from processes import PATIENCE_SECONDS
from stacks import raw_checkerboard

MATHEMATICS = ("scipy", "pandas", "doublebill.fit", "pydantic", "aws_xray_sdk")

CALLS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "EventsFunction": (
        http_event(
            "POST /v1/catalogs/{catalog}/events",
            {"events": [{"user_id": "u", "item_id": "i", "kind": "play"}]},
            {"catalog": "music"},
        ),
        (*MATHEMATICS, "doublebill.games", "doublebill.model.recommender"),
    ),
    "RecommendFunction": (
        http_event(
            "POST /v1/catalogs/{catalog}/recommendations",
            {"user_id": "user-00", "explain": True},
            {"catalog": "world"},
        ),
        (*MATHEMATICS, "doublebill.games", "boto3"),
    ),
    "GenerateFunction": (
        http_event("POST /v1/games/{kind}", {"seed": 1}, {"kind": "chamber"}),
        (*MATHEMATICS, "boto3", "doublebill.model.recommender", "doublebill.service.serving.warm_models"),
    ),
    "ModelsFunction": (
        http_event("GET /v1/catalogs/{catalog}/models", path={"catalog": "world"}),
        (*MATHEMATICS, "doublebill.games", "boto3"),
    ),
    "CatalogsFunction": (http_event("GET /v1/catalogs"), (*MATHEMATICS, "doublebill.games", "boto3")),
    "ItemsFunction": (
        http_event("GET /v1/catalogs/{catalog}/items/{item_id}", path={"catalog": "world", "item_id": "item-00"}),
        (*MATHEMATICS, "doublebill.games", "boto3"),
    ),
    "ImportsFunction": (
        http_event("GET /v1/catalogs/{catalog}/imports", path={"catalog": "world"}),
        (*MATHEMATICS, "doublebill.games", "boto3"),
    ),
    "BatchesFunction": (
        http_event("POST /v1/catalogs/{catalog}/batches", {"user_ids": ["user-00"]}, {"catalog": "world"}),
        (*MATHEMATICS, "doublebill.games", "boto3"),
    ),
    "PeopleFunction": (
        http_event(
            "POST /v1/catalogs/{catalog}/users/{user_id}/merge",
            {"from": "user-19"},
            {"catalog": "world", "user_id": "user-17"},
        ),
        (*MATHEMATICS, "doublebill.games", "boto3"),
    ),
    "PlaygroundFunction": (
        http_event("GET /"),
        (*MATHEMATICS, "doublebill.service", "doublebill.model", "boto3", "aws_lambda_powertools", "numpy"),
    ),
    "TrendingFunction": (
        {"schedule": True},  # it reads manifests of versions, whose priors it refreshes
        (*MATHEMATICS, "doublebill.games", "doublebill.service.serving", "boto3", "doublebill.edge.http"),
    ),
    "PruneFunction": (
        {"schedule": True},
        (*MATHEMATICS, "doublebill.games", "doublebill.service.serving", "boto3", "doublebill.edge.http"),
    ),
    "ReleaseFunction": (
        {},  # no version is named here, which it says once everything is loaded
        (*MATHEMATICS, "doublebill.games", "doublebill.service.serving", "doublebill.edge.http"),
    ),
}
"""Each function's event, and what it may not load. boto3 is forbidden where the stores at hand do not need it."""

SCRIPT = """
import json, sys
from pathlib import Path
from doublebill_local.host.environments import Context, load_handler
from doublebill_local.host.template import Function
function, event = sys.argv[1], json.loads(sys.argv[2])
answer = load_handler(Function(function, Path(sys.argv[3]), "app", "handler", frozenset()))(event, Context(function))
print(json.dumps({"status": answer.get("statusCode", 200), "modules": sorted(sys.modules)}))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings of stores in a folder, in which the tiny world is trained."""
    home = tmp_path_factory.mktemp("home")
    (home / "job.py").write_text("import sys\nsys.stdin.read()\n")
    environment = {
        **Home(home).environment(),
        "AWS_DEFAULT_REGION": "eu-central-1",
        "DOUBLEBILL_JOBS": f"process://{home}/job.py",
        "DOUBLEBILL_BATCH_JOBS": f"process://{home}/job.py",
        "DOUBLEBILL_CONTENT_JOBS": f"process://{home}/job.py",
    }
    posted = http_event("POST /v1/catalogs/{catalog}/events", {"events": raw_checkerboard()}, {"catalog": "world"})
    assert call("EventsFunction", posted, environment)["status"] == 202
    train = SCRIPT.replace('answer.get("statusCode", 200)', 'answer["state"]')
    assert call("TrainFunction", {"catalog": "world"}, environment, train)["status"] == "succeeded"
    return environment


def call(
    function: str,
    event: dict[str, Any],
    environment: dict[str, str],
    script: str = SCRIPT,
    folder: Path | None = None,
) -> dict[str, Any]:
    """What a fresh interpreter tells after one call of the function."""
    place = folder or read_template().functions[function].folder
    command = [sys.executable, "-c", script, function, json.dumps(event), str(place)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def found(modules: list[str], forbidden: tuple[str, ...]) -> list[str]:
    """The forbidden packages among the modules."""
    return [name for name in forbidden if any(one == name or one.startswith(f"{name}.") for one in modules)]


UNLIKE = ("EventsFunction", "RecommendFunction", "GenerateFunction", "PlaygroundFunction")
"""Functions that load most unlike things; the others are tried at length."""


@pytest.mark.parametrize(
    "function", [name if name in UNLIKE else pytest.param(name, marks=pytest.mark.at_length) for name in CALLS]
)
def test_a_function_loads_nothing_that_it_may_not(function: str, environment: dict[str, str]) -> None:
    event, forbidden = CALLS[function]
    told = call(function, event, environment)
    assert 200 <= told["status"] < 300
    assert found(told["modules"], forbidden) == []


@pytest.mark.parametrize(
    "function",
    [name if name == "RecommendFunction" else pytest.param(name, marks=pytest.mark.at_length) for name in CALLS],
)
def test_the_guard_sees_what_an_import_brings(function: str, environment: dict[str, str], tmp_path: Path) -> None:
    folder = read_template().functions[function].folder
    for other in folder.iterdir():
        (tmp_path / other.name).symlink_to(other)
    (tmp_path / "app.py").unlink()
    source = (folder / "app.py").read_text()
    (tmp_path / "app.py").write_text(f"{source}\nimport doublebill.fit.linear.knn\n")
    event, forbidden = CALLS[function]
    brought = found(call(function, event, environment, folder=tmp_path)["modules"], forbidden)
    assert {"scipy", "doublebill.fit"} <= set(brought)


def test_every_function_that_answers_is_guarded() -> None:
    assert {*CALLS, "TrainFunction"} == set(read_template().functions)
