"""DynamoDB for histories and records: a client with short time limits, and the translation of its errors."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from doublebill.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def dynamodb_client() -> "DynamoDBClient":
    """Returns a client whose calls end within about two seconds, since a request waits for them."""
    import boto3
    from botocore.config import Config

    brisk = Config(connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client("dynamodb", config=brisk)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turns the errors of botocore into `StoreUnavailable`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as refused:
        raise StoreUnavailable(f"DynamoDB: {refused.response.get('Error', {}).get('Code', '')}") from refused
    except BotoCoreError as failed:
        raise StoreUnavailable(f"DynamoDB: {type(failed).__name__}") from failed
