"""Bundles what EMR Serverless runs: the script, and an archive with Python, its packages and the project, for arm64.

python infra/spark/spark_bundle.py FOLDER [PYTHON_FOLDER]

The images of EMR have an older Python than the project needs, so that the archive brings one: that of PYTHON_FOLDER, or
the standalone build that uv brings. Packages are those of the train function, by hash. PySpark is in the image.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

VERSION = "3.13"

BUILD = f"cpython-{VERSION}-linux-aarch64-gnu"

PLATFORM = "aarch64-manylinux_2_28"

SCRIPT = "train_on_spark.py"

MODULES = ("spark_session.py", "spark_tasks.py")

LEFT_OUT = ("__pycache__", "test", "tests", "include", "share", "idlelib", "tkinter", "client")
"""Folders that no training needs."""


def bundle(folder: Path, python_folder: Path | None, requirements: Path) -> None:
    """Writes the script and the archive to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        place = Path(made) / "environment"
        shutil.copytree(python_folder or _brought(Path(made) / "python"), place, symlinks=True, ignore=_ignored)
        packages = place / "lib" / f"python{VERSION}" / "site-packages"
        target = ("--target", str(packages), "--python-version", VERSION, "--python-platform", PLATFORM)
        exact = ("--only-binary", ":all:", "--require-hashes", "--no-installer-metadata", "-r", str(requirements))
        call_uv(["pip", "install", "--quiet", *target, *exact])
        shutil.copytree(ROOT / "shared" / "doublebill", packages / "doublebill", ignore=_ignored)
        for name in MODULES:
            shutil.copy(ROOT / "infra" / "spark" / name, packages)
        with tarfile.open(folder / "environment.tar.gz", "w:gz") as archive:
            for part in sorted(place.iterdir()):
                archive.add(part, part.name)
    shutil.copy(ROOT / "infra" / "spark" / SCRIPT, folder)


def _brought(place: Path) -> Path:
    """Returns the folder of a Python that uv has brought."""
    call_uv(["python", "install", "--quiet", "--no-bin", "--install-dir", str(place), BUILD])
    return next(one for one in place.iterdir() if one.name.startswith("cpython-") and not one.is_symlink())


def call_uv(arguments: Sequence[str]) -> None:
    """Calls uv, that of the project where none is on the PATH."""
    found = shutil.which("uv") or str(ROOT / ".tools" / "uv" / "bin" / "uv")
    subprocess.run([found, *arguments], check=True)  # uv, with arguments of ours


def _ignored(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in LEFT_OUT]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    bundle(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None, ROOT / "functions/train/requirements.txt")
