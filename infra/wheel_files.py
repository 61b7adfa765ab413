"""Adds to a wheel the files of the project that the embedded run reads; an editable install has the checkout."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILES = (
    "template.yaml",
    "functions/*/app.py",
    "functions/playground/pages/*",
    "infra/openapi.json",
    "infra/requirements/films.txt",
)
FOLDER = "doublebill_local/project"
"""Where `doublebill_local.locations` looks for them."""


class WheelFiles(BuildHookInterface[Any]):
    """A build hook of hatchling."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the files unless the install is editable."""
        if version == "standard":
            root = Path(self.root)
            found = [file for pattern in FILES for file in root.glob(pattern)]
            build_data["force_include"] |= {str(file): f"{FOLDER}/{file.relative_to(root)}" for file in found}
