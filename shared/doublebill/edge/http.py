"""HTTP: the routes of one function, and the one way in which every request is authorised, handled, logged, counted."""

import time
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from doublebill import errors
from doublebill.access.callers import Caller, Right, check, check_user
from doublebill.concurrency.deadline import Deadline
from doublebill.edge import clock
from doublebill.edge.authorise import Authoriser
from doublebill.edge.download import Download, download_response
from doublebill.edge.line_metrics import Measures, RequestLines, counts_of
from doublebill.edge.operation import Operation, Routes
from doublebill.edge.respond import Response, defect_response, json_response, problem_response
from doublebill.edge.settings import ApiSettings
from doublebill.edge.time_limit import API_SECONDS
from doublebill.edge.tracing import traced
from doublebill.events import check_id
from doublebill.model.catalog import check_catalog_name

LOGGED = ("model_version", "recommendation_id", "cold", "degraded")
"""Fields of a response that its log line repeats; none of them names a user."""

UNSET = ApiSettings(objects="", histories="")
DEFECT = 500
"""The status of a response to a request that met a mistake of ours."""

NO_CONTENT: Mapping[str, Any] = {}

WRITING_SECONDS = 0.5
"""Kept back of the time that Lambda gives, for writing the response."""


class Health(TypedDict):
    """The state of the service."""

    status: str


