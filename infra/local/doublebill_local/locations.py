"""Locations: the project's folder, and where the embedded run keeps its state by default."""

from pathlib import Path

PACKAGED = Path(__file__).resolve().with_name("project")
"""Copy of the files of the project that the embedded run reads; only an installed wheel has it."""

ROOT = PACKAGED if PACKAGED.is_dir() else Path(__file__).resolve().parents[3]
"""The project's folder, with template.yaml, the functions, infra/openapi.json and infra/requirements/films.txt."""

COMMAND = "doublebill" if ROOT == PACKAGED else ".venv/bin/doublebill"
"""The command line as a person types it, from the project's folder in a checkout."""

HOME_VARIABLE = "DOUBLEBILL_HOME"
"""Environment variable that names the state folder."""

DEFAULT_HOME = ".doublebill"
"""State folder where neither an option nor the variable names one."""
