"""Mutation testing: each module is tested by the file that mirrors it, and other files are refused."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(name="mutation")
def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutation", ROOT / "infra" / "mutation.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("module", "tests"),
    [
        ("shared/doublebill/fit/top_k.py", "tests/doublebill/fit/test_top_k.py"),
        ("shared/doublebill/fit/evaluation/report.py", "tests/doublebill/fit/evaluation"),
        ("infra/local/doublebill_local/openapi.py", "tests/doublebill_local/test_openapi.py"),
    ],
)
def test_a_module_is_tested_by_its_mirror_or_the_nearest_folder(mutation, module: str, tests: str) -> None:
    assert str(mutation.tests_of(module)) == tests


@pytest.mark.parametrize("name", ["README.md", "shared/doublebill/nothing.py"])
def test_what_is_no_module_of_the_product_is_refused(mutation, name: str) -> None:
    with pytest.raises(SystemExit, match=f"{name}: not a module of the product; name files below shared/doublebill"):
        mutation.main([name])


def test_a_copy_has_both_packages_in_src_and_links_where_they_were(mutation, tmp_path: Path) -> None:
    mutation.copy_project(tmp_path)
    for package, folder in mutation.PACKAGES.items():
        assert (tmp_path / folder / "__init__.py").samefile(tmp_path / "src" / package / "__init__.py")
