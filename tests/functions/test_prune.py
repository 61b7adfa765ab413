"""The prune function against S3 (moto): what goes, what its log and metrics say, and what fails."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from doublebill.errors import StoreUnavailable
from doublebill_local.host.environments import Context
from stacks import Stack

OLD = "1000000000000-a"


def pruned(stack: Stack) -> dict[str, Any]:
    answer: dict[str, Any] = stack.load("PruneFunction").handler({"schedule": True}, Context("PruneFunction"))
    return answer


def test_what_is_too_old_goes_and_is_counted(
    stack: Stack, grow: Callable[[str], dict[str, Any]], fresh: str, capsys: pytest.CaptureFixture[str]
) -> None:
    version = grow(fresh)["version"]
    for key in (f"batches/{fresh}/{OLD}/batch.json", f"packs/maze/a/{OLD}/batch.json"):
        stack.client("s3").put_object(Bucket=stack.bucket, Key=key, Body=b"{}")
    capsys.readouterr()
    assert fresh in pruned(stack)["pruned"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (line,) = [one for one in lines if one.get("catalog") == fresh]
    assert (line["message"], line["Pruned"], line["batches"], line["versions"]) == ("pruned", 1, 1, 0)
    assert (lines[-1]["message"], lines[-1]["packs"], lines[-1]["Pruned"]) == ("swept", 1, 1)
    left = stack.objects()
    assert not any(OLD in key for key in left)
    assert f"artifacts/{fresh}/{version}/manifest.json" in left


def test_a_catalog_that_cannot_be_pruned_is_an_error_at_the_end(
    stack: Stack, world: str, capsys: pytest.CaptureFixture[str]
) -> None:
    s3 = stack.client("s3")
    s3.put_object(Bucket=stack.bucket, Key="catalogs/broken.json", Body=b"{}")
    s3.put_object(Bucket=stack.bucket, Key="champions/broken.json", Body=b"[")
    try:
        with pytest.raises(StoreUnavailable, match="broken: "):
            pruned(stack)
    finally:
        for folder in ("catalogs", "champions"):
            s3.delete_object(Bucket=stack.bucket, Key=f"{folder}/broken.json")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "world" in [one.get("catalog") for one in lines], "the others are pruned"
