"""What the SAM CLI says of the template, and what it builds."""

import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest

from doublebill_local.host.template import read_template
from doublebill_local.locations import ROOT
from runtimes import EVENTS, FUNCTION_OF, MACHINE, SAM, Runtime, bring, emulated, sam_environments

FUNCTIONS = list(read_template().functions)
FILES_OF = {function: [file for file, wanted in FUNCTION_OF.items() if wanted == function] for function in FUNCTIONS}
"""The sample events of each function."""
LIMIT_BYTES = 250 * 1024 * 1024 * 9 // 10
"""Of a function's folder and its layers together, unzipped: nine tenths of the quota, so that updates still fit."""

SERVICES = {"bedrock-runtime", "codedeploy", "dynamodb", "emr-serverless", "lambda", "s3", "secretsmanager"}
"""Services of AWS whose descriptions are brought along."""

ARM64 = 183
"""The machine in an ELF header."""


@pytest.fixture(scope="module", autouse=True)
def _sam_is_there() -> None:
    bring("sam")


def sam(*command: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        # a real interpreter first: sam build asks the first python3.13 that it finds for its version
        "PATH": f"{Path(sys.base_prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "SAM_CLI_TELEMETRY": "0",
    }
    return subprocess.run(
        [str(SAM / "bin" / "sam"), *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def size_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of everything that sam build makes."""
    folder = tmp_path_factory.mktemp("sam")
    done = sam("build", "--build-dir", str(folder / "build"), "--cache-dir", str(folder / "cache"))
    assert done.returncode == 0, done.stderr
    return folder / "build"


def test_the_template_has_no_findings() -> None:
    done = sam("validate", "--lint")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is a valid SAM Template" in done.stdout
    assert len(done.stdout.strip().splitlines()) == 1, done.stdout


def test_a_finding_is_seen(tmp_path: Path) -> None:
    text = (ROOT / "template.yaml").read_text()
    (tmp_path / "template.yaml").write_text(text.replace("BillingMode: PAY_PER_REQUEST", "BillingMode: PAY_NEVER"))
    done = sam("validate", "--lint", "-t", str(tmp_path / "template.yaml"))
    assert done.returncode != 0


def test_every_function_and_the_layer_are_built(built: Path) -> None:
    assert {folder.name for folder in built.iterdir() if folder.is_dir()} - {"TokenApi"} == {*FUNCTIONS, "SharedLayer"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_built_function_fits_with_its_layer(built: Path, function: str) -> None:
    found = size_bytes(built / function) + size_bytes(built / "SharedLayer")
    print(f"{function}: {found / 1e6:.1f} MB of {LIMIT_BYTES / 1e6:.1f}")
    assert found < LIMIT_BYTES


def test_the_layer_is_the_package_compiled_and_pure(built: Path) -> None:
    package = built / "SharedLayer" / "python" / "doublebill"
    sources = {file.relative_to(package) for file in package.rglob("*.py")}
    whole = {file.relative_to(ROOT / "shared/doublebill") for file in (ROOT / "shared").rglob("*.py")}
    assert sources == {file for file in whole if file.parts[0] != "client"}  # clients run elsewhere
    assert {file.suffix for file in package.rglob("*") if file.is_file()} == {".py", ".pyc"}
    check_compiled(package)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_built_function_is_compiled_for_arm64_and_has_no_ballast(built: Path, function: str) -> None:
    folder = built / function
    assert (folder / "app.py").read_bytes() == (read_template().functions[function].folder / "app.py").read_bytes()
    assert not (folder / "doublebill").exists()  # the layer brings it
    check_compiled(folder)
    digest = subprocess.run(
        [sys.executable, ROOT / "infra/layer_digest.py"], capture_output=True, text=True, check=True
    )
    assert (folder / "layer.sha256").read_text() == digest.stdout
    assert [path for path in folder.rglob("*") if path.name == "tests" or path.suffix == ".pyi"] == []
    described = {path.name for path in folder.glob("botocore/data/*") if path.is_dir()}
    assert described == (set() if function == "PlaygroundFunction" else SERVICES)
    libraries = [file for file in folder.rglob("*.so*") if file.is_file()]
    assert libraries
    machines = {struct.unpack_from("<H", file.read_bytes(), 18)[0] for file in libraries}
    assert machines == {ARM64}


def test_the_playground_brings_nothing_that_it_does_not_use(built: Path) -> None:
    packages = {path.name for path in (built / "PlaygroundFunction").iterdir() if path.is_dir()}
    assert {name.split("-")[0] for name in packages} == {"__pycache__", "msgspec", "numpy", "numpy.libs", "pages"}


def check_compiled(folder: Path) -> None:
    """Asserts that every source is compiled, and trusted without a look at it (PEP 552, unchecked hash)."""
    for source in folder.rglob("*.py"):
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        assert compiled.is_file(), source
        with compiled.open("rb") as file:
            assert struct.unpack("<II", file.read(8))[1] == 1, compiled


@pytest.fixture(scope="module")
def environments() -> Iterator[dict[str, dict[str, str]]]:
    """Each function's environment while the emulator runs."""
    with emulated() as address:
        yield sam_environments(address)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but AWS's runtime client, as the managed runtime brings it."""
    folder = tmp_path_factory.mktemp("client")
    for name in ("awslambdaric", "simplejson", "snapshot_restore_py"):
        for file in distribution(name).files or []:
            if ".." not in file.parts:
                target = folder / str(file)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), target)
    return folder


