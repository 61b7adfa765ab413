"""The emulator that `infra/events/env.json` points at: MiniStack with a stack's stores and one small trained catalog.

    make emulator        or        .venv/bin/python infra/emulator.py

Listens on 127.0.0.1:4566, or where BIND_HOST and GATEWAY_PORT say, until it is interrupted; keeps nothing. A line
that ends with its address says that it is ready.
"""

import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3

from doublebill.service.access.pseudonym_key import guarded
from doublebill.service.catalog import catalogs
from doublebill.service.ingesting.ingest import Intake, ingest
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.train import train
from doublebill.stores.histories import DynamoHistories
from doublebill.stores.job_record import new_id
from doublebill.stores.objects import S3Objects
from doublebill.stores.secrets import ManagedSecrets

ROOT = Path(__file__).resolve().parent.parent
MINISTACK = ROOT / ".tools" / "ministack" / "bin" / "ministack"

REGION = "us-east-1"
"""Region that `sam local invoke` gives a function when none is set up."""

BUCKET = "doublebill-local"
TABLE = "doublebill-local-histories"
SECRET = "doublebill-local-pseudonym-key"  # noqa: S105  # the name of one
JOB_FUNCTIONS = ("doublebill-local-train", "doublebill-local-batches", "doublebill-local-generate")

CATALOG = "demo"
ARTISTS = {
    "jazz": ("Blue Harbour", "Paper Lantern Trio", "Midnight Ferry", "The Quiet Hats", "Velvet Tram", "Ninth Street"),
    "metal": ("Iron Orchard", "Ashen Choir", "Wolf Cathedral", "Black Meridian", "Rust Sermon", "Hollow Crown"),
}
LISTENERS = 40
FIRST_SECOND = 1_767_225_600

READY_SECONDS = 300


def main() -> None:
    """Runs until interrupted."""
    host, port = os.environ.get("BIND_HOST", "127.0.0.1"), int(os.environ.get("GATEWAY_PORT", "4566"))
    if not MINISTACK.exists():
        sys.exit("doublebill: MiniStack is not set up; run: python3 infra/bootstrap.py ministack")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that everything started here is ended
    with contextlib.suppress(KeyboardInterrupt), running(host, port) as process:
        endpoint = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104  # compared, not bound
        version = fill(endpoint)
        print(f"bucket {BUCKET}, table {TABLE}, secret {SECRET}; catalog {CATALOG!r} serves {version}")
        print(f"ready on {endpoint}", flush=True)
        process.wait()


@contextlib.contextmanager
def running(host: str, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Runs MiniStack as a process and ends it, with everything it keeps, afterwards."""
    with tempfile.TemporaryDirectory(prefix="doublebill-emulator-") as folder:
        environment = {
            **os.environ,
            "BIND_HOST": host,
            "GATEWAY_PORT": str(port),
            "MINISTACK_REGION": REGION,
            "S3_DATA_DIR": f"{folder}/s3",
            "TMPDIR": folder,
            "LOG_LEVEL": "WARNING",
            # listeners on ports of their own that nobody here asks for
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
        }
        process = subprocess.Popen(
            [str(MINISTACK)], env=environment, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            _wait_until_healthy(f"http://{host}:{port}/_ministack/health", process)
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def _wait_until_healthy(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(url, timeout=2):  # noqa: S310  # http, written above
            return
        time.sleep(0.1)
    sys.exit(f"doublebill: MiniStack did not come up at {url}; is the port taken?")


def fill(endpoint: str) -> str:
    """Makes the stores of a stack at `endpoint`, trains the catalog in them and gives the version it serves."""
    _make_stores(endpoint)
    return _train(endpoint)


def client(service: str, endpoint: str) -> Any:
    """Returns a client of a service of the emulator."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)  # noqa: S106  # any will do
    return session.client(service, endpoint_url=endpoint)  # type: ignore[call-overload]  # one of four literals


def _make_stores(endpoint: str) -> None:
    client("s3", endpoint).create_bucket(Bucket=BUCKET)
    client("secretsmanager", endpoint).create_secret(Name=SECRET, SecretString="not-a-secret-but-long-enough")
    database = client("dynamodb", endpoint)
    database.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    database.update_time_to_live(TableName=TABLE, TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True})
    # take the jobs that the schedule, POST …/trainings and POST …/batches start, and do nothing with them
    for function in JOB_FUNCTIONS:
        client("lambda", endpoint).create_function(
            FunctionName=function,
            Runtime="python3.13",
            Handler="app.handler",
            Role="arn:aws:iam::000000000000:role/none",
            Code={"ZipFile": _zipped("app.py", "def handler(event, context):\n    return event\n")},
        )


def _zipped(name: str, text: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, text)
    return data.getvalue()


def _train(endpoint: str) -> str:
    objects = S3Objects(BUCKET, client("s3", endpoint))
    secrets = ManagedSecrets(SECRET, client("secretsmanager", endpoint))
    histories = DynamoHistories(TABLE, client("dynamodb", endpoint))
    intake = Intake(objects, histories, guarded(objects, secrets), retention_seconds=400 * 86_400)
    described = [
        {"item_id": f"{genre}-{number}", "title": title, "tags": [genre]}
        for genre, titles in ARTISTS.items()
        for number, title in enumerate(titles)
    ]
    catalogs.put_items(objects, CATALOG, catalogs.check_items(described), _now_ms())
    ingest(intake, CATALOG, list(_events()), _now_ms())
    record = train(TrainingJob(objects, CATALOG, new_id(_now_ms(), "emulator"), _now_ms))
    return str(record["version"])


def _events() -> Iterator[dict[str, object]]:
    """Yields events: every listener plays all artists of one genre but one."""
    for listener in range(LISTENERS):
        genre = list(ARTISTS)[listener % len(ARTISTS)]
        for number in range(len(ARTISTS[genre])):
            if number != listener // 2 % len(ARTISTS[genre]):
                yield {
                    "user_id": f"listener-{listener}",
                    "item_id": f"{genre}-{number}",
                    "kind": "play",
                    "timestamp": FIRST_SECOND + 60 * listener + number,
                }


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    main()
