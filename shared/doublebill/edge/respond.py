"""Responses: what a function returns, or the error that it raises, as HTTP.

Errors become `application/problem+json` (RFC 9457) here, by type: the family of `doublebill.errors` is mapped once.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from doublebill import errors
from doublebill.edge.decode import TooLarge
from doublebill.values.response_size import MAX_RESPONSE_BYTES, wrapped_bytes

PROBLEMS: Mapping[type[errors.DoublebillError], tuple[int, str, str]] = {
    TooLarge: (413, "too-large", "The body is too large"),
    errors.Unsatisfiable: (422, "unsatisfiable", "This cannot be satisfied"),
    errors.NotReached: (422, "not-reached", "No content that meets all this was found"),
    errors.InvalidInput: (400, "invalid-input", "The request is not valid"),
    errors.NotFound: (404, "not-found", "There is no such thing"),
    errors.Forbidden: (403, "forbidden", "The caller may not do this"),
    errors.QuotaExceeded: (429, "quota-exceeded", "The caller has used up today's requests"),
    errors.TooManyJobs: (429, "too-many-jobs", "Too many jobs of the caller are at work"),
    errors.NoModel: (503, "no-model", "There is no model yet"),
    errors.TrainingRunning: (409, "training-running", "A training of the catalog is running"),
    errors.VersionRefused: (409, "version-refused", "The version was trained on users who were erased since"),
    errors.BudgetSpent: (409, "budget-spent", "The privacy budget of the catalog is spent"),
    errors.Conflict: (409, "conflict", "The object was changed by another request"),
    errors.StoreUnavailable: (503, "store-unavailable", "A store does not answer"),
}
"""Status, type and title of each error; an error's subclass stands before it."""

RETRY_AFTER_SECONDS = "5"
PROBLEM_JSON = "application/problem+json"
MODEL_VERSION = "x-model-version"
DEGRADED = "x-degraded"

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Response:
    """The response to a request."""

    status: int
    content_type: str
    body: str | bytes
    headers: Headers = field(default_factory=dict)
    """Beside its content type."""

    def to_event(self) -> dict[str, Any]:
        """Returns it in the payload format 2.0 of Lambda; bytes are sent as base64."""
        text = self.body if isinstance(self.body, str) else base64.b64encode(self.body).decode()
        return {
            "statusCode": self.status,
            "headers": {"Content-Type": self.content_type, **self.headers},
            "body": text,
            "isBase64Encoded": text is not self.body,
        }


def json_response(content: Mapping[str, Any], status: int = 200, count: str = "") -> Response:
    """Returns `content` as a JSON response, with its model version and degradation as headers too.

    Raises:
        InvalidInput: when it is too large to be sent, naming `count`, the field that says how many items it has.
    """
    headers: Headers = {}
    if content.get("model_version"):
        headers[MODEL_VERSION] = content["model_version"]
    if content.get("degraded"):
        headers[DEGRADED] = "true"
    text = to_json(content)
    # no character takes more than four bytes: UTF-8 has no longer ones, and an escape has two
    if len(text) > MAX_RESPONSE_BYTES / 4 and (size_bytes := wrapped_bytes(text.encode())) > MAX_RESPONSE_BYTES:
        size = f"the answer has {size_bytes} bytes of at most {MAX_RESPONSE_BYTES}"
        raise errors.InvalidInput.one(count or "request", size, "ask for fewer or smaller items")
    return Response(status, "application/json", text, headers)


def problem_response(error: errors.DoublebillError) -> Response:
    """Returns an error as a problem document."""
    status, slug, title = next(
        (PROBLEMS[kind] for kind in PROBLEMS if isinstance(error, kind)), (500, "defect", "The service has a defect")
    )
    document: dict[str, object] = {"type": _type(slug), "title": title, "status": status}
    if status != 500:
        document["detail"] = str(error)
    if isinstance(error, errors.InvalidInput):
        document["errors"] = [{"field": one.field, "problem": one.problem, "fix": one.fix} for one in error.complaints]
    if isinstance(error, errors.TrainingRunning):
        document["training_id"] = error.training_id
    headers: Headers = {"Retry-After": RETRY_AFTER_SECONDS} if status == 503 else {}
    if isinstance(error, errors.QuotaExceeded | errors.TooManyJobs):
        headers["Retry-After"] = str(error.retry_after_seconds)
    return Response(status, PROBLEM_JSON, to_json(document), headers)


def defect_response() -> dict[str, Any]:
    """Returns the response of a request that failed by a defect, as Lambda sends it."""
    document = {"type": _type("defect"), "title": "The service has a defect", "status": 500}
    return {"statusCode": 500, "headers": {"content-type": PROBLEM_JSON}, "body": json.dumps(document)}


_encode_strictly = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def to_json(content: Mapping[str, Any]) -> str:
    """Returns `content` as JSON. A lone surrogate that an error repeats stays an escape: UTF-8 cannot carry it.

    Raises:
        ValueError: for NaN and infinity, which msgspec would write as null.
    """
    try:
        encoded = msgspec.json.encode(content)
    except UnicodeEncodeError:
        return _encode_strictly(content).encode("utf-8", "backslashreplace").decode()
    return _encode_strictly(content) if b"null" in encoded else encoded.decode()


def _type(slug: str) -> str:
    return f"urn:doublebill:problem:{slug}"
