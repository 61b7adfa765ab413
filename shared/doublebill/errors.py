"""Everything that doublebill itself raises, one family; the edge turns each type into one HTTP answer."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self

SHOWN_LIMIT = 80
"""Characters of a field or value that an error repeats, so that an error never echoes a whole body."""

DAMAGED_SHOWN = 5
"""Damaged objects that one error names."""

COMPLAINTS_LIMIT = 30
"""Complaints that one error lists; of the rest it gives the number."""


class Shown(str):
    """A description of a value, shown without quotes in place of the value."""

    __slots__ = ()


NOTHING = Shown("nothing")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with an input: the field, the problem and how to fix it."""

    field: str
    problem: str
    fix: str
    quoted: str = ""
    """The value as `problem` repeats it, where it does."""
    fields: int = 1
    """The number of fields that it is about."""

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}; {self.fix}" if self.field else f"{self.problem}; {self.fix}"


def wrong_value(field: str, value: object, allowed: str) -> Complaint:
    """Complains that a value is missing (None or `NOTHING`) or is not one of those allowed, which the fix names."""
    if value is NOTHING or value is None:
        return Complaint(_shortened(field), "missing", f"give {allowed}")
    quoted = shown(value)
    problem = f"found {quoted}" if isinstance(value, Shown) else f"{quoted} is not valid"
    return Complaint(_shortened(field), problem, f"use {allowed}", quoted)


def unknown_field(field: str, names: Iterable[str]) -> Complaint:
    """Complains about a field that is none of the named ones."""
    return next(unknown_fields([field], names))


def unknown_fields(fields: Sequence[str], names: Iterable[str]) -> Iterator[Complaint]:
    """Complains about each of the first fields that are none of the named ones, and once about all others.

    A body may have 100,000 of them: as many complaints, of which an error lists a few, would take half a second.
    """
    fix = "use one of " + ", ".join(names)
    for field in fields[:COMPLAINTS_LIMIT]:
        yield Complaint(_shortened(field), "unknown field", fix)
    if len(fields) > COMPLAINTS_LIMIT:
        yield _more(len(fields) - COMPLAINTS_LIMIT)


def _more(fields: int) -> Complaint:
    return Complaint("", f"{fields} more fields are wrong", "fix these first", fields=fields)


def shown(value: object) -> str:
    """The value as an error repeats it: at most `SHOWN_LIMIT` characters, of a list only its length."""
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "an object"
    return _shortened(value if isinstance(value, Shown) else repr(value))


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_LIMIT else text[: SHOWN_LIMIT - 1] + "…"


class DoublebillError(Exception):
    """Something that doublebill refuses or cannot do."""


