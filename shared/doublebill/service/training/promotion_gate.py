"""The gate: whether a version may become champion, judged on users that neither config was fitted on.

The champion itself has met the test users, so it is its config, fitted on the same training part, that the
challenger's is compared with; and popularity, which every model must be worth its trouble against.
"""

from collections.abc import Mapping
from typing import Any

from doublebill.fit.evaluation.report import Report
from doublebill.fit.selection.trials import DECIDES

FEWEST_TO_REFUSE = 10
"""Test users without whom the gate refuses nothing: the spread of so few says little."""

RIVALS = {"over_popularity": "popularity", "over_champion": "the champion's config"}
"""Comparisons in a report that decide, and with what."""


def decide(report: Report, force: bool = False, first: bool = False) -> tuple[bool, str]:
    """Whether a version with this report may become champion, and why.

    `force` promotes it whatever was measured; so does being the `first` of its catalog that can be
    served.
    """
    allowed, why = _judged(report)
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
    """Whether the model is worse by more than two standard errors, on enough users to say so."""
    worse = measured["difference"] + 2 * measured["standard_error"] < 0
    return worse and measured["users"] >= FEWEST_TO_REFUSE
