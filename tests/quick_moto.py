"""AWS inside this process, on moto, with the addresses and the descriptions of services found once.

By itself moto looks for addresses at each call, and botocore reads descriptions again after each start of moto.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.loaders import create_loader
from moto import backend_index, mock_aws
from moto.core.base_backend import BaseBackend

SERVICES = ("awslambda", "dynamodb", "emrserverless", "s3", "secretsmanager", "sts")
"""Those that the product calls; moto tries the addresses of two hundred."""

PATTERNS = [(name, pattern) for name, pattern in backend_index.backend_url_patterns if name.startswith(SERVICES)]
LOOK_UP: Callable[[Any], dict[str, Any]] = vars(BaseBackend)["urls"].fget

shared_loader = cache(create_loader)
"""Gives one reader of the descriptions, which keeps them, to all sessions."""


@cache
def _addresses(backend: type[BaseBackend]) -> dict[str, Any]:
    return LOOK_UP(backend("us-east-1", "123456789012"))


@contextmanager
def aws_on_moto() -> Iterator[None]:
    """An empty AWS, for clients that are made meanwhile."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(backend_index, "backend_url_patterns", PATTERNS)
        patch.setattr(botocore.session, "create_loader", shared_loader)
        patch.setattr(BaseBackend, "urls", property(lambda backend: _addresses(type(backend))))
        yield


def make_table(name: str = "histories") -> None:
    """Makes a table of histories, with the keys that the template gives it."""
    boto3.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
