"""What every test shares: how many examples hypothesis draws, and which tests run in full only with `--at-length`.

`make test` runs samples of what is dear: `sampled` picks from values that a test tries one after the other, hypothesis
draws few examples, and `at_length` marks tests, or values of their parameters, that are left out. `make check` runs all
of these in full.
"""

import gc
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, Phase, settings

EXAMPLES, EXAMPLES_AT_LENGTH = 25, 150
"""Of each test that says nothing else; `make test` has five minutes for all."""

settings.register_profile(
    "unhurried", deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")
settings.register_profile("at length", max_examples=EXAMPLES_AT_LENGTH)
# for mutants: a failure need not be small
settings.register_profile("unshrunk", max_examples=EXAMPLES_AT_LENGTH, phases=[Phase.explicit, Phase.generate])

gc.disable()  # what is imported and collected stays: to look through it again and again takes a third of the time


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Looks for garbage from now on, but not among what is there already; so does the process that hands out tests."""
    gc.enable()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--at-length", action="store_true", help="run in full, and only, what is else run in samples")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "at_length: runs only with --at-length, as `make check` does")
    if config.getoption("--at-length"):
        settings.load_profile("at length")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is dear, or all that is not."""
    full = config.getoption("--at-length")
    config.hook.pytest_deselected(items=[item for item in items if not _belongs(item, full)])
    items[:] = [item for item in items if _belongs(item, full)]


def _belongs(item: pytest.Item, full: bool) -> bool:
    marked = item.get_closest_marker("at_length") is not None
    sampled = "sampled" in getattr(item, "fixturenames", ())
    drawn = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    return marked or sampled or drawn if full else not marked


@pytest.fixture(scope="session")
def sampled(request: pytest.FixtureRequest) -> Callable[..., Sequence]:
    """Picks each `every`th of the values, and those of `always`; all of them with `--at-length`."""
    full = request.config.getoption("--at-length")

    def picked[T](values: Sequence[T], every: int, always: Sequence[T] = ()) -> Sequence[T]:
        return values if full else [value for n, value in enumerate(values) if n % every == 0 or value in always]

    return picked
