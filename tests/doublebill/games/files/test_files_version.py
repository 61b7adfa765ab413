"""Files that links name for ever: equal levels give equal bytes under one version of the files."""

import hashlib
import json
import zlib
from dataclasses import replace

import pytest

from doublebill.games.content_kind import GenerationRequest, LevelOptions
from doublebill.games.files import FILES, FILES_VERSION, level_files
from doublebill.games.maze.kind import MAZE
from doublebill.games.tileset.themes import THEMES, TileStyle
from sample_levels import LEGEND, LEVEL, PATH, ROOMS, planned

GOLDEN = {1: "60965e42663211b1"}
"""Version → digest of some files and of the seeds of some batches. When one changes, links that caches keep would give
other files: put the new digest here, under a new version where a release had the old one."""

CROWDED = {"width": 5, "height": 5, "openness": 80}


class Unpacked:
    """Packs nothing: the bytes that zlib gives depend on the machine."""

    def compress(self, data: bytes) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


def test_the_files_of_a_version_never_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zlib, "compressobj", Unpacked)
    digest = hashlib.sha256()
    plans = [planned(LEVEL, LEGEND, "chamber", PATH), replace(planned(LEVEL, LEGEND, "chamber"), regions=ROOMS)]
    for form in [one for one in FILES if one != "xsb"]:
        for theme in THEMES if form == "png" else ("stone",):
            for file in level_files(plans, form, TileStyle(theme)):
                digest.update(file.name.encode() + b"\0" + file.content)
    for unlike in (None, "moves", "cells", "structure"):
        made = MAZE.generate(GenerationRequest(CROWDED, "batch", 8, LevelOptions(unlike=unlike)))
        digest.update(json.dumps([item["seed"] for item in made.items]).encode())
    found = digest.hexdigest()[:16]
    assert GOLDEN.get(FILES_VERSION) == found, f"files have changed: see GOLDEN, and put {found} there"
