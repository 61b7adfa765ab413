"""The promotion gate: decides whether a version may become champion, on users that neither config was fitted on.

The champion itself was fitted on the test users, so its config is fitted again on the same training part for the
comparison. The other rival is popularity.
"""

from collections.abc import Mapping
from typing import Any

from doublebill.fit.evaluation.report import Report
from doublebill.fit.selection.study import DECIDES

FEWEST_TO_REFUSE = 10
"""With fewer test users the gate refuses nothing, since their spread says little."""

RIVALS = {"over_popularity": "popularity", "over_champion": "the champion's config"}
"""The comparisons in a report that decide, and the words for each rival."""


def decide(report: Report, force: bool = False, first: bool = False, missing: str = "") -> tuple[bool, str]:
    """Decides whether a version with this report may become champion, and returns the reason too.

    `missing` is the complaint that events are missing which an earlier champion was trained on. `force` promotes any
    version; so does `first`, unless events are missing: it is the first of its catalog that can be served.
    """
    allowed, why = (False, missing) if missing else _judged(report)
    if missing and not force:
        return False, missing
    if force:
        return True, "forced" if allowed else f"forced, though {why}"
    if first and not allowed:
        return True, f"the first of its catalog that can be served, though {why}"
    return allowed, why


def _judged(report: Mapping[str, Any]) -> tuple[bool, str]:
    if not report["evaluated"]:
        return True, f"not evaluated: {report['why']}"
    measured = {rival: report[name][DECIDES] for name, rival in RIVALS.items() if name in report}
    not_compared = report.get("champion", {}).get("not_compared", "")
    also = f"; not compared with the champion: {not_compared}" if not_compared else ""
    worse = {rival: one for rival, one in measured.items() if _beyond_noise(one)}
    if worse:
        by = " and ".join(
            f"than {rival} by {-one['difference']:.4f} ± {one['standard_error']:.4f}" for rival, one in worse.items()
        )
        return False, f"worse {by} {DECIDES} on test users{also}"
    by = " and ".join(f"over {rival} {one['difference']:+.4f}" for rival, one in measured.items())
    return True, f"{DECIDES} {by} on test users{also}"


def _beyond_noise(measured: Mapping[str, float]) -> bool:
    """Checks whether the model is worse by more than two standard errors, on enough users."""
    worse = measured["difference"] + 2 * measured["standard_error"] < 0
    return worse and measured["users"] >= FEWEST_TO_REFUSE
