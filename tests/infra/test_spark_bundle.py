"""The bundle of Spark: a Python with its packages, the project and the modules of Spark, and the script beside it."""

import tarfile
from pathlib import Path

import pytest

from doublebill_local.locations import ROOT


def test_the_archive_has_python_the_project_and_the_modules_of_spark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "infra" / "spark"))
    import spark_bundle

    python = tmp_path / "python"
    (python / "bin").mkdir(parents=True)
    (python / "bin" / "python3").write_text("an interpreter")
    (python / "lib" / "python3.13" / "tkinter").mkdir(parents=True)
    asked: list[list[str]] = []
    monkeypatch.setattr(spark_bundle, "call_uv", asked.append)
    spark_bundle.bundle(tmp_path / "made", python, Path("requirements.txt"))
    assert sorted(one.name for one in (tmp_path / "made").iterdir()) == ["environment.tar.gz", "train_on_spark.py"]
    with tarfile.open(tmp_path / "made" / "environment.tar.gz") as archive:
        names = set(archive.getnames())
    packages = "lib/python3.13/site-packages"
    assert {"bin/python3", f"{packages}/spark_tasks.py", f"{packages}/spark_session.py"} <= names
    assert f"{packages}/doublebill/service/training/train.py" in names
    assert not any("tkinter" in name or "doublebill/client" in name or "__pycache__" in name for name in names)
    (command,) = asked
    assert {"--require-hashes", "--only-binary", "requirements.txt", "aarch64-manylinux_2_28"} <= set(command)


def test_modules_of_spark_are_all_in_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "infra" / "spark"))
    import spark_bundle

    there = {one.name for one in (ROOT / "infra" / "spark").glob("*.py")}
    assert there == {*spark_bundle.MODULES, spark_bundle.SCRIPT, "spark_bundle.py"}
