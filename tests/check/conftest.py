"""MiniStack: AWS as a server of its own, whose conditional writes are atomic."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from processes import PATIENCE_SECONDS, until

pytest.register_assert_rewrite("contract")

OF_STACKS = "cloudformation,iam,ssm,logs,apigateway,scheduler,sns,sqs,cloudwatch,monitoring"
"""The services that a whole stack needs beside the stores."""

LONGEST = ["schemathesis", "ministack", "sam", "canaries", "spark", "playground", "two_stacks"]
"""Files that take longest begin first, so that no worker is alone with one at the end."""

ROOT = Path(__file__).resolve().parent.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts the tests by file, the longest first."""
    places = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(autouse=True)
def environment_of_the_test() -> Iterator[None]:
    """Commands for a stack set variables for the whole process: no test leaves them to the next."""
    with mock.patch.dict(os.environ):
        yield


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a MiniStack that was just started and holds nothing, on loopback only."""
    subprocess.run([sys.executable, str(ROOT / "infra" / "bootstrap.py"), "ministack"], check=True)
    folder = tmp_path_factory.mktemp("ministack")
    port = _free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SERVICES": f"s3,dynamodb,secretsmanager,lambda,sts,{OF_STACKS}",
        "LOG_LEVEL": "WARNING",
    }
    with (folder / "log").open("wb") as log:
        command = [str(ROOT / ".tools" / "ministack" / "bin" / "ministack")]
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(server, endpoint, folder / "log")
        yield endpoint
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture
def aws(ministack: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every client of this process and its children speaks to MiniStack."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tested")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tested")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    return ministack


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: "subprocess.Popen[bytes]", endpoint: str, log: Path) -> None:
    def answers() -> bool:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=PATIENCE_SECONDS):
                return True
        except (urllib.error.URLError, ConnectionError):
            return False

    until(answers, "the answer of MiniStack")
