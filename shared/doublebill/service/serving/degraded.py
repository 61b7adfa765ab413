"""Degraded: every reason why a response is not the best one, in words that stay the same.

    the champion could not be checked: <why>       the last champion goes on, with the last facts
    the champion pointer is missing                the same
    version <version> cannot be served: <why>      the former champion serves; "the challenger" where it is that one
    version <version> is still being loaded        the same, until it is loaded
    version <version> had users who were erased    the newest former champion without them, or popular items, until a
                                                   training has ended
    availability could not be checked: <why>       items taken down or put back since may be wrong
    trending could not be checked: <why>           the last trending items
    the settings could not be checked: <why>       the last event kinds and rating scale of the catalog
    recent popularity could not be checked: <why>  that of the last hours, or of the training, goes on
    only popular items are known                   no model could be reached: the popularity record serves
    texts could not be rewritten: <why>            plain texts; for texts with `flavour` only
    refreshing failed: <error>                     a defect; see the log of the function

Several are joined by "; ". Each goes away by itself when its cause does, with the next refresh.
"""

from collections.abc import Iterable

from doublebill.errors import ArtifactCorrupt, DoublebillError, FormatUnknown, ObjectMissing, StoreUnavailable

POINTER_MISSING = "the champion pointer is missing"
ONLY_POPULAR = "only popular items are known"
PRIOR = "recent popularity"
LATE = "no answer in time"


def unchecked(fact: str, why: object) -> str:
    """Returns the reason where a fact could not be read again."""
    return f"{fact} could not be checked: {why}"


def unservable(version: str, wrong: Exception, challenger: bool = False) -> str:
    """Returns the reason where a version did not load."""
    return f"{'the challenger' if challenger else 'version'} {version} cannot be served: {_why(wrong)}"


def refused(version: str) -> str:
    """Returns the reason where a version may not be served any more."""
    return f"version {version} had users who were erased"


def loading(version: str, challenger: bool = False) -> str:
    """Returns the reason while a version is being loaded."""
    return f"{'the challenger' if challenger else 'version'} {version} is still being loaded"


def defect(wrong: BaseException) -> str:
    """Returns the reason where the code itself failed."""
    return f"refreshing failed: {type(wrong).__name__}"


def prior_unread(wrong: Exception) -> str:
    """Returns the reason where a refreshed prior could not be read."""
    if isinstance(wrong, StoreUnavailable):
        return unchecked(PRIOR, wrong)
    return unchecked(PRIOR, "its object is missing" if isinstance(wrong, ObjectMissing) else "its object is damaged")


def joined(reasons: Iterable[str | None]) -> str | None:
    """Returns all reasons, each once, or None where there is none."""
    return "; ".join(dict.fromkeys(filter(None, reasons))) or None


def _why(wrong: Exception) -> str:
    """Returns words that name no path of this machine."""
    if isinstance(wrong, FormatUnknown):
        return "it is of another format; train again"
    if isinstance(wrong, ArtifactCorrupt):
        return "its bytes are not what its manifest says"
    if isinstance(wrong, ObjectMissing):
        return "a file of it is missing"
    return str(wrong) if isinstance(wrong, DoublebillError) else type(wrong).__name__
