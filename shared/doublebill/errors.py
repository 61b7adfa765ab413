"""Everything that doublebill itself raises, one family; the edge turns each type into one HTTP answer."""

from collections.abc import Iterable
from dataclasses import dataclass

FOUND_LIMIT = 80
"""Characters of a field or found value that an error repeats, so that an error never echoes a whole body."""


COMPLAINTS_LIMIT = 30
"""Complaints that one error tells; of the rest it tells the number."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with an input: where, what was there, what was wanted."""

    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.field}: found {self.found}, expected {self.expected}"


def complaint(field: str, found: object, expected: str) -> Complaint:
    """A complaint that shows the found value shortened to `FOUND_LIMIT` characters."""
    shown = found if isinstance(found, Shown) else repr(found)
    return Complaint(_shortened(field), _shortened(shown), expected)


def _shortened(text: str) -> str:
    return text if len(text) <= FOUND_LIMIT else text[: FOUND_LIMIT - 1] + "…"


class Shown(str):
    """Words that describe what was found, shown as they are instead of quoted as a value."""

    __slots__ = ()


NOTHING = Shown("nothing")


class DoublebillError(Exception):
    """Something that doublebill refuses or cannot do."""


class InvalidInput(DoublebillError):
    """The caller's input is wrong; each complaint names a field, what was found and what was expected."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        whole = tuple(complaints)
        more = len(whole) - COMPLAINTS_LIMIT
        if more > 0:
            rest = Complaint("", f"{more} more wrong fields", "none")
            whole = (*whole[:COMPLAINTS_LIMIT], rest)
        self.complaints = whole
        super().__init__("; ".join(str(complaint) for complaint in self.complaints))

    @classmethod
    def one(cls, field: str, found: object, expected: str) -> "InvalidInput":
        """The error with a single complaint."""
        return cls([complaint(field, found, expected)])


class Unsatisfiable(InvalidInput):
    """Each field is valid, but together they ask for something that cannot exist."""


class NotReached(DoublebillError):
    """What was asked for may exist, but was not found within the work that one request is given."""


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


class NoModel(DoublebillError):
    """The catalog exists, but no model of it can be served yet."""


class NoEvents(DoublebillError):
    """There is nothing to train on."""


class Conflict(DoublebillError):
    """Somebody else changed or created the same object first."""


class ObjectMissing(DoublebillError):
    """There is no object under that key."""


class ArtifactCorrupt(DoublebillError):
    """An artifact's bytes are not what its manifest says; it is never served."""


class FormatUnknown(ArtifactCorrupt):
    """An artifact is whole, but of a format or with a config that this code does not know; it is never served."""


class Unfittable(DoublebillError):
    """A config cannot be fitted to the data there is."""


class StoreUnavailable(DoublebillError):
    """A store did not answer, or refused to."""


class SettingsIncomplete(DoublebillError):
    """A deployment setting is missing or malformed; names the variable."""
