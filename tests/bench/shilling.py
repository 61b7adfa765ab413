"""How far fake users push an item, with and without protection.

python tests/bench/shilling.py [--fakes 1 2 3 5 10 20 50] [--attacks bandwagon everything] [--protections none cap]

One JSON line per result. MovieLens-100K, times unknown. N fake users have the pushed item, a film that two users have,
and beside it the 30 most popular films (`bandwagon`; Burke et al. 2005) or every film (`everything`: users without
bounds). Told are the median rank of the pushed item over all real users who have not met it, 1 being the first
recommendation, and the share of these users who see it among 20, before the attack (`fakes` 0) and after it. The model
is EDLAE as trainings choose it; a ridge of 130 is twice the mean number of users of a film.

    none        every pair counts, and every item of a user
    k=3, k=5    pairs and popularity of fewer users count nothing
    items       of each user the 50 newest items count
    norm        the norm of what a user adds is at most 5
    cap         items and norm
    both        k = 3 and the cap
    k and norm  k = 3 and norm
    items 200   k = 3, and of each user the 200 newest items count

`fake_pair` is how much a pair of items of a fake user adds to the gram, in units of that of a pair of a real one on
average, and `fakes_share` the share of all sums of the gram that come from fakes: they say why a cap helps or harms.
"""

import argparse
import json

import numpy as np
from quality import movielens

from doublebill.fit.fit_recommender import fit
from doublebill.fit.linear.gram import Gram
from doublebill.fit.protection.newest_items import newest_items
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Edlae
from doublebill.model.interactions import Interactions
from doublebill.model.recommender import Recommender

FILLERS = 30
SHOWN = 20
MODEL = Config(Edlae(130.0, 0.6))
"""The ridge is to two digits, as candidates have it."""

PROTECTIONS = {
    "none": {},
    "k=3": {"minimum_users": 3},
    "k=5": {"minimum_users": 5},
    "items": {"most_items": 50},
    "norm": {"most_influence": 5.0},
    "cap": {"most_items": 50, "most_influence": 5.0},
    "both": {"minimum_users": 3, "most_items": 50, "most_influence": 5.0},
    "k and norm": {"minimum_users": 3, "most_influence": 5.0},
    "items 200": {"minimum_users": 3, "most_items": 200},
}


def attacked(real: Interactions, pushed: int, fillers: np.ndarray, fakes: int) -> Interactions:
    """The real users with fake ones, all without times; of equal times the lower numbers are the newer ones."""
    items = np.union1d(fillers, [pushed])
    users = np.concatenate([real.users_of_entries(), np.repeat(real.n_users + np.arange(fakes), len(items))])
    every = np.concatenate([real.items, np.tile(items, fakes)])
    # the pushed item weighs more for the fakes, so that the cap keeps it: the attacker knows the rule
    weights = np.concatenate([np.ones(len(real.items)), np.where(np.tile(items, fakes) == pushed, 2.0, 1.0)])
    return Interactions.of(users, every, weights, np.zeros(len(every), np.int64), real.n_items)


def influence(interactions: Interactions, config: Config) -> dict[str, float]:
    """How much a pair of a fake user counts beside one of a real user, and the share of the gram that is of fakes."""
    kept = newest_items(interactions, config.most_items)
    assert isinstance(config.family, Edlae)
    gram = Gram.of(kept, config.family.length_power, config.saturate, config.most_influence)
    sums = gram.weights * np.square(np.asarray(gram.terms.astype(float).sum(axis=1)))
    pairs = np.square(np.diff(kept.indptr).astype(float))
    fake = np.bincount(kept.users_of_entries(), kept.weights > 1, kept.n_users) > 0  # users have an order of their own
    of_real = sums[~fake].sum() / pairs[~fake].sum()
    return {
        "fake_pair": round(float(sums[fake].sum() / pairs[fake].sum() / of_real), 2),
        "fakes_share": round(float(sums[fake].sum() / sums.sum()), 4),
    }


def ranks(model: Recommender, real: Interactions, pushed: int) -> np.ndarray:
    """The rank of the pushed item for each real user who has not met it."""
    found = []
    for user in range(real.n_users):
        history = real.items[real.indptr[user] : real.indptr[user + 1]]
        if pushed not in history:
            order = model.recommend(history, np.ones(len(history)), real.n_items, history).items
            found.append(int(np.flatnonzero(order == pushed)[0]) + 1)
    return np.array(found)


def main() -> None:
    """Prints the ranks."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--fakes", type=int, nargs="*", default=[0, 1, 2, 3, 5, 10, 20, 50])
    asked.add_argument("--attacks", nargs="*", default=["bandwagon", "everything"])
    asked.add_argument("--protections", nargs="*", default=list(PROTECTIONS))
    options = asked.parse_args()
    real = movielens().interactions
    users = real.popularity()
    pushed = int(np.flatnonzero(users == 2)[0])
    catalog = Catalog.of((f"{item:06d}" for item in range(real.n_items)), {})
    popular = np.lexsort((np.arange(len(users)), -users))[:FILLERS]
    every = {"bandwagon": popular, "everything": np.arange(real.n_items)}
    for attack, fillers in ((attack, every[attack]) for attack in options.attacks):
        for name, fields in ((name, PROTECTIONS[name]) for name in options.protections):
            for fakes in options.fakes:
                config = Config(**{**vars(MODEL), **fields})
                everybody = attacked(real, pushed, fillers, fakes)
                of_all = ranks(fit(catalog, everybody, config), real, pushed)
                line = {"bench": "shilling", "name": f"{attack}, {name}", "dataset": "MovieLens-100K", "fakes": fakes}
                line |= {"ours": float(np.median(of_all)), "unit": "median rank"}
                line |= {"shown": round(float((of_all <= SHOWN).mean()), 4), "users": len(of_all)}
                line |= influence(everybody, config) if fakes else {}
                print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
