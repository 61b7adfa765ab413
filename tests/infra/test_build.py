"""The bundles: what `sam build` puts into the layer."""

import subprocess
from pathlib import Path

from doublebill_local.locations import ROOT


def test_the_layer_has_the_package_without_its_client(tmp_path: Path) -> None:
    command = ["make", "-s", "-C", ROOT / "shared", "build-SharedLayer", f"ARTIFACTS_DIR={tmp_path}", "COMPILE=true"]
    subprocess.run(command, check=True, capture_output=True)
    bundled = {path.name for path in (tmp_path / "python" / "doublebill").iterdir()}
    there = {path.name for path in (ROOT / "shared" / "doublebill").iterdir()}
    assert there - bundled == {"client"} | ({"__pycache__"} & there)
