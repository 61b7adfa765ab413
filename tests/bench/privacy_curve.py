"""Accuracy of private models against ε: NDCG@100 beside popularity, private and exact, and beside no privacy at all.

python tests/bench/privacy_curve.py [--only movielens] [--seeds 1 2 3] [--draw FILE]
python tests/bench/privacy_curve.py --drawn-from LINES --draw FILE

One JSON line per data set and ε; `--draw` writes them as a picture, also from lines of an earlier run.

For each seed a tenth of the users is held out whole for the test; models are trained on the training part without the
validation users, and asked for hidden items of test users. Private popularity is what the same training would publish
without any pairs, with the whole budget: the best that ε buys without a model. All items of the data set are public:
every film, every described artist. Noise is fresh for each seed, so differences between seeds have both in them. The
constants of the mechanism were chosen on validation users of seeds 11 to 13.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from quality import DATA, read

from doublebill.arrays import Floats32
from doublebill.fit.evaluation.evaluate import evaluate_headline, evaluate_popularity
from doublebill.fit.fit_recommender import fit
from doublebill.fit.private.clipped_users import clipped, popularity_sums
from doublebill.fit.private.discrete_gaussian import discrete_gaussian
from doublebill.fit.private.fit_private import fit_private
from doublebill.fit.private.noised_sums import deviation_of
from doublebill.fit.selection.candidates import candidates
from doublebill.fit.splits.holdout import Holdout
from doublebill.fit.splits.user_splits import split
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config, Popularity
from doublebill.model.interactions import Interactions
from doublebill.model.recommender import Recommender
from doublebill.values.privacy_claim import PrivacyClaim, nano_rho_of

EPSILONS = (1.0, 2.0, 4.0, 8.0)
DELTA = 1e-6
METRIC = "ndcg@100"
FILES = {
    "MovieLens-100K": DATA / "movielens-100k" / "ml-100k.inter",
    "Last.fm-2k": DATA / "lastfm-2k" / "user_artists.dat",
}
SERIES = (("private", "#5f3dc4"), ("private popularity", "#e8590c"), ("popularity", "#868e96"), ("open", "#0b7285"))
"""The lines of the picture with their colours: `popularity` and `open` are without noise."""

FONTS = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"
WIDTH, HEIGHT, LEFT, TOP, PLOT = 900, 400, 70, 70, (330, 250)


def measured(name: str, seeds: Sequence[int]) -> Iterator[dict[str, object]]:
    """Yields the results on a data set, one for each ε."""
    interactions = read(FILES[name])
    catalog = Catalog.of((f"{number:08d}" for number in range(interactions.n_items)), {})
    parts = {seed: split(interactions, seed) for seed in seeds}
    without = [_without_privacy(catalog, one.train, one.test) for one in parts.values() if one]
    for epsilon in EPSILONS:
        claim, private, popular = PrivacyClaim(epsilon, DELTA), [], []
        for one in parts.values():
            assert one is not None
            model = fit_private(catalog, one.train, claim).model
            private.append(_reached(model, one.test))
            popular.append(_popularity(_private_popularity(catalog, one.train, claim), one.test))
        over = np.array(private) - np.array(popular)
        yield {
            "bench": "privacy_curve",
            "dataset": name,
            "epsilon": epsilon,
            "delta": DELTA,
            "unit": METRIC,
            "private": _mean(private),
            "private popularity": _mean(popular),
            "popularity": _mean([one["popularity"] for one in without]),
            "open": _mean([one["open"] for one in without]),
            "over private popularity": _mean(over),
            "standard_error": round(float(over.std(ddof=1) / np.sqrt(len(over))), 4),
            "seeds": list(seeds),
            "users": [one.train.n_users for one in parts.values() if one],
        }


def _without_privacy(catalog: Catalog, train: Interactions, test: Holdout) -> dict[str, float]:
    """Returns the metric of exact popularity, and of the first config that an open training tries."""
    popular = fit(catalog, train, Config(Popularity()))
    model = fit(catalog, train, candidates(train, exclude_seen=True, metadata=False)[0])
    return {"popularity": _popularity(popular, test), "open": _reached(model, test)}


def _private_popularity(catalog: Catalog, train: Interactions, claim: PrivacyClaim) -> Recommender:
    exact = popularity_sums(clipped(train, np.arange(train.n_items)))
    noised = exact + discrete_gaussian(deviation_of(nano_rho_of(claim)), len(exact))
    shares: Floats32 = np.asarray(np.maximum(noised, 0) / max(int(noised.max()), 1), np.float32)
    nothing = Interactions.of(*(np.zeros(0, np.int64),) * 4, train.n_items)
    popular = fit(catalog, nothing, Config(Popularity()))
    return Recommender(catalog, popular.neighbours, shares, popular.config)


def _reached(model: Recommender, test: Holdout) -> float:
    return float(evaluate_headline(model, test).per_user[METRIC].mean())


def _popularity(model: Recommender, test: Holdout) -> float:
    return float(evaluate_popularity(model, test).per_user[METRIC].mean())


def _mean(values: Any) -> float:
    return round(float(np.mean(values)), 4)


def drawn(results: Sequence[Mapping[str, Any]]) -> str:
    """Returns the curves of all data sets side by side, as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="{FONTS}">',
        "<title>Accuracy of private models against epsilon</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="#f8f9fa"/>',
    ]
    for place, name in enumerate(dict.fromkeys(one["dataset"] for one in results)):
        parts += _panel([one for one in results if one["dataset"] == name], LEFT + place * (PLOT[0] + 90))
    for place, (series, colour) in enumerate(SERIES):
        x = LEFT + place * 195
        parts.append(f'<rect x="{x}" y="{HEIGHT - 22}" width="18" height="4" fill="{colour}"/>')
        parts.append(_label(x + 26, HEIGHT - 15, "without privacy" if series == "open" else series, 14))
    return "\n".join([*parts, "</svg>", ""])


