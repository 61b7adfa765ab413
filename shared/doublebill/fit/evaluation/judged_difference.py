"""Judged differences: a paired difference of two models as a sentence that says which of them is better.

The interval decides, as it is printed: a difference counts where 0 lies outside of it, and on enough users.

    {"metric", "outcome": "better" | "worse" | "not distinguishable", "difference", "low", "high", "users", "sentence"}
"""

from collections.abc import Mapping

from doublebill.fit.evaluation.uncertainty import FEWEST_TO_JUDGE

SAME = "not distinguishable"


def judged(metric: str, measured: Mapping[str, float], names: tuple[str, str]) -> dict[str, object]:
    """Returns the verdict on a paired difference, the first of `names` less the second."""
    subject, other = names
    found, users = outcome(measured), int(measured["users"])
    joint = "from" if found == SAME else "than"
    begin = f"{subject} is {found} {joint} {other} in {metric} on {users:,} users"
    interval = (
        f"{measured['difference']:+.4f}, with a 95 % interval of {measured['low']:+.4f} to {measured['high']:+.4f}"
    )
    why = f"the difference is {interval}"
    if found == SAME:
        few = f"; fewer than {FEWEST_TO_JUDGE} users are too few to judge by"
        why += few if users < FEWEST_TO_JUDGE else ", which contains 0"
    numbers = {name: measured[name] for name in ("difference", "low", "high")}
    return {"metric": metric, "outcome": found, **numbers, "users": users, "sentence": f"{begin}: {why}"}


def outcome(measured: Mapping[str, float]) -> str:
    """Returns whether a paired difference is better or worse beyond its interval, or not distinguishable."""
    if measured["users"] < FEWEST_TO_JUDGE or measured["low"] <= 0 <= measured["high"]:
        return SAME
    return "better" if measured["low"] > 0 else "worse"
