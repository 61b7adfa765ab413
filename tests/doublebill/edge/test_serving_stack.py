"""The stack of the functions that recommend: what their settings decide."""

from pathlib import Path

import pytest

from doublebill.edge.serving_stack import open_serving_stack
from doublebill.edge.settings import CONSISTENT, RecommendSettings


@pytest.mark.parametrize(("reads", "consistent"), [(CONSISTENT, True), ("Eventual", False)])
def test_histories_are_read_as_the_settings_say(tmp_path: Path, reads: str, consistent: bool) -> None:
    settings = RecommendSettings(
        objects=f"file://{tmp_path}/objects",
        histories=f"sqlite://{tmp_path}/histories.sqlite",
        secrets=f"file://{tmp_path}/key",
        history_reads=reads,
    )
    assert open_serving_stack(settings).histories.consistent == consistent