def _panel(results: Sequence[Mapping[str, Any]], left: int) -> list[str]:
    """Returns the curves of one data set, over ε on a scale of logarithms."""
    width, height = PLOT
    top = max(float(one[series]) for one in results for series, _ in SERIES) * 1.1
    ends = np.log(EPSILONS[0]), np.log(EPSILONS[-1])

    def place(epsilon: float, value: float) -> tuple[float, float]:
        across = (np.log(epsilon) - ends[0]) / (ends[1] - ends[0])
        return round(left + width * float(across), 1), round(TOP + height * (1 - value / top), 1)

    parts = [_label(left, TOP - 24, f"{results[0]['dataset']}: {METRIC} against epsilon", 16)]
    for step in range(5):
        y = TOP + height * step / 4
        parts.append(f'<line x1="{left}" y1="{y}" x2="{left + width}" y2="{y}" stroke="#dee2e6"/>')
        parts.append(_label(left - 40, y + 5, f"{top * (1 - step / 4):.2f}", 13))
    parts += [_label(place(one, 0)[0] - 4, TOP + height + 20, f"{one:g}", 13) for one in EPSILONS]
    for series, colour in SERIES:
        points = [place(one["epsilon"], one[series]) for one in results]
        line = " ".join(f"{x},{y}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in points]
    return parts


def _label(x: float, y: float, text: str, size: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="#212529">{text}</text>'


def main() -> None:
    """Measures the data sets that are there, or reads earlier lines, and draws them where a file is named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=("movielens", "lastfm"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--draw", type=Path)
    parser.add_argument("--drawn-from", type=Path)
    arguments = parser.parse_args()
    results: list[Mapping[str, Any]] = []
    if arguments.drawn_from:
        results = [json.loads(line) for line in arguments.drawn_from.read_text().splitlines()]
    else:
        names = {"movielens": "MovieLens-100K", "lastfm": "Last.fm-2k"}
        for short, name in names.items():
            for result in measured(name, arguments.seeds) if arguments.only in (None, short) else ():
                print(json.dumps(result), flush=True)
                results.append(result)
    if arguments.draw:
        arguments.draw.write_text(drawn(results))


if __name__ == "__main__":
    main()
