"""How levels do in the PCG Benchmark, by its own measures, beside its own generators.

python tests/bench/pcg_benchmark.py FOLDER [--only PROBLEM] [--levels 100] [--seed 1]      one JSON line per result

FOLDER is a checkout of https://github.com/amidos2006/pcg_benchmark, commit 00b96f5 (Khalifa et al. 2025,
arXiv:2503.21474); it is on no registry, and nothing of it is copied here. Levels are made in one request, as a caller
would: once with a control of the benchmark for each level (`random`), once with one control for all (`one`). Then
`evaluate` of the benchmark says which share passes for quality, trajectory (its controllability) and diversity;
levels that the request did not reach pass nothing. Its own evolution strategy and genetic algorithm follow, with the
parameters of its paper's experiments, for as many generations as end within a fixed time of one core. Controls are
drawn by the benchmark after `env.seed`, which seeds the ranges of all controls alike.

`--seed` below 100 is for results; generators were tuned on seeds from 100 on.
"""

import argparse
import contextlib
import io
import json
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pcg_evolution import GENERATORS
from pcg_problems import PROBLEMS, Mapped, facts, replayed

from doublebill.games.content_kind import GenerationRequest, LevelOptions

COMMIT = "00b96f5"


def benchmark(folder: Path) -> ModuleType:
    """Imports the benchmark from its folder, without Pillow, which only its pictures need."""
    pictures = ModuleType("PIL")
    pictures.Image = pictures.ImageDraw = ModuleType("PIL.Image")
    sys.modules |= {"PIL": pictures, "PIL.Image": pictures.Image}
    sys.path.insert(0, str(folder))
    import pcg_benchmark  # from that folder, once it is on the path

    return pcg_benchmark


def controls_of(env: Any, seed: int, count: int) -> list[dict[str, int]]:
    """Controls as the benchmark draws them."""
    env.seed(seed)
    return [{name: int(value) for name, value in env.control_space.sample().items()} for _ in range(count)]


def made(mapped: Mapped, env: Any, controls: list[dict[str, int]], count: int, seed: int) -> tuple[list[Any], float]:
    """Items of one request, and the seconds of one core that it took."""
    specs = [mapped.spec(facts(env), control) for control in controls]
    options = LevelOptions(unlike=mapped.unlike)
    request = GenerationRequest(specs[0], seed, count, options)
    if len(specs) > 1:
        request = GenerationRequest({}, seed, count, options, specs=specs)
    kind = mapped.served_by(facts(env))
    start = time.process_time()
    items = kind.generate(request).items
    return list(items), time.process_time() - start


def judged(env: Any, contents: list[Any], controls: list[dict[str, int]], count: int) -> dict[str, float]:
    """The benchmark's own shares, of `count` levels."""
    with contextlib.redirect_stdout(io.StringIO()):
        quality, diversity, trajectory, _, _ = env.evaluate(contents, controls)
    shares = {"quality": quality, "trajectory": trajectory, "diversity": diversity}
    return {name: round(float(share) * len(contents) / count, 3) for name, share in shares.items()}


def row(problem: str, what: str, name: str, shares: dict[str, Any], seconds: float, count: int) -> dict[str, Any]:
    """One line of the table."""
    line = {"bench": "pcg-benchmark", "commit": COMMIT, "problem": problem, "controls": what, "generator": name}
    return line | shares | {"levels": count, "ms": round(1000 * seconds / count, 1)}


def main() -> None:
    """Prints every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=list(PROBLEMS))
    parser.add_argument("--controls", choices=("random", "one"), help="only these of ours")
    parser.add_argument("--levels", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="without the benchmark's own generators")
    arguments = parser.parse_args()
    module = benchmark(arguments.folder)
    for problem, mapped in PROBLEMS.items():
        if arguments.only not in (None, problem):
            continue
        env = module.make(problem)
        if mapped.served_by(facts(env)) is None:
            print(f"{problem}: the corpus is not at hand", file=sys.stderr)
            continue
        for what, number in (("random", arguments.levels), ("one", 1)):
            if arguments.controls not in (None, what):
                continue
            controls = controls_of(env, arguments.seed, number)
            items, seconds = made(mapped, env, controls, arguments.levels, arguments.seed)
            contents = [mapped.content(facts(env), item["grid"]) for item in items]
            shares: dict[str, Any] = judged(env, contents, controls, arguments.levels)
            if mapped.engine:
                shares["replayed"] = replayed(mapped.engine, items, contents) / arguments.levels
            print(json.dumps(row(problem, what, "doublebill", shares, seconds, arguments.levels)), flush=True)
        for name, evolve in GENERATORS.items() if not arguments.alone else ():
            start = time.process_time()
            contents, controls = evolve(env, arguments.levels, arguments.seed)
            seconds = time.process_time() - start
            shares = judged(env, contents, controls, arguments.levels)
            print(json.dumps(row(problem, "random", name, shares, seconds, arguments.levels)), flush=True)


if __name__ == "__main__":
    main()
