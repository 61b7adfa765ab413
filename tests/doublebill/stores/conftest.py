"""AWS on moto for the suites, and asserts of the suites that explain themselves."""

from collections.abc import Iterator

import pytest

from quick_moto import aws_on_moto

pytest.register_assert_rewrite("contract")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS inside this process, empty."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with aws_on_moto():
        yield
