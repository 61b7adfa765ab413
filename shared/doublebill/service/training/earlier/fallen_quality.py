"""Fallen quality: a version that is much worse than the champion was when that was measured.

The promotion gate compares two configs on the data of today, on one split. A fault that ruins both, or that this split
does not see, passes it. So each split is compared with itself as well: with the figures in the record of the run that
made the champion.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doublebill.errors import NotFound
from doublebill.fit.evaluation.uncertainty import FEWEST_TO_JUDGE
from doublebill.fit.selection.study import DECIDES
from doublebill.service.registry import runs
from doublebill.service.registry.champions import Champion
from doublebill.stores.objects import Objects

LEAST_SHARE = 0.5
"""Share of the champion's figure below which a version is not promoted."""

SPLITS = {"random": ("random", "a random fifth"), "newest": ("temporal", "the newest fifth")}
"""Splits that most trainings have, by their question: the part of a report where they did not decide, and the words."""

Report = Mapping[str, Any]


def fallen(objects: Objects, catalog: str, champion: Champion | None, report: Report) -> list[str]:
    """Returns a sentence for each split on which a version reaches less than half of what its champion had reached."""
    if champion is None:
        return []
    try:
        before = runs.of_version(objects, catalog, champion.version)
    except NotFound:
        return []
    earlier = before.get("report")
    return [f"{words} (run {before['run']})" for words in falls(earlier if isinstance(earlier, dict) else {}, report)]


def falls(before: Report, now: Report) -> Iterator[str]:
    """Yields the words for each split on which a report has less than half of an earlier one, beyond noise.

    Where new data made a split harder, popularity fell too: what a version is worth beside popularity must have halved
    as well.
    """
    for question, (part, words) in SPLITS.items():
        was, found = _measured(before, question, part), _measured(now, question, part)
        if was is None or found is None:
            continue
        value, earlier = found["metrics"][DECIDES], was["metrics"][DECIDES]
        popular, earlier_popular = found["popularity"][DECIDES], was["popularity"][DECIDES]
        halved = value < LEAST_SHARE * earlier and value * earlier_popular < LEAST_SHARE * earlier * popular
        if halved and found["intervals"][DECIDES][1] < was["intervals"][DECIDES][0]:
            yield (
                f"with {words} of each history hidden, {DECIDES} is {value:.3f}: "
                f"less than half of the {earlier:.3f} that the champion had reached"
            )


def refusal(complaints: list[str]) -> str:
    """Returns the reason not to promote a version of which there are such complaints, empty without any."""
    return "; ".join([*complaints, "if that is right, promote the version by hand"]) if complaints else ""


def _measured(report: Report, question: str, part: str) -> Report | None:
    """Returns the part of a report about a split; None where that was not measured on enough users."""
    decided = report.get("evaluated") and report["split"].get("question", "random") == question
    found: Report | None = report if decided else report.get(part)
    if found is None or DECIDES not in found.get("intervals", {}):
        return None
    return found if found["split"]["test_users"] >= FEWEST_TO_JUDGE else None
