"""The contract of the stores on MiniStack, where moto would prove nothing: its conditional writes are not atomic."""

import contextlib
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from clocks import Clock
from contract import (
    ConcurrentHistoriesContract,
    ConcurrentObjectsContract,
    ConcurrentRecordsContract,
    ConcurrentSecretsContract,
    HistoriesContract,
    ObjectsContract,
    RecordsContract,
    SecretsContract,
)
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import TrainingRunning
from doublebill.service.registry import champions, runs, versions
from doublebill.service.registry.leases import taking
from doublebill.service.registry.leases.lease import read_lease
from doublebill.service.serving.warm_models import Warm
from doublebill.stores.histories import DynamoHistories
from doublebill.stores.objects import S3Objects
from doublebill.stores.records import DynamoRecords
from doublebill.stores.secrets import open_secrets
from processes import PATIENCE_SECONDS, in_processes
from small_versions import ARTIFACTS, NAMES, VERSIONS
from trainings import append_and_train, fill
from worlds import FIRST_MS, checkerboard


@pytest.fixture
def client(aws):
    """Makes clients that are closed at the end."""
    made = []

    def of(service: str):
        made.append(boto3.client(service))
        return made[-1]

    yield of
    for one in made:
        one.close()


@pytest.fixture
def bucket(client):
    name = f"tested-{uuid.uuid4()}"
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return name


@pytest.fixture
def objects(client, bucket):
    return S3Objects(bucket, client("s3"))


class TestS3(ObjectsContract, ConcurrentObjectsContract):
    @pytest.fixture
    def url(self, bucket):
        return f"s3://{bucket}"


@pytest.fixture
def table(client):
    name = f"tested-{uuid.uuid4()}"
    client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    client("dynamodb").get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    return name


class TestDynamoDB(HistoriesContract, ConcurrentHistoriesContract):
    @pytest.fixture
    def url(self, table):
        return f"dynamodb://{table}"

    @pytest.fixture
    def histories(self, client, table):
        return DynamoHistories(table, client("dynamodb"))


class TestRecordsInDynamoDB(RecordsContract, ConcurrentRecordsContract):
    @pytest.fixture
    def url(self, table):
        return f"dynamodb://{table}"

    @pytest.fixture
    def records(self, client, table):
        return DynamoRecords(table, client("dynamodb"))


class TestSecretsManager(SecretsContract, ConcurrentSecretsContract):
    @pytest.fixture
    def url(self, client):
        name = f"tested-{uuid.uuid4()}"
        client("secretsmanager").create_secret(Name=name, SecretString="a key that only tests know")
        return f"secretsmanager://{name}"

    @pytest.fixture
    def secrets(self, url):
        return open_secrets(url)


THREADS, ROUNDS = 8, 500


def test_of_eight_threads_one_takes_the_lease_in_every_round(client, bucket):
    stores = [S3Objects(bucket, client("s3")) for _ in range(THREADS)]
    double, none = 0, 0
    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(ROUNDS):
            together = threading.Barrier(THREADS)

            def take(store, place, together=together, number=number):
                together.wait(PATIENCE_SECONDS)
                with contextlib.suppress(TrainingRunning):
                    return taking.begin(store, "films", f"run-{place}", FIRST_MS + number)
                return None

            won = [lease for lease in pool.map(take, stores, range(THREADS)) if lease]
            double, none = double + (len(won) > 1), none + (not won)
            for lease in won:
                taking.release(stores[0], "films", lease)
    print(f"{ROUNDS} rounds of {THREADS} threads: {double} double wins, {none} rounds without a winner")
    assert (double, none) == (0, 0)
    assert read_lease(stores[0], "films").generation == ROUNDS


def test_of_eight_threads_every_promotion_moves_the_pointer_once(client, bucket):
    stores = [S3Objects(bucket, client("s3")) for _ in range(THREADS)]
    for name in NAMES[:THREADS]:
        versions.publish(stores[0], "films", ARTIFACTS[name])
    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(0, ROUNDS, THREADS):

            def promote(store, place, number=number):
                generation = number + place + 1
                run = f"run-{generation}"
                return champions.promote_run(store, "films", VERSIONS[NAMES[place]], run, generation, 0, 0)

            won = list(pool.map(promote, stores, range(THREADS)))
            champion = champions.read_champion(stores[0], "films")
            assert won[-1]
            assert champion.generation == number + THREADS


def test_trainings_in_processes_land_all_and_the_last_is_champion(objects, bucket, table, client, tmp_path):
    fill(objects, checkerboard(users=8, items=8))
    records = in_processes(append_and_train, [(f"s3://{bucket}", number) for number in range(3)])
    last = max(records, key=lambda record: record["generation"])
    assert champions.read_champion(objects, "films").run == last["run"]
    for number, record in enumerate(records):
        assert runs.read(objects, "films", record["run"], FIRST_MS) == record
        champions.promote(objects, "films", record["version"], FIRST_MS + 100 + number)
        warm = Warm(objects, DynamoRecords(table, client("dynamodb")), tmp_path / str(number), Clock())
        serving = warm.serving("films", Deadline(Clock(), 60.0))
        assert (serving.version, serving.degraded) == (record["version"], None)
