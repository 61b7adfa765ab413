"""The stack's resources on moto, and the tiny world trained in them."""

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from clocks import Clock
from doublebill_local.locations import ROOT
from http_events import ask, http_event
from quick_moto import aws_on_moto
from stacks import Stack, post_events, raw_checkerboard

REGION = "eu-central-1"
ARN = f"arn:aws:lambda:{REGION}:123456789012:function:doublebill"
SECRET = "a-pseudonym-key-that-only-tests-know"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack's resources, empty; whoever changes them uses a catalog of their own."""
    clock = Clock()
    with aws_on_moto(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("doublebill.edge.clock.SYSTEM", clock)
        patch.setattr("doublebill.edge.clock.now_ms", clock.now_ms)
        # moto is not safe for threads, and on this clock ten seconds pass as soon as everybody waits
        patch.setattr("doublebill.service.registry.leases.holding.BEAT_SECONDS", math.inf)
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        # settings that the template leaves to their defaults: /tmp, which a test machine shares; a file that is built
        patch.setenv("DOUBLEBILL_SCRATCH", str(tmp_path_factory.mktemp("scratch")))
        patch.setenv("DOUBLEBILL_OPENAPI", str(ROOT / "infra" / "openapi.json"))
        boto3.client("s3").create_bucket(
            Bucket="doublebill-tested", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        boto3.client("dynamodb").create_table(
            TableName="histories",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        secret = boto3.client("secretsmanager").create_secret(Name="pseudonym-key", SecretString=SECRET)
        variables = {
            "DOUBLEBILL_OBJECTS": "s3://doublebill-tested",
            "DOUBLEBILL_HISTORIES": "dynamodb://histories",
            "DOUBLEBILL_SECRETS": f"secretsmanager://{secret['ARN']}",
            "DOUBLEBILL_JOBS": "lambda://doublebill-train:live",
            "DOUBLEBILL_BATCH_JOBS": "lambda://doublebill-batches:live",
            "DOUBLEBILL_CONTENT_JOBS": "lambda://doublebill-generate:live",
            "DOUBLEBILL_RECOMMEND_VERSION": f"{ARN}-recommend:7",
            "DOUBLEBILL_GENERATE_VERSION": f"{ARN}-generate:9",
            "DOUBLEBILL_RETENTION_DAYS": "400",
            "DOUBLEBILL_REWRITER": "bedrock://",
            "DOUBLEBILL_FLAVOUR_PER_DAY": "500",
            "AWS_ENDPOINT_URL": "",
            "OPENBLAS_NUM_THREADS": "1",
            "POWERTOOLS_LOG_LEVEL": "INFO",
            "DOUBLEBILL_STAGE": "tested",
            "DOUBLEBILL_TRACING": "Disabled",
            "DOUBLEBILL_MEASURED_CATALOGS": "",
        }
        yield Stack("doublebill-tested", "histories", variables, patch, clock)


@pytest.fixture(scope="module")
def grow(stack: Stack) -> Callable[[str], dict[str, Any]]:
    """Fills a catalog with the tiny world and trains it, through the functions; gives the run's record."""

    def grown(catalog: str) -> dict[str, Any]:
        items = [{"item_id": f"item-{item:02d}", "title": f"Title {item:02d}"} for item in range(12)]
        described = http_event("PUT /v1/catalogs/{catalog}/items", {"items": items}, {"catalog": catalog})
        assert ask(stack.load("ItemsFunction").handler, described).status == 200
        assert post_events(stack, catalog, raw_checkerboard()).status == 202
        return stack.train(catalog)

    return grown


@pytest.fixture(scope="module")
def world(grow: Callable[[str], dict[str, Any]]) -> str:
    """The version of catalog "world", the tiny world trained."""
    record = grow("world")
    assert record["promoted"], record
    return str(record["version"])


@pytest.fixture
def fresh() -> str:
    """A catalog name that only this test uses."""
    return f"only-{next(_numbers)}"
