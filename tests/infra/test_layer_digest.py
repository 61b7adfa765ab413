"""The digest of the layer changes with the layer, and with nothing else."""

import importlib.util
from pathlib import Path

import pytest

from doublebill_local.locations import ROOT

spec = importlib.util.spec_from_file_location("layer_digest", ROOT / "infra" / "layer_digest.py")
assert spec
assert spec.loader
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of two modules."""
    for name, text in {"errors.py": "A = 1\n", "model/catalog.py": "B = 2\n"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(("name", "text"), [("errors.py", "A = 2\n"), ("model/new.py", ""), ("model/catalog.py", "")])
def test_a_change_of_the_layer_changes_the_digest(package: Path, name: str, text: str) -> None:
    before = module.layer_digest(package)
    (package / name).write_text(text)
    assert module.layer_digest(package) != before


@pytest.mark.parametrize("name", ["client/calls.py", "model/__pycache__/catalog.cpython-313.pyc"])
def test_what_the_layer_leaves_out_does_not_change_it(package: Path, name: str) -> None:
    before = module.layer_digest(package)
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text("C = 3\n")
    assert module.layer_digest(package) == before


def test_a_renamed_module_changes_the_digest(package: Path) -> None:
    before = module.layer_digest(package)
    (package / "errors.py").rename(package / "wrong.py")
    assert module.layer_digest(package) != before
