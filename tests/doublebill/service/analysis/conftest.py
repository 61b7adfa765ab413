"""A catalog with two versions, which the tests of this folder only read."""

import pytest

from doublebill.service.training.train import train
from fakes import MemoryObjects
from trainings import fill, training
from worlds import FIRST_MS, checkerboard


@pytest.fixture(scope="session")
def two():
    """The objects, a version with one edge an item, and one with many edges."""
    objects = MemoryObjects()
    fill(objects, checkerboard(users=60, items=24))
    configs = [{"family": "knn", "k": k} for k in (1, 20)]
    versions = [
        train(training(objects, FIRST_MS + n, configs=[config], force=True))["version"]
        for n, config in enumerate(configs)
    ]
    return objects, *versions
