"""Signing: the headers by which a request says who calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Unsigned:
    """A request as it will be sent, but for the headers of its caller."""

    method: str
    url: str
    headers: Mapping[str, str]
    data: bytes | None


type Signer = Callable[[Unsigned], Mapping[str, str]]
"""Returns all headers of a request. It is called before every attempt, since a signature is valid for minutes."""


def nobody(request: Unsigned) -> Mapping[str, str]:
    """Returns the headers without a caller, for `doublebill up`."""
    return request.headers


def bearer(token: str | Callable[[], str]) -> Signer:
    """Returns a signer that adds a bearer token (RFC 6750), or the one that a function returns when it is called."""

    def signed(request: Unsigned) -> Mapping[str, str]:
        current = token if isinstance(token, str) else token()
        return {**request.headers, "authorization": f"Bearer {current}"}

    return signed


def aws_signature(region: str, profile: str | None = None) -> Signer:
    """Returns a signer with AWS's Signature Version 4, by the credentials that botocore finds.

    It signs for the service that a URL belongs to: Lambda, where it is that of a function, or else API Gateway.

    Raises:
        ModuleNotFoundError: when botocore is not installed.
        LookupError: when there are no credentials.
    """
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.session import Session

    credentials = Session(profile=profile).get_credentials()
    if credentials is None:
        raise LookupError("no AWS credentials: run `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")

    def signed(request: Unsigned) -> Mapping[str, str]:
        frozen = credentials.get_frozen_credentials()  # renewed when they are about to expire
        signable = AWSRequest(request.method, request.url, dict(request.headers), request.data)
        SigV4Auth(frozen, _service_of(request.url), region).add_auth(signable)
        return dict(signable.headers.items())

    return signed


def _service_of(url: str) -> str:
    return "lambda" if ".lambda-url." in (urlsplit(url).hostname or "") else "execute-api"
