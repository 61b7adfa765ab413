"""The Python client of the HTTP API. It imports nothing of the service, and urllib3 beside the standard library.

    from doublebill.client import Client, Options, aws_signature

    with Client(url, Options(signer=aws_signature("eu-west-1"))) as client:
        client.recommend("films", user_id="ann", n=5)["recommendations"]

`AsyncClient` has the same methods, to be awaited. `doublebill.client.shapes` has the types of requests and responses.
"""

from doublebill.client.asynchronous import AsyncClient
from doublebill.client.blocking import Client
from doublebill.client.call import Call
from doublebill.client.exchange import Options
from doublebill.client.failures import (
    Absent,
    ClientError,
    FieldError,
    NotPermitted,
    Overtaken,
    ProblemAnswer,
    QuotaUsedUp,
    RequestInvalid,
    Unavailable,
    Unreachable,
)
from doublebill.client.retries import Retries
from doublebill.client.signing import aws_signature, bearer, nobody

__all__ = [
    "Absent",
    "AsyncClient",
    "Call",
    "Client",
    "ClientError",
    "FieldError",
    "NotPermitted",
    "Options",
    "Overtaken",
    "ProblemAnswer",
    "QuotaUsedUp",
    "RequestInvalid",
    "Retries",
    "Unavailable",
    "Unreachable",
    "aws_signature",
    "bearer",
    "nobody",
]
