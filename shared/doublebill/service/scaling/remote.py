"""Tasks on another machine: the URL of the objects and the text of a task go there, a few numbers come back."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from doublebill.service.scaling.band_task import BandTask, sum_bands
from doublebill.stores.objects import Objects, open_objects


class Done(NamedTuple):
    """The outcome of a task."""

    written_bytes: int
    peak_bytes: int
    """The most memory that the process of the task has had so far; 0 where the system does not say."""


def do_task(objects_url: str, text: str) -> Done:
    """Does the task that a text describes."""
    return Done(sum_bands(_objects(objects_url), BandTask.from_json(text)), peak_bytes())


@cache
def _objects(url: str) -> Objects:
    return open_objects(url)


def peak_bytes() -> int:
    """Returns the most memory that this process has had; 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)