class Api:
    """The routes of one function."""

    def __init__(self, function: str, authoriser: Authoriser, settings: ApiSettings = UNSET) -> None:
        self.routes = Routes()
        self.event: Mapping[str, Any] = NO_CONTENT
        """The current request."""
        self.authoriser = authoriser
        self._caller: Caller | None = None
        self._deadline = Deadline(clock.SYSTEM, 0.0)
        self._latest = 0.0
        self._answer_seconds = settings.answer_seconds
        self._catalog, self._content, self._route = "", NO_CONTENT, ""
        self._first = True
        self.handler = traced(self.handle, function, settings)
        """The entry point for Lambda."""
        self._logger = Logger(service=function)
        self._lines = RequestLines(Measures.of(function, settings), self._logger, settings.logged_share)

    def on[F: Callable[..., Any]](
        self,
        route: str,
        right: Right | None = None,
        *,
        status: int = 200,
        anybody: bool = False,
        users: Sequence[str] = (),
        count: str = "",
        recommends: bool = False,
    ) -> Callable[[F], F]:
        """Registers a function for a route ("GET /v1/catalogs/{catalog}/models"), with what `Operation` declares.

        Path parameters reach it decoded and checked. An argument `request`, an `Input`, is read from
        the body, or from the query string of a GET or DELETE. It returns the typed dictionary of the response,
        or a `Download`.
        """
        method, _, path = route.partition(" ")

        def register(function: F) -> F:
            hints = typing.get_type_hints(function)
            takes, gives = hints.get("request"), hints["return"]
            operation = Operation(
                method, path, right, anybody, status, function, takes, gives, users, count, recommends
            )
            self.routes.add(operation)
            return function

        return register

    @property
    def operations(self) -> Sequence[Operation]:
        """The operations behind the routes."""
        return self.routes.operations

    def _respond(self) -> Response:
        """Returns the response to the current request, an error as a problem."""
        try:
            found = self.routes.find(self.event)
            if found is None:
                raise errors.NotFound("there is no such route")
            return self._operate(*found)
        except errors.DoublebillError as error:
            return self._problem(error)

    def _operate(self, operation: Operation, named: Mapping[str, str]) -> Response:
        """Handles one request: authorises the caller, reads the request, runs the function."""
        self._route = f"{operation.method} {operation.path}"
        path = {name: _checked(name, value) for name, value in named.items()}
        if operation.anybody:
            return json_response(operation.function(**operation.read(self.event, path)), operation.status)
        self._catalog = path.get("catalog", "")
        self._caller = caller = self.authoriser.caller(self.event, self.deadline)
        if operation.right:
            check(caller, path.get("catalog") or f"games/{path.get('kind', '')}", operation.right)
        if "user_id" in path or operation.changes_for_everybody:
            check_user(caller, path.get("user_id"))
        self.authoriser.admit(caller)
        arguments = operation.read(self.event, path)
        for user_id in operation.users_of(arguments.get("request")):
            check_user(caller, user_id)
        content = operation.function(**arguments)
        if isinstance(content, Download):
            return download_response(content, _header(self.event, "if-none-match"), operation.count)
        self._content = content
        if operation.recommends:
            self.authoriser.count_recommendation(content["catalog"], content["model_version"])
        return json_response(content, operation.status, operation.count)

    @property
    def caller(self) -> Caller:
        """The caller of the current request."""
        if self._caller is None:
            raise LookupError("there is no request, or a public one")
        return self._caller

    @property
    def deadline(self) -> Deadline:
        """The time by which all stores must have answered for the current request."""
        return self._deadline

    def within(self, seconds: float) -> Deadline:
        """Returns the deadline in so many seconds, or sooner where Lambda or the API needs the response by then."""
        return Deadline(clock.SYSTEM, min(clock.SYSTEM() + seconds, self._latest))

    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Handles one payload-2.0 event; logs one line and counts, whatever happens."""
        started = time.perf_counter()
        seconds = min(context.get_remaining_time_in_millis() / 1000, API_SECONDS) - WRITING_SECONDS
        now = clock.SYSTEM()
        self._catalog, self._content, self._route = "", NO_CONTENT, str(event.get("routeKey", ""))
        self._caller, self._deadline = None, Deadline(clock.SYSTEM, now + min(self._answer_seconds, seconds))
        self._latest = now + seconds
        self.event, request = event, event["requestContext"]["requestId"]
        # of this thread: environments that share a process share their logger, too
        self._logger.thread_safe_append_keys(correlation_id=request)
        try:
            response = self._respond().to_event()
        except Exception:  # the last resort: a defect is logged and becomes a response
            self._logger.exception("failed", route=self._route)
            response = defect_response()
        self._record(request, response, (time.perf_counter() - started) * 1000)
        return response

    def _problem(self, error: errors.DoublebillError) -> Response:
        """Returns the error as a problem; those that are not the caller's mistake are logged too."""
        if isinstance(error, errors.NoValidEvents):  # counted as where some of the events are valid
            self._content = {"accepted": 0, "rejected": range(error.rejected)}
        response = problem_response(error)
        if response.status >= 500:
            self._logger.warning("failed", reason=f"{type(error).__name__}: {error}")
        return response

    def _record(self, request: str, response: Mapping[str, Any], milliseconds: float) -> None:
        """Writes the log line of a request, with its metrics; it has the route's pattern, never the path or an id."""
        fields = {name: self._content[name] for name in LOGGED if name in self._content}
        status = response["statusCode"]
        failed = status >= 500
        if self._caller:
            fields["caller"] = self._caller.name
            if self.authoriser.outdated:
                fields["callers"] = f"may be outdated: {self.authoriser.outdated}"
            self.authoriser.count(self._caller, self._route, failed, milliseconds)
        values = {"Milliseconds": milliseconds, "Failed": int(failed), **counts_of(self._content)}
        if status == DEFECT:
            values["Defects"] = 1
        fields |= {"route": self._route, "status": status, "milliseconds": round(milliseconds, 2), "first": self._first}
        whole = status >= 400 or bool(self._content.get("degraded")) or "callers" in fields
        self._lines.write(request, values, self._catalog, fields, whole)
        self._first = False


def _checked(name: str, value: str) -> str:
    """Returns a path parameter that can be a catalog's name or an id.

    Raises:
        InvalidInput: when it cannot.
    """
    if name == "catalog":
        return check_catalog_name(value)
    complaints: list[errors.Complaint] = []
    check_id(name, value, complaints)
    if complaints:
        raise errors.InvalidInput(complaints)
    return value


def _header(event: Mapping[str, Any], name: str) -> str:
    """Returns a header of a request by its name in small letters, empty where there is none."""
    headers = event.get("headers") or {}
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")
