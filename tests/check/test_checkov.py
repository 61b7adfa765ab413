"""What checkov finds in the template after the transform: nothing that is not skipped with a reason."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from doublebill_local.locations import ROOT
from runtimes import bring, transformed

CONFIG = ROOT / "infra" / "checkov.yaml"
LEAST_REASON = 40
"""Characters below which a reason says nothing."""

CONDITIONAL = {("TrainFunction", "CKV_AWS_115")}
"""Skipped like those of every other function, and not found: a parameter keeps concurrency free for trainings."""


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """The template after the transform."""
    return transformed()


def checkov(template: dict[str, Any], folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Runs checkov over a template."""
    bring("checkov")
    file = folder / "template.json"
    file.write_text(json.dumps(template))
    command = [str(ROOT / ".tools/checkov/bin/checkov"), "--config-file", str(CONFIG), "-f", str(file), *options]
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "LOG_LEVEL": "ERROR"}
    return subprocess.run(command, env=clean, cwd=folder, capture_output=True, text=True, check=False)


def skips(template: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The checks that each resource of the template skips, with their reasons."""
    found = {}
    for name, resource in template["Resources"].items():
        entries = resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
        if entries:
            found[name] = {entry["id"]: entry["comment"] for entry in entries}
    return found


def test_nothing_is_found_but_what_has_a_reason(template: dict[str, Any], tmp_path: Path) -> None:
    done = checkov(template, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_finding_is_seen(tmp_path: Path) -> None:
    open_bucket = {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "PublicRead"}}
    done = checkov({"Resources": {"Bucket": open_bucket}}, tmp_path)
    assert done.returncode == 1
    assert "CKV_AWS_20" in done.stdout


def test_every_check_that_is_skipped_has_a_reason(template: dict[str, Any]) -> None:
    assert "CKV" not in CONFIG.read_text(), "a check that is skipped for all hides what others add"
    for name, of_resource in skips(template).items():
        for check, reason in of_resource.items():
            assert len(reason) >= LEAST_REASON, f"{name} {check}"


def test_nothing_is_skipped_that_would_not_be_found(template: dict[str, Any], tmp_path: Path) -> None:
    bare = {name: {**one, "Metadata": {}} for name, one in template["Resources"].items()}
    done = checkov({**template, "Resources": bare}, tmp_path, "--output", "json")
    failed = json.loads(done.stdout)["results"]["failed_checks"]
    found = {(one["resource"].rpartition(".")[2], one["check_id"]) for one in failed}
    copied = {name for name, one in template["Resources"].items() if one["Type"].endswith("EventInvokeConfig")}
    skipped = {(name, check) for name, checks in skips(template).items() for check in checks if name not in copied}
    assert skipped == found | CONDITIONAL
