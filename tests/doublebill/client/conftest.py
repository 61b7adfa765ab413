"""What tests of the client share: a service with written answers."""

from collections.abc import Iterator

import pytest

from scripted_service import Script, playing


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    yield from playing()
