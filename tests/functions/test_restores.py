"""Restoring a stack on moto: an older backup brings no erased user back, with the list of erasures outside of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from doublebill.edge.settings import variable
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill_local.cli.app import main
from doublebill_local.cli.keeping.backups import ERASURES
from doublebill_local.host.home import DeployedStack
from http_events import ask, http_event
from quick_moto import make_table
from stacks import Stack

USER = "/v1/catalogs/{catalog}/users/{user_id}"


def emptied(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack with the same key and nothing stored."""
    boto3.client("s3").create_bucket(
        Bucket="doublebill-restored", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    make_table("restored")
    places = {"DOUBLEBILL_OBJECTS": "s3://doublebill-restored", "DOUBLEBILL_HISTORIES": "dynamodb://restored"}
    return Stack("doublebill-restored", "restored", {**stack.variables, **places}, monkeypatch, stack.clock)


def on_command_line(monkeypatch: pytest.MonkeyPatch, stack: Stack, *words: str) -> int:
    """The exit code of a command with `--stack`, which finds this stack."""
    fields = ("objects", "histories", "secrets", "jobs")
    outputs = {field.capitalize(): stack.variables[variable(field)] for field in fields}
    monkeypatch.setattr(DeployedStack, "of", lambda _: DeployedStack(outputs, {"RetentionDays": "400"}))
    for name in map(variable, (*fields, "retention_days", "erasure_days")):
        monkeypatch.setenv(name, stack.variables[name])  # the command sets them, and they are put back
    return main([*words, "--stack", "tested"])


@pytest.mark.at_length
def test_an_older_backup_of_a_stack_brings_no_erased_user_back(
    stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str, tmp_path: Path, monkeypatch, capsys
) -> None:
    version = grow(fresh)["version"]
    people = stack.load("PeopleFunction").handler
    folder, list_file = str(tmp_path / "backups" / "old"), tmp_path / "outside" / ERASURES
    assert on_command_line(monkeypatch, stack, "backup", folder, "--erasures", str(list_file)) == 0
    place = {"catalog": fresh, "user_id": "user-00"}
    erased = ask(people, http_event(f"DELETE {USER}", None, place)).body
    assert on_command_line(monkeypatch, stack, "backup", folder, "--only-erasures", "--erasures", str(list_file)) == 0
    assert not (tmp_path / "backups" / ERASURES).exists()

    restored = emptied(stack, monkeypatch)
    capsys.readouterr()
    words = ("restore", folder, "--erasures", str(list_file), "--json")
    assert on_command_line(monkeypatch, restored, *words) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["erased_again"], answer["problem"]) == ([erased["erasure_id"]], "")
    assert [one["catalog"] for one in answer["rebuilt"]] == [fresh]
    assert not {one["pk"]["S"].rpartition("#")[2] for one in restored.rows()} & {*erased["support_ids"]}
    assert len(restored.rows()) >= 19

    people, recommend = (restored.load(f"{name}Function").handler for name in ("People", "Recommend"))
    assert ask(people, http_event(f"GET {USER}", None, place)).body["n_events"] == 0
    assert ask(people, http_event(f"GET {USER}", None, {**place, "user_id": "user-01"})).body["n_events"] > 0
    refused = ask(recommend, http_event(f"GET {USER}/recommendations", None, {**place, "user_id": "user-01"}))
    assert (refused.status, refused.body["detail"].endswith("had users who were erased")) == (503, True)
    record = restored.train(fresh)
    assert (record["promoted"], record["data"]["users"]) == (True, 19)
    stack.clock.seconds += LATE_MS / 1000 + 1
    shown = {"catalog": fresh, "erasure_id": erased["erasure_id"]}
    state = ask(people, http_event("GET /v1/catalogs/{catalog}/erasures/{erasure_id}", None, shown)).body
    assert state["receipt"]["champion"] == record["version"] != version
