"""Failures: the problem documents of the service (RFC 9457) as typed errors, and requests without an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

PROBLEM_TYPE = "urn:doublebill:problem:"


class ClientError(Exception):
    """The family of all errors that a client raises for a request."""


class Unreachable(ClientError):
    """Raised when no answer came: no connection, or none in time."""


@dataclass(frozen=True)
class FieldError:
    """A field of the request that is wrong, and what to do."""

    field: str
    problem: str
    fix: str


class ProblemAnswer(ClientError):
    """Raised when the service answers with a problem; a subclass says which kind where it is known."""

    def __init__(self, status: int, kind: str, detail: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(f"{status} {kind}: {detail}")
        self.status = status
        self.kind = kind
        """The last part of the problem's type, such as `invalid-input`; it never changes."""
        self.detail = detail
        self.errors = errors
        self.retry_after_seconds: float | None = None
        """How long the service says to wait; None where it says nothing."""


class RequestInvalid(ProblemAnswer):
    """Raised for a request with wrong fields, which `errors` names."""


class NotPermitted(ProblemAnswer):
    """Raised when the caller may not do this, or was not recognised."""


class Absent(ProblemAnswer):
    """Raised when there is no such catalog, item, version or job."""


class Overtaken(ProblemAnswer):
    """Raised when another request changed the same object, or does what was asked for."""


class QuotaUsedUp(ProblemAnswer):
    """Raised when the caller has used up its requests."""


class Unavailable(ProblemAnswer):
    """Raised when the service cannot answer now: there is no model yet, or a store is away."""


KINDS: Mapping[int, type[ProblemAnswer]] = {
    400: RequestInvalid,
    401: NotPermitted,
    403: NotPermitted,
    404: Absent,
    409: Overtaken,
    413: RequestInvalid,
    414: RequestInvalid,
    415: RequestInvalid,
    422: RequestInvalid,
    429: QuotaUsedUp,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def problem_of(status: int, data: bytes) -> ProblemAnswer:
    """Returns the error that an answer stands for; API Gateway's own refusals have a `message` only."""
    try:
        document = json.loads(data)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {"detail": data[:200].decode(errors="replace")}
    kind = str(document.get("type", "")).removeprefix(PROBLEM_TYPE) or "no-problem-document"
    detail = document.get("detail") or document.get("title") or document.get("message") or ""
    wrong = document.get("errors") or ()
    errors = tuple(FieldError(*(str(one.get(part, "")) for part in ("field", "problem", "fix"))) for one in wrong)
    return KINDS.get(status, ProblemAnswer)(status, kind, str(detail), errors)