class InvalidInput(DoublebillError):
    """The caller's input is wrong; each complaint names a field, its problem and a fix."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        whole = tuple(complaints)
        more = sum(complaint.fields for complaint in whole[COMPLAINTS_LIMIT:])
        if more:
            whole = (*whole[:COMPLAINTS_LIMIT], _more(more))
        self.complaints = whole
        super().__init__("; ".join(str(complaint) for complaint in self.complaints))

    @classmethod
    def one(cls, field: str, problem: str, fix: str) -> Self:
        """The error with a single complaint: `one("n", f"{n} is below 1", "use 1 to 500")`."""
        return cls([Complaint(_shortened(field), problem, fix)])

    @classmethod
    def of_value(cls, field: str, value: object, allowed: str) -> Self:
        """The error for a value that is missing or not allowed: `of_value("n", 0, "an integer from 1 to 500")`."""
        return cls([wrong_value(field, value, allowed)])


class Unsatisfiable(InvalidInput):
    """Each field is valid, but together they ask for something that cannot exist."""


class NoValidEvents(InvalidInput):
    """Every event of a request is wrong."""

    def __init__(self, complaints: Iterable[Complaint], rejected: int = 0) -> None:
        super().__init__(complaints)
        self.rejected = rejected
        """The number of events."""


@contextmanager
def naming(field: str, otherwise: str) -> Iterator[None]:
    """Names the field `otherwise`, and each of its parts, in errors about `field` that are raised inside."""
    try:
        yield
    except InvalidInput as wrong:
        if field == otherwise:
            raise
        named = [replace(one, field=_renamed(one.field, field, otherwise)) for one in wrong.complaints]
        raise type(wrong)(named) from wrong


def _renamed(name: str, field: str, otherwise: str) -> str:
    rest = name.removeprefix(field)
    return otherwise + rest if name.startswith(field) and rest[:1] in ("", ".", "[") else name


class NotReached(DoublebillError):
    """The requested result may exist, but was not found within the work that one request is given."""


class TooManyBadRows(DoublebillError):
    """A file has more bad rows than the import accepts; nothing of it was stored."""


class NotFound(DoublebillError):
    """The catalog, item, version, training or kind that was named does not exist."""


class Forbidden(DoublebillError):
    """The caller may not do this, although it may know of what it named."""


class QuotaExceeded(DoublebillError):
    """The caller has asked as often as it may today; tells in how many seconds it may ask again."""

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"the quota of requests for today is used up; it is renewed in {retry_after_seconds} seconds")


class TooManyJobs(DoublebillError):
    """The caller has started as many jobs as may work for it at once; tells in how many seconds to ask again."""

    def __init__(self, problem: str, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(problem)


class NoModel(DoublebillError):
    """The catalog exists, but no model of it can be served yet."""


class NoEvents(DoublebillError):
    """There is nothing to train on."""


class Conflict(DoublebillError):
    """Somebody else changed or created the same object first."""


class VersionRefused(Conflict):
    """The version was trained on users who were erased since, so it serves no more; names it."""

    def __init__(self, catalog: str, version: str) -> None:
        self.version = version
        super().__init__(
            f"version {version} of catalog {catalog!r} was trained on users who were erased since; "
            "promote it to fit its config on the data of today, or use a later version"
        )


class TrainingRunning(Conflict):
    """A training of the catalog is queued or at work; names it.

    `queued_until` is the time until which it may begin, ISO 8601; empty where it is at work.
    """

    def __init__(self, catalog: str, training_id: str, queued_until: str = "") -> None:
        self.training_id = training_id
        queued = f"is queued; if it has not begun by {queued_until}, train again then"
        state = queued if queued_until else "is running; wait until it has ended"
        super().__init__(f"training {training_id} of catalog {catalog!r} {state}")


class BudgetSpent(DoublebillError):
    """The privacy budget of the catalog has too little left for this training."""


class ObjectMissing(DoublebillError):
    """There is no object under that key."""


class ArtifactCorrupt(DoublebillError):
    """An artifact's bytes are not what its manifest says; it is never served."""


class FormatUnknown(ArtifactCorrupt):
    """An artifact is whole, but of a format or with a config that this code does not know; it is never served."""


class ObjectDamaged(DoublebillError):
    """A stored object is cut, changed or gone; names the object."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        self.problem = problem
        super().__init__(f"{name}: {problem}")


class DataDamaged(DoublebillError):
    """Stored data that a training would read are damaged; names the objects and says what to do."""

    def __init__(self, damaged: Sequence[ObjectDamaged], fix: str) -> None:
        self.damaged = damaged
        names = "; ".join(str(one) for one in damaged[:DAMAGED_SHOWN])
        more = len(damaged) - DAMAGED_SHOWN
        count = "1 stored object is" if len(damaged) == 1 else f"{len(damaged)} stored objects are"
        super().__init__(f"{count} damaged: {names}{f'; and {more} more' if more > 0 else ''}. {fix}")


class Unfittable(DoublebillError):
    """A config cannot be fitted to the data there is."""


class StoreUnavailable(DoublebillError):
    """A store did not answer, or refused to."""


class SettingsIncomplete(DoublebillError):
    """A deployment setting is missing or malformed; names the variable."""
