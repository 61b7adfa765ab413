"""Functions under AWS's runtime interface emulator and runtime client, and the emulator of the services they need."""

import contextlib
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from doublebill_local.locations import ROOT
from processes import PATIENCE_SECONDS, until

EVENTS = ROOT / "infra" / "events"
SAM = ROOT / ".tools" / "sam"
MACHINE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
TOLD_ADDRESS = "http://host.docker.internal:4566"
"""Where `infra/events/env.json` says that the emulator is."""


FUNCTION_OF = {
    "batches": "BatchesFunction",
    "catalogs": "CatalogsFunction",
    "events": "EventsFunction",
    "generate": "GenerateFunction",
    "imports": "ImportsFunction",
    "items": "ItemsFunction",
    "merge": "PeopleFunction",
    "models": "ModelsFunction",
    "recommend": "RecommendFunction",
    "recommend-user": "RecommendFunction",
    "prune": "PruneFunction",
    "playground": "PlaygroundFunction",
    "release": "ReleaseFunction",
    "train": "TrainFunction",
    "train-schedule": "TrainFunction",
    "trainings": "ModelsFunction",
    "trending": "TrendingFunction",
}
"""The function that takes each sample event of `infra/events`, by the name of its file."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end(process: "subprocess.Popen[str]") -> None:
    """Ends a process and everything it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with process:
        process.wait(PATIENCE_SECONDS)


def bring(tool: str) -> None:
    """Makes the environment of a tool where it is not there yet."""
    subprocess.run([sys.executable, str(ROOT / "infra" / "bootstrap.py"), tool], check=True)


@contextlib.contextmanager
def emulated() -> Iterator[str]:
    """The address of the emulator that `make emulator` starts, on a port of its own."""
    bring("ministack")
    environment = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(free_port())}
    command = [sys.executable, str(ROOT / "infra" / "emulator.py")]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield _until_ready(process)
    finally:
        end(process)


def _until_ready(process: "subprocess.Popen[str]") -> str:
    """The address that it tells when it is ready."""
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        if line.startswith("ready on "):
            return line.removeprefix("ready on ").strip()
        lines.append(line)
    raise AssertionError(f"the emulator ended: {lines}")


def sam_environments(address: str) -> dict[str, dict[str, str]]:
    """What `sam local invoke --env-vars infra/events/env.json` gives each function, with the emulator at `address`."""
    bring("sam")
    script = ROOT / "tests" / "check" / "sam_environment.py"
    command = [str(SAM / "bin" / "python"), str(script), str(ROOT / "template.yaml"), str(EVENTS / "env.json")]
    clean = {"PATH": os.environ["PATH"], "SAM_CLI_TELEMETRY": "0"}  # without anybody's credentials
    made = subprocess.run(command, capture_output=True, text=True, check=True, env=clean)
    told: dict[str, dict[str, str]] = json.loads(made.stdout)
    return {
        function: {name: value.replace(TOLD_ADDRESS, address) for name, value in variables.items()}
        for function, variables in told.items()
    }


def transformed(template: Path = ROOT / "template.yaml") -> dict[str, Any]:
    """The template as CloudFormation gets it, after the transform of SAM."""
    bring("sam")
    script = ROOT / "tests" / "check" / "sam_transformed.py"
    command = [str(SAM / "bin" / "python"), str(script), str(template)]
    clean = {"PATH": os.environ["PATH"], "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "eu-central-1"}
    made: dict[str, Any] = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True, env=clean).stdout
    )
    return made


class Runtime:
    """The handler `app.handler` in a folder, under the runtime interface emulator; `python` runs the runtime client."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], scratch: Path, python: str = sys.executable
    ) -> None:
        binary = scratch / "aws-lambda-rie"
        found = next(SAM.glob(f"lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-{MACHINE}"))
        shutil.copyfile(found, binary)
        binary.chmod(0o755)
        self._port = free_port()
        self._log = scratch / "log"
        addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"]
        addresses += ["--runtime-api-address", f"127.0.0.1:{free_port()}"]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [str(binary), *addresses, python, "-m", "awslambdaric", "app.handler"],
                cwd=folder,
                env={**environment, "PATH": os.environ["PATH"], "DOUBLEBILL_SCRATCH": str(scratch / "models")},
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )

    def invoke(self, event: bytes) -> dict[str, Any]:
        """What the runtime hands back for an event, which must not be an error."""
        url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"

        def answer() -> dict[str, Any] | None:
            assert self._process.poll() is None, self.log()
            try:
                with urllib.request.urlopen(url, event, timeout=PATIENCE_SECONDS) as response:
                    return dict(json.load(response))
            except urllib.error.URLError:
                return None  # it does not listen yet

        told = until(answer, "the answer of the runtime")
        assert "errorType" not in told, f"{told}\n{self.log()}"
        assert "REPORT RequestId" in self.log()
        return told

    def processor_seconds(self) -> float:
        """The processor time of the runtime so far, without that of the emulator around it."""
        children = Path(f"/proc/{self._process.pid}/task").glob("*/children")
        pids = {pid for file in children for pid in file.read_text().split()}
        ticks = 0
        for pid in pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # user and system, its own and that of children that have ended
        return ticks / os.sysconf("SC_CLK_TCK")

    def log(self) -> str:
        """What the function and its runtime wrote."""
        return self._log.read_text()

    def end(self) -> None:
        """Ends the runtime."""
        end(self._process)
