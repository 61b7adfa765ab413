"""The client in JavaScript, run by Node: against the service, and against one that fails as written."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from doublebill_local.host.home import Home
from doublebill_local.host.process import running
from doublebill_local.locations import ROOT
from processes import PATIENCE_SECONDS
from scripted_service import Script, playing
from test_documents import blocks

CLIENT = ROOT / "shared" / "doublebill" / "client" / "doublebill.js"
BUSY = (503, {"retry-after": "3"}, b'{"type": "urn:doublebill:problem:store-unavailable", "title": "away"}')
PRELUDE = """
const waits = [];
const sleep = async (wait) => void waits.push(wait);
const client = new Client(process.argv[2], { sleep, random: () => 1, token: "t" });
const caught = (promise) => promise.then(() => null, (error) => ({ ...error, name: error.name }));
const show = (value) => console.log(JSON.stringify(value));
"""

type Run = Callable[..., str]


@pytest.fixture(scope="module")
def node() -> Path:
    """The Node of the locked environment."""
    subprocess.run([sys.executable, str(ROOT / "infra" / "bootstrap.py"), "node"], check=True)
    [found] = (ROOT / ".tools" / "node").rglob("bin/node")
    return found


@pytest.fixture
def run(node: Path, tmp_path: Path) -> Run:
    """Runs a module that lies beside the client and returns what it prints."""

    def ran(source: str, *words: str) -> str:
        (tmp_path / "doublebill.js").write_text(CLIENT.read_text())
        (tmp_path / "package.json").write_text('{"type": "module"}')
        (tmp_path / "app.js").write_text(source)
        command = [str(node), str(tmp_path / "app.js"), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return ran


@pytest.fixture
def ask(run: Run, script: Script) -> Callable[[str], list[Any]]:
    """Runs statements with `client`, `waits`, `caught` and `show`, and returns what they show."""

    def asked(statements: str) -> list[Any]:
        source = 'import { Client } from "./doublebill.js";' + PRELUDE + statements
        return [json.loads(line) for line in run(source, script.url).splitlines()]

    return asked


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    yield from playing()


def test_the_guide_for_apps_runs_in_python_and_then_in_node(run: Run, tmp_path: Path) -> None:
    page = "infra/docs/guides/your-app.md"
    with running(Home(tmp_path / "home")) as url:
        python, javascript = (blocks(page, kind).replace("http://127.0.0.1:8080", url) for kind in ("python", "js"))
        exec(compile(python, page, "exec"), {"__name__": "app"})
        printed = run(javascript).splitlines()
    assert printed[0] == "1 event accepted"
    assert sorted(printed[1].removeprefix("for dan: ").split(", ")) == ["Sea Lamp", "fog", "lamp"]
    assert printed[2] == "refused: n"


def test_the_whole_trip_of_a_catalog_by_node(run: Run, tmp_path: Path) -> None:
    trip = """
    import { Client } from "./doublebill.js";
    const client = new Client(process.argv[2], { pollMilliseconds: 50 });
    const users = Array.from({ length: 600 }, (_, n) => `ü/${n} %2F`);
    const events = users.flatMap((user_id, n) => [0, 1].map((k) => (
      { user_id, item_id: `i${n % 2}-${(n + k) % 5}`, kind: "play", timestamp: 1760000000 + n })));
    const sent = await client.sendEvents("trip", [...events, { user_id: "", item_id: "x", kind: "play" }]);
    const started = await client.startTraining("trip", { force: true });
    const training = await client.endedTraining("trip", started.training_id);
    const { champion } = await client.models("trip");
    const all = [];
    for await (const item of client.recommendAll("trip", { user_id: users[0], n: 3 })) all.push(item.item_id);
    const batch = await client.startBatch("trip", { user_ids: users, n: 10 });
    const state = (await client.endedBatch("trip", batch.batch_id)).state;
    const indices = new Set();
    for await (const result of client.batchResults("trip", batch.batch_id)) indices.add(result.index);
    const level = await client.generate("maze", { seed: 7, spec: {} });
    const proof = await client.prove("maze", { grid: level.items[0].grid });
    const file = await client.draw("maze", { seed: 7, format: "png" });
    const picture = await file.arrayBuffer();
    console.log(JSON.stringify({ sent, state, all, indices: indices.size, training: training.state, champion,
      history: (await client.history("trip", users[0])).items.length, playable: proof.playable,
      promoted: (await client.promote("trip", champion)).version, png: new Uint8Array(picture)[1],
      name: file.name }));
    """
    with running(Home(tmp_path / "home")) as url:
        found = json.loads(run(trip, url))
    assert found["sent"]["accepted"] == 1200
    assert [one["index"] for one in found["sent"]["rejected"]] == [1200]
    assert (found["training"], found["state"], found["indices"]) == ("succeeded", "succeeded", 600)
    assert len(found["all"]) == len(set(found["all"])) > 3
    assert (found["history"], found["playable"], found["png"]) == (2, True, ord("P"))
    assert found["name"] == "maze-7.png"
    assert found["promoted"] == found["champion"]


def test_a_service_that_is_away_is_asked_again_with_the_same_event_ids(ask: Any, script: Script) -> None:
    script.plays(BUSY, (0, {}, b""), (429, {}, b"{}"), (202, {}, b'{"accepted": 1, "rejected": []}'))
    shown = ask('await client.sendEvents("films", [{ user_id: "u", item_id: "i", kind: "play" }]); show(waits);')
    assert shown == [[3200, 400, 800]]
    assert len({body for *_, body in script.requests}) == 1
    assert len(json.loads(script.requests[0][3])["events"][0]["event_id"]) == 36
    assert {headers["authorization"] for _, _, headers, _ in script.requests} == {"Bearer t"}


def test_it_gives_up_and_says_why(ask: Any, script: Script) -> None:
    script.plays((429, {"retry-after": "40000"}, b'{"type": "urn:doublebill:problem:quota-exceeded"}'))
    [problem] = ask("show(await caught(client.health()));")
    assert (problem["kind"], problem["retryAfterSeconds"], len(script.requests)) == ("quota-exceeded", 40000, 1)
    script.plays((0, {}, b""))
    [fault] = ask("show(await caught(client.health()));")
    assert (fault["name"], len(script.requests)) == ("Unreachable", 5)
