"""Runs the cells of a notebook, one after the other in one process, and writes what they print into it.

    python infra/docs/generators/notebook.py infra/docs/guides/tutorial.ipynb

The cells are plain Python. They run in a temporary folder, which has the state folder of their commands too.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from doublebill_local.locations import HOME_VARIABLE

END = "\x1e"
"""Printed after each cell; no cell prints it."""


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the cells of a notebook that are code."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def printed_by(notebook: dict[str, Any], folder: Path, commands: Path) -> list[str]:
    """Runs the cells in a folder, with commands of another folder first, and returns what each prints."""
    path = os.pathsep.join([str(commands), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, HOME_VARIABLE: str(folder / "home"), "COLUMNS": "100"}
    script = folder / "cells.py"
    script.write_text("".join("".join(cell["source"]) + f"\nprint(end={END!r})\n" for cell in code_cells(notebook)))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    return done.stdout.split(END)[:-1]


def with_outputs(notebook: dict[str, Any], printed: list[str]) -> dict[str, Any]:
    """Returns a notebook whose code cells have printed that."""
    outputs = iter(printed)
    cells = [
        {**cell, "execution_count": None, "outputs": stream(next(outputs))} if cell["cell_type"] == "code" else cell
        for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def stream(text: str) -> list[dict[str, Any]]:
    """Returns text as the outputs of a cell."""
    return [{"name": "stdout", "output_type": "stream", "text": text.splitlines(keepends=True)}] if text else []


def main(file: Path) -> None:
    """Runs a notebook and writes it again."""
    notebook = json.loads(file.read_text())
    with tempfile.TemporaryDirectory() as folder:
        printed = printed_by(notebook, Path(folder), Path(sys.executable).parent)
    file.write_text(json.dumps(with_outputs(notebook, printed), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
