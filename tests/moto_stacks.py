"""The resources of a stack on moto, which is AWS in this process."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest

from clocks import Clock
from doublebill_local.locations import ROOT
from quick_moto import aws_on_moto, make_table
from stacks import Stack

REGION = "eu-central-1"
ARN = f"arn:aws:lambda:{REGION}:123456789012:function:doublebill"
SECRET = "a-pseudonym-key-that-only-tests-know"


@contextmanager
def on_moto(scratch: Path) -> Iterator[Stack]:
    """Yields a stack, empty, while the context lasts; models are mapped from a folder of its own."""
    clock = Clock()
    with aws_on_moto(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("doublebill.edge.clock.SYSTEM", clock)
        patch.setattr("doublebill.edge.clock.now_ms", clock.now_ms)
        # moto is not safe for threads, and on this clock ten seconds pass as soon as everybody waits
        patch.setattr("doublebill.service.registry.leases.holding.BEAT_SECONDS", math.inf)
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        # settings that the template leaves to their defaults: /tmp, which a test machine shares; a file that is built
        patch.setenv("DOUBLEBILL_SCRATCH", str(scratch))
        patch.setenv("DOUBLEBILL_CLIENT_SCRIPT", str(ROOT / "shared" / "doublebill" / "client" / "doublebill.js"))
        patch.setenv("DOUBLEBILL_OPENAPI", str(ROOT / "infra" / "openapi.json"))
        boto3.client("s3").create_bucket(
            Bucket="doublebill-tested", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        make_table()
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
            "DOUBLEBILL_SPARK_JOBS": "",
            "DOUBLEBILL_RETENTION_DAYS": "400",
            "DOUBLEBILL_HISTORY_READS": "Consistent",
            "DOUBLEBILL_LOGGED_SHARE": "1",
            "DOUBLEBILL_RECOVERY_DAYS": "0",
            "DOUBLEBILL_ERASURE_DAYS": "30",
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
