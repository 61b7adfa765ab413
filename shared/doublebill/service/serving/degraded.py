"""Degraded: every reason for which an answer is not what it should be, in words that stay the same.

    the champion could not be checked: <why>       whoever was champion last goes on, and all else as it was known
    the champion pointer is missing                the same
    version <version> cannot be served: <why>      the former champion answers; "the challenger" where it is that one
    version <version> is still being loaded        the same, until it is
    availability could not be checked: <why>       what was taken down or put up since is not known yet
    trending could not be checked: <why>           what is trending is as it was known last
    only popular items are known                   nothing else could be reached: the popularity record answers
    texts could not be rewritten: <why>            the plain ones are given; of texts with `flavour` only
    refreshing failed: <error>                     a defect; the log of the function tells more

Several are joined by "; ". Each goes away by itself when its cause does, with the next refresh.
"""

from collections.abc import Iterable

from doublebill.errors import ArtifactCorrupt, DoublebillError, FormatUnknown, ObjectMissing

POINTER_MISSING = "the champion pointer is missing"
ONLY_POPULAR = "only popular items are known"
LATE = "no answer in time"


def unchecked(what: str, why: object) -> str:
    """The reason where the latest state of something is not known."""
    return f"{what} could not be checked: {why}"


def unservable(version: str, wrong: Exception, challenger: bool = False) -> str:
    """The reason where a version did not load."""
    return f"{'the challenger' if challenger else 'version'} {version} cannot be served: {_why(wrong)}"


def loading(version: str, challenger: bool = False) -> str:
    """The reason while a version is on its way."""
    return f"{'the challenger' if challenger else 'version'} {version} is still being loaded"


def defect(wrong: BaseException) -> str:
    """The reason where the code itself failed."""
    return f"refreshing failed: {type(wrong).__name__}"


def joined(reasons: Iterable[str | None]) -> str | None:
    """All of them, each once, or None where there is none."""
    return "; ".join(dict.fromkeys(filter(None, reasons))) or None


def _why(wrong: Exception) -> str:
    """The family's own words, but no path of this machine."""
    if isinstance(wrong, FormatUnknown):
        return "it is of another format; train again"
    if isinstance(wrong, ArtifactCorrupt):
        return "its bytes are not what its manifest says"
    if isinstance(wrong, ObjectMissing):
        return "a file of it is missing"
    return str(wrong) if isinstance(wrong, DoublebillError) else type(wrong).__name__
