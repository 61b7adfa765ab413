"""Locations: the project's folder, and where the embedded run keeps its state by default."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The project's folder, with template.yaml and the functions."""

HOME_VARIABLE = "DOUBLEBILL_HOME"
"""Environment variable that names the state folder."""

DEFAULT_HOME = ".doublebill"
"""State folder where neither an option nor the variable names one."""
