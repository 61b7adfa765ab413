"""A distinguishing game against private trainings: a lower bound of ε that observations prove, beside the claimed ε.

python tests/bench/privacy_game.py [--trials 14000] [--epsilons 1 2 4 8] [--delta 1e-6]

One JSON line per claim, and one of the largest claim with the noise off.

Two worlds differ in all rows of one user, the target. An adversary knows both data sets, everything about the mechanism
and all other users; he sees the noised sums of one world, from which everything that a version has is computed, and
guesses which world it is by the likelihood of what he sees: no test is more powerful (Neyman and Pearson 1933), and one
by the answers of the model can only do worse. The target is chosen so that his part of the sums is as long as clipping
lets it be. In each world the mechanism runs so many times with fresh noise.

(ε, δ)-privacy bounds every test: the chance of a right guess in the one world is at most e^ε times the chance of that
guess in the other, plus δ. With Clopper-Pearson bounds of the chances, each at 98.75 %, so that all four of both
guesses hold at 95 %,

    ε >= ln((lowest chance of a right guess - δ) / highest chance of a wrong one)

The evidence is a normal number around μ²/2 with the target and around -μ²/2 without, of deviation μ, but for rounding;
the threshold of the guess is the one that would prove the most by these, so that it is chosen before any trial is seen.
`expected` is the bound that is expected against exact noise: the power of the game. `most` is the largest bound that so
many trials could prove, where every guess is right; without noise it is proved.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from unittest import mock

import numpy as np
from scipy.stats import beta, norm

from doublebill.arrays import Floats, Ints
from doublebill.fit.private import noised_sums as mechanism
from doublebill.fit.private.clipped_users import clipped, pair_sums, popularity_sums
from doublebill.fit.private.discrete_gaussian import discrete_gaussian
from doublebill.fit.private.noised_sums import NoisedSums, noised_sums
from doublebill.model.interactions import Interactions
from doublebill.values.privacy_claim import NANO, PrivacyClaim, nano_rho_of

N_ITEMS = 12
CONFIDENCE = 0.9875
"""Of each bound: four hold together at 95 %, two of each guess."""

THRESHOLDS = 200


def world(with_target: bool) -> Interactions:
    """Five users with an item each, and perhaps the target, who has every item."""
    histories = [[item] for item in range(5)] + ([list(range(N_ITEMS))] if with_target else [])
    users = np.repeat(np.arange(len(histories)), [len(one) for one in histories])
    items = np.array([item for one in histories for item in one])
    return Interactions.of(users, items, np.ones(len(items)), np.zeros(len(items), np.int64), N_ITEMS)


def evidence(seen: NoisedSums, without: tuple[Floats, Floats], part: tuple[Floats, Floats]) -> float:
    """Returns how much likelier the sums are with the target than without, as a logarithm."""
    total = 0.0
    observed = zip((seen.popularity, seen.pairs), (seen.popularity_deviation, seen.pair_deviation), strict=True)
    for (sums, deviation), exact, added in zip(observed, without, part, strict=True):
        rest = (sums - exact) / deviation
        total += float(rest @ (added / deviation) - (added / deviation) @ (added / deviation) / 2)
    return total


class DrawnAhead:
    """Draws the noise of many runs in one call of the sampler, and gives each run its own; zeros with the noise off."""

    def __init__(self, trials: int, noise: bool) -> None:
        self.trials, self.noise = trials, noise
        self.left: dict[tuple[int, int], Iterator[Ints]] = {}

    def __call__(self, deviation: int, size: int, _: object = None) -> Ints:
        """Returns [size] noise that no run has had before."""
        key = (deviation, size)
        if key not in self.left:
            whole = np.zeros(self.trials * size, np.int64)
            if self.noise:
                whole = discrete_gaussian(deviation, self.trials * size)
            self.left[key] = iter(whole.reshape(self.trials, size))
        return next(self.left[key])


def played(data: Interactions, nano_rho: int, trials: int, noise: bool) -> Floats:
    """Returns [trials] the evidence for the target in runs of the mechanism on one world."""
    sums = [exact_sums(world(with_target)) for with_target in (False, True)]
    part = tuple(with_target - without for without, with_target in zip(*sums, strict=True))
    whole = clipped(data, np.arange(N_ITEMS))  # the sums without noise are the same in all runs, and made once
    popularity, pairs = popularity_sums(whole), pair_sums(whole)
    with (
        mock.patch.object(mechanism, "clipped", return_value=whole),
        mock.patch.object(mechanism, "popularity_sums", return_value=popularity),
        mock.patch.object(mechanism, "pair_sums", return_value=pairs),
        mock.patch.object(mechanism, "discrete_gaussian", DrawnAhead(trials, noise)),
    ):
        return np.array([evidence(noised_sums(data, nano_rho), sums[0], part) for _ in range(trials)])


def exact_sums(data: Interactions) -> tuple[Floats, Floats]:
    """Returns both released sums without noise; the head is all items, as there are few."""
    terms = clipped(data, np.arange(N_ITEMS))
    return popularity_sums(terms).astype(np.float64), pair_sums(terms).astype(np.float64)


def proved(right: int, wrong: int, trials: int, delta: float) -> float:
    """Returns the ε that right guesses in one world and wrong ones in the other prove."""
    lowest = float(beta.ppf(1 - CONFIDENCE, right, trials - right + 1)) if right else 0.0
    highest = float(beta.ppf(CONFIDENCE, wrong + 1, trials - wrong)) if wrong < trials else 1.0
    return math.log((lowest - delta) / highest) if lowest > delta else 0.0


def threshold_of(strength: float, trials: int, delta: float) -> float:
    """Returns the threshold of evidence that is expected to prove the most, for a target of strength μ."""
    return max(
        strength * np.linspace(-4, 4, THRESHOLDS) + strength**2 / 2,
        key=lambda one: expected_bound(strength, one, trials, delta),
    )


def expected_bound(strength: float, threshold: float, trials: int, delta: float) -> float:
    """Returns the ε that the guess is expected to prove against exact Gaussian noise: the power of the game."""
    right, wrong = (norm.sf(threshold, sign * strength**2 / 2, strength) for sign in (1, -1))
    return proved(round(trials * right), round(trials * wrong), trials, delta)


def lower_bound(with_target: Floats, without: Floats, threshold: float, delta: float) -> float:
    """Returns the ε that is proved by the guess of either world."""
    trials = len(with_target)
    there = proved(int((with_target >= threshold).sum()), int((without >= threshold).sum()), trials, delta)
    absent = proved(int((-without >= threshold).sum()), int((-with_target >= threshold).sum()), trials, delta)
    return max(0.0, there, absent)


def game(epsilon: float, delta: float, trials: int, noise: bool = True) -> dict[str, object]:
    """Plays one game, and returns its outcome."""
    nano_rho = nano_rho_of(PrivacyClaim(epsilon, delta))
    with_target, without = (played(world(one), nano_rho, trials, noise) for one in (True, False))
    strength = math.sqrt(2 * nano_rho / NANO)
    threshold = threshold_of(strength, trials, delta) if noise else 0.0  # of exact sums any sign tells the world
    found, most = lower_bound(with_target, without, threshold, delta), proved(trials, 0, trials, delta)
    target = "< epsilon" if noise else "> epsilon"
    return {
        "bench": "privacy_game",
        "name": "lower bound of epsilon" + ("" if noise else ", noise off"),
        "epsilon": epsilon,
        "delta": delta,
        "ours": round(found, 3),
        "most": round(most, 2),
        "expected": round(expected_bound(strength, threshold, trials, delta) if noise else most, 3),
        "accuracy": round(float(((with_target > 0).mean() + (without <= 0).mean()) / 2), 4),
        "trials": trials,
        "confidence": 0.95,
        "target": target,
        "holds": bool(found < epsilon if noise else found > epsilon),
    }


def main(words: Sequence[str] | None = None) -> int:
    """Plays the games; returns 1 where one of them contradicts its claim."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=14_000, help="of each world")
    parser.add_argument("--epsilons", type=float, nargs="+", default=[1.0, 2.0, 4.0, 8.0])
    parser.add_argument("--delta", type=float, default=1e-6)
    arguments = parser.parse_args(words)
    holds = True
    games = [(epsilon, True) for epsilon in arguments.epsilons] + [(max(arguments.epsilons), False)]
    for epsilon, noise in games:
        found = game(epsilon, arguments.delta, arguments.trials, noise)
        print(json.dumps(found), flush=True)
        holds &= bool(found["holds"])
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
