"""The generators that the PCG Benchmark is published with: an evolution strategy and a genetic algorithm.

Their parameters are those of https://github.com/amidos2006/benchmark_experiments: populations of 100, of which each
individual has a control of its own, uniform mutation at .05, uniform crossover at .5, tournaments of seven, a tenth
kept; the fitness is quality and, where that is reached, controllability. Each has `SECONDS` of one core
a problem, which were fixed before anything was measured; 100 levels of ours take half a second to five seconds.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

SECONDS = 30
"""Time of one core for the generations of one problem; a generation that began is finished."""

MUTATION, CROSSOVER, TOURNAMENT = 0.05, 0.5, 7


class Individual(NamedTuple):
    """A level, the control that it is to meet, and its fitness."""

    content: Any
    control: dict[str, int]
    fitness: float


def judge(env: Any, contents: list[Any], controls: list[dict[str, int]]) -> list[Individual]:
    """Individuals with their fitness."""
    found = []
    for content, control in zip(contents, controls, strict=True):
        info = env.info(content)
        quality = float(env.quality(info)[1])
        reached = float(env.controlability(info, control)[1]) if quality >= 1 else 0.0
        found.append(Individual(content, control, (quality + reached) / 2))
    return found


def first(env: Any, size: int, seed: int) -> tuple[list[Individual], np.random.Generator]:
    """A random population, the fittest first."""
    env.seed(seed)
    drawn = [(env.content_space.sample(), env.control_space.sample()) for _ in range(size)]
    return ranked(judge(env, [content for content, _ in drawn], [control for _, control in drawn])), _random(seed)


def generations(begun: float) -> Iterator[int]:
    """Counts generations while there is time."""
    number = 0
    while time.process_time() - begun < SECONDS:
        yield number
        number += 1


def ranked(population: list[Individual]) -> list[Individual]:
    """The population, the fittest first."""
    return sorted(population, key=lambda one: -one.fitness)


def _random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def swapped(one: Any, other: Any, rate: float, random: np.random.Generator) -> Any:
    """A level of which each part is the other's with that probability."""
    taken = random.random(np.shape(one)) < rate
    return np.where(taken, np.array(other), np.array(one)).tolist()


def evolution_strategy(env: Any, size: int, seed: int) -> tuple[list[Any], list[dict[str, int]]]:
    """Levels and controls of the last generation: the fittest of parents and mutants."""
    begun = time.process_time()
    population, random = first(env, size, seed)
    for _ in generations(begun):
        parents = [population[random.integers(size)] for _ in range(size)]
        mutants = [swapped(one.content, env.content_space.sample(), MUTATION, random) for one in parents]
        population = ranked(population + judge(env, mutants, [one.control for one in parents]))[:size]
    return [one.content for one in population], [one.control for one in population]


def genetic_algorithm(env: Any, size: int, seed: int) -> tuple[list[Any], list[dict[str, int]]]:
    """Levels and controls of the last generation: winners of tournaments, crossed and mutated."""
    begun = time.process_time()
    population, random = first(env, size, seed)

    def selected() -> Individual:
        return population[int(random.permutation(size)[:TOURNAMENT].min())]

    for _ in generations(begun):
        kept = population[: -(-size // 10)]
        contents, controls = [], []
        for _ in range(size - len(kept)):
            one = selected()
            content, control = one.content, one.control
            if random.random() < CROSSOVER:
                other = selected()
                content = swapped(content, other.content, 0.5, random)
                control = (control, other.control)[random.integers(2)]
            contents.append(swapped(content, env.content_space.sample(), MUTATION, random))
            controls.append(control)
        population = ranked(kept + judge(env, contents, controls))
    return [one.content for one in population], [one.control for one in population]


GENERATORS: Mapping[str, Callable[[Any, int, int], tuple[list[Any], list[dict[str, int]]]]] = {
    "its evolution strategy": evolution_strategy,
    "its genetic algorithm": genetic_algorithm,
}
