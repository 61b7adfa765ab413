"""Forwards requests to the API of a deployed stack, signed with the AWS credentials of the person at this machine."""

import base64
import hmac
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import urllib3

from doublebill.client.call import path_of
from doublebill.client.signing import Unsigned
from doublebill_local.host.foreign import Refusal
from doublebill_local.remote.stack_api import StackApi

SENT = ("accept", "content-type", "if-none-match")
"""Headers of a request that are sent on; no other one of a browser is the stack's business."""

RETURNED = (
    "cache-control",
    "content-disposition",
    "content-type",
    "etag",
    "retry-after",
    "x-degraded",
    "x-model-version",
)
"""Headers of an answer that come back."""

TIMEOUT_SECONDS = 29.0
"""Less than the front waits for a function."""

NO_TOKEN = Refusal(
    HTTPStatus.UNAUTHORIZED,
    "unauthorized",
    "The request has no valid token",
    "authorization: the token of this start is missing; open the address that `doublebill up` printed, or send "
    "the token in it as Authorization: Bearer TOKEN",
)


class SignedForwarding:
    """Answers events of the front, as a function does, with the answers of a deployed stack."""

    def __init__(self, api: StackApi, token: str) -> None:
        self._api = api
        self._expected = f"Bearer {token}".encode()
        self._pool = urllib3.PoolManager(maxsize=16, block=True)

    def __call__(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the response of the stack, or a refusal where the request lacks the token of this start."""
        headers: Mapping[str, str] = event["headers"]
        if not hmac.compare_digest(headers.get("authorization", "").encode(), self._expected):
            return _answer_of(NO_TOKEN)
        method, _, pattern = str(event["routeKey"]).partition(" ")
        try:
            url = self._api.url + _path(pattern, event.get("pathParameters") or {})
        except ValueError as unsendable:
            title = "The request is not valid"
            return _answer_of(Refusal(HTTPStatus.BAD_REQUEST, "invalid-input", title, f"path: {unsendable}"))
        if event["rawQueryString"]:
            url += "?" + event["rawQueryString"]
        sent = {name: headers[name] for name in SENT if name in headers}
        return self._answer(Unsigned(method, url, sent, _body(event)))

    def _answer(self, unsigned: Unsigned) -> dict[str, Any]:
        try:
            answer = self._pool.request(
                unsigned.method,
                unsigned.url,
                body=unsigned.data,
                headers=self._api.signer(unsigned),
                timeout=TIMEOUT_SECONDS,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as failed:
            detail = f"the stack does not answer: {type(failed).__name__}; check the network, then try again"
            title = "The stack does not answer"
            return _answer_of(Refusal(HTTPStatus.BAD_GATEWAY, "stack-unreachable", title, detail))
        returned = {name: answer.headers[name] for name in RETURNED if name in answer.headers}
        body = base64.b64encode(answer.data).decode()
        return {"statusCode": answer.status, "headers": returned, "body": body, "isBase64Encoded": True}


def _path(pattern: str, parameters: Mapping[str, str]) -> str:
    """Returns the path of a route with its parameters, encoded as the stack expects them.

    Raises:
        ValueError: when no URL can carry a parameter.
    """
    parts = pattern.removeprefix("/v1/").split("/")
    return path_of(*(parameters[part[1:-1]] if part.startswith("{") else part for part in parts))


def _body(event: Mapping[str, Any]) -> bytes | None:
    if "body" not in event:
        return None
    return base64.b64decode(event["body"]) if event["isBase64Encoded"] else str(event["body"]).encode()


def _answer_of(refusal: Refusal) -> dict[str, Any]:
    headers = dict(refusal.headers)
    return {"statusCode": refusal.status.value, "headers": headers, "body": refusal.body, "isBase64Encoded": False}
