"""The name of a release: another one for other code or parameters, the same one for the same."""

import os
import re

import pytest

from doublebill_local.doctor.release_name import release_name
from doublebill_local.host.template import read_parameters


@pytest.fixture
def build(tmp_path):
    (tmp_path / "Train").mkdir()
    (tmp_path / "Train" / "app.py").write_text("one")
    return tmp_path


def test_it_changes_with_code_its_place_and_parameters(build):
    names = [release_name(build, {}), release_name(build, {"ServeMemory": "3008"})]
    (build / "Train" / "app.py").write_text("two")
    names.append(release_name(build, {}))
    (build / "Train").rename(build / "Serve")
    names.append(release_name(build, {}))
    assert len(set(names)) == 4


def test_it_is_the_same_for_the_same_bytes_and_one_that_the_template_takes(build):
    name = release_name(build, {"a": "1", "b": "2"})
    os.utime(build / "Train" / "app.py", (0, 0))
    assert release_name(build, {"b": "2", "a": "1"}) == name
    pattern = read_parameters()["Release"]["AllowedPattern"]
    assert re.fullmatch(pattern, name)