PLATFORM = f"PLATFORM={ {'x86_64': 'x86_64', 'arm64': 'aarch64'}[MACHINE] }-manylinux_2_28"
"""For which the recipe builds here, so that what it builds can run."""


def make(target: str, folder: Path, artifacts: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Runs the recipe of a function or of the layer, as sam build does."""
    artifacts.mkdir()
    command = ["make", f"build-{target}", f"ARTIFACTS_DIR={artifacts}", PLATFORM, *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer, built for this machine."""
    artifacts = tmp_path_factory.mktemp("layer") / "SharedLayer"
    assert make("SharedLayer", ROOT / "shared", artifacts).returncode == 0
    return artifacts / "python"


TRAINING_FIRST = sorted(FUNCTIONS, key=lambda name: name != "TrainFunction")
"""The functions, before one of them queues a training that nothing here runs, and that others wait for."""


@pytest.mark.parametrize("function", TRAINING_FIRST)
def test_what_is_built_is_all_that_it_needs(
    function: str, environments: dict[str, dict[str, str]], client: Path, layer: Path, tmp_path: Path
) -> None:
    """The same recipe for this machine's processor, run by a bare interpreter with the runtime client and the layer."""
    name = function.removesuffix("Function").lower()
    assert make(function, ROOT / "functions" / name, tmp_path / function).returncode == 0
    environment = {**environments[function], "PYTHONPATH": f"{client}{os.pathsep}{layer}", "PYTHONNOUSERSITE": "1"}
    bare = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    runtime = Runtime(tmp_path / function, environment, tmp_path, str(bare))
    try:
        answers = {file: runtime.invoke((EVENTS / f"{file}.json").read_bytes()) for file in FILES_OF[function]}
    finally:
        runtime.end()
    for file, answer in answers.items():
        taken = (200, 202, 409) if file == "trainings" else (200, 202)  # 409: the schedule's training was first
        assert answer.get("statusCode", 200) in taken, (file, answer)
        assert answer.get("state") in (None, "succeeded"), (file, answer)
    if function == "RecommendFunction":
        assert json.loads(answers["recommend"]["body"])["recommendations"]


def test_a_wrong_python_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    old = tmp_path / "python"
    program = "import sys; sys.version_info = (3, 12, 1); sys.version = '3.12.1 (main)'; exec(sys.argv[2])"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{program}" "$@"\n')
    old.chmod(0o755)
    done = make("SharedLayer", ROOT / "shared", tmp_path / "SharedLayer", f"PY={old}")
    assert done.returncode != 0
    assert ".venv has Python 3.12.1, and Lambda compiles for 3.13" in done.stderr
    assert "Install Python 3.13, remove .venv" in done.stderr
    assert list((tmp_path / "SharedLayer").iterdir()) == []
