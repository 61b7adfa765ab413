"""Skipped objects: what a list leaves out since it cannot be read, and why."""

from typing import TypedDict


class SkippedObject(TypedDict):
    """An object that could not be read, and so is missing from a list."""

    name: str
    problem: str
