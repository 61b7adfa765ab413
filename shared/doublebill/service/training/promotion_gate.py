"""The promotion gate: decides whether a version may become champion, on users that neither config was fitted on.

The champion itself was fitted on the test users, so its config is fitted again on the same training part for the
comparison. That config on the data of today is a refresh, and needs to be no better; any other config does, by more
than two standard errors. The other rivals are the baselines.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from doublebill.fit.evaluation.report import Report
from doublebill.fit.evaluation.uncertainty import FEWEST_TO_JUDGE, better_beyond_noise, beyond_noise
from doublebill.fit.selection.study import DECIDES

CHAMPION = "the champion's config"


def decide(report: Report, force: bool = False, first: bool = False, refusal: str = "") -> tuple[bool, str]:
    """Decides whether a version with this report may become champion, and returns the reason too.

    `refusal` is a complaint beside the report: events are missing which an earlier champion was trained on, or the
    champion had reached more than twice as much. `force` promotes any version; so does `first` without a complaint: it
    is the first of its catalog that can be served.
    """
    allowed, why = (False, refusal) if refusal else _judged(report)
    if refusal and not force:
        return False, refusal
    if force:
        return True, "forced" if allowed else f"forced, though {why}"
    if first and not allowed:
        return True, f"the first of its catalog that can be served, though {why}"
    return allowed, why


def _judged(report: Mapping[str, Any]) -> tuple[bool, str]:
    if not report["evaluated"]:
        return True, f"not evaluated: {report['why']}"
    measured = {name: one["over"][DECIDES] for name, one in report.get("baselines", {}).items()}
    measured = measured or {"popularity": report["over_popularity"][DECIDES]}
    if report.get("baseline") in measured:
        del measured[report["baseline"]]
    if "over_champion" in report:
        measured[CHAMPION] = report["over_champion"][DECIDES]
    not_compared = report.get("champion", {}).get("not_compared", "")
    also = f"; not compared with the champion: {not_compared}" if not_compared else ""
    worse = {rival: one for rival, one in measured.items() if beyond_noise(one)}
    if worse:
        by = " and ".join(f"than {rival} by {_lost(one)}" for rival, one in worse.items())
        return False, f"worse {by} {DECIDES} on test users{also}"
    if (over := _no_replacement(report)) is not None:
        figures = f"{_beside(CHAMPION, over)}, {DECIDES} on test users"
        return (
            False,
            f"another config replaces the champion's only where it is better beyond chance: it is {figures}{also}",
        )
    by = _listed([_beside(rival, one) for rival, one in measured.items()])
    figures = f"{DECIDES} on test users is {by}" if by else "no other config was measured beside it"
    return True, f"{_chosen(report)}{figures}{also}"


def _no_replacement(report: Mapping[str, Any]) -> Mapping[str, float] | None:
    """Returns the difference to the champion's config of another one that is not better beyond noise, else nothing."""
    over = report.get("over_champion", {}).get(DECIDES)
    if over is None or report["champion"].get("refreshed", not over["difference"]) or better_beyond_noise(over):
        return None
    return cast(Mapping[str, float], over)


def _chosen(report: Mapping[str, Any]) -> str:
    """Returns the words for a baseline that is the new version, empty for a model."""
    if "model" not in report:
        return f"it is the baseline {report['baseline']}; " if "baseline" in report else ""
    over = report["model"]["over"][DECIDES]
    name = f"it is the baseline {report['baseline']}"
    if over["users"] < FEWEST_TO_JUDGE:
        return f"{name}, since {over['users']} test users are too few to judge a model; "
    return f"{name}, in place of a model that is worse by {_lost(over)}; "


def _beside(rival: str, over: Mapping[str, float]) -> str:
    """Returns how much better or worse than a rival a version is, and whether that may be chance."""
    if not over["difference"]:
        return f"equal to {rival}"
    side = "above" if over["difference"] > 0 else "below"
    chance = " (which may be chance)" if abs(over["difference"]) <= 2 * over["standard_error"] else ""
    few = " (of too few users to tell)" if over["users"] < FEWEST_TO_JUDGE else chance
    return f"{abs(over['difference']):.4f} {side} {rival}{few}"


def _lost(over: Mapping[str, float]) -> str:
    """Returns how much worse a model is, with the standard error by which that is judged."""
    return f"{-over['difference']:.4f} (standard error {over['standard_error']:.4f})"


def _listed(parts: Sequence[str]) -> str:
    """Returns parts as a sentence lists them: a, b and c."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
