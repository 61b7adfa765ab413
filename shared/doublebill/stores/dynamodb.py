"""DynamoDB as the histories and the records reach it: a client of little patience, and its errors as the family's."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from doublebill.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def dynamodb_client() -> "DynamoDBClient":
    """A client whose calls end within about two seconds: somebody waits for the answer."""
    import boto3
    from botocore.config import Config

    brisk = Config(connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client("dynamodb", config=brisk)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turns what botocore raises into `StoreUnavailable`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as refused:
        raise StoreUnavailable(f"DynamoDB: {refused.response.get('Error', {}).get('Code', '')}") from refused
    except BotoCoreError as failed:
        raise StoreUnavailable(f"DynamoDB: {type(failed).__name__}") from failed
