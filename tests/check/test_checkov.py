"""What checkov finds in the template after the transform: nothing that is not skipped with a reason."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from doublebill_local.locations import ROOT
from runtimes import bring, transformed

CONFIG = ROOT / "infra" / "checkov.yaml"
LEAST_REASON = 40
"""Characters below which a reason says nothing."""


def checkov(template: dict[str, Any], folder: Path) -> "subprocess.CompletedProcess[str]":
    """Runs checkov over a template."""
    bring("checkov")
    file = folder / "template.json"
    file.write_text(json.dumps(template))
    command = [str(ROOT / ".tools/checkov/bin/checkov"), "--config-file", str(CONFIG), "-f", str(file)]
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), "LOG_LEVEL": "ERROR"}
    return subprocess.run(command, env=clean, cwd=folder, capture_output=True, text=True, check=False)


def test_nothing_is_found_but_what_has_a_reason(tmp_path: Path) -> None:
    done = checkov(transformed(), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_finding_is_seen(tmp_path: Path) -> None:
    open_bucket = {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "PublicRead"}}
    done = checkov({"Resources": {"Bucket": open_bucket}}, tmp_path)
    assert done.returncode == 1
    assert "CKV_AWS_20" in done.stdout


@pytest.mark.parametrize("line", re.findall(r"^ *- (CKV.*)$", CONFIG.read_text(), re.MULTILINE))
def test_every_check_that_is_skipped_has_a_reason(line: str) -> None:
    name, _, reason = line.partition("#")
    assert re.fullmatch(r"CKV2?_AWS_\d+ +", name)
    assert len(reason) >= LEAST_REASON
