"""What tests of the host share: a front that tells what its function was given."""

from collections.abc import Iterator

import pytest

from doublebill_local.host.front import Front
from fronts import echoing, starting


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """A front whose one function answers with the event that it was given."""
    yield from starting(echoing(tmp_path_factory.mktemp("functions")))
