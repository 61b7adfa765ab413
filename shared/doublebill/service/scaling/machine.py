"""The machine: the memory and the time that this process may use."""

import math
import os
from collections.abc import Mapping

LAMBDA_MEMORY = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"
"""The variable in which Lambda says the memory of a function, in MB."""

LAMBDA_SECONDS = 900.0
"""The longest that Lambda lets a function work, and the time-out of the train function."""


def whole_seconds(environment: Mapping[str, str] = os.environ) -> float:
    """Returns the time that a job has from its start to its end; infinite outside of Lambda."""
    return LAMBDA_SECONDS if LAMBDA_MEMORY in environment else math.inf


def search_seconds(environment: Mapping[str, str] = os.environ) -> float:
    """Returns the estimated seconds for a search where nobody says: half of a job's time, so that few meet its end."""
    return whole_seconds(environment) / 2


def memory_bytes(set_mb: float = 0.0, environment: Mapping[str, str] = os.environ) -> int:
    """Returns the memory for this process: as set, as Lambda says, or that of the computer."""
    if set_mb:
        return round(set_mb * 1e6)
    if LAMBDA_MEMORY in environment:
        return int(environment[LAMBDA_MEMORY]) * 1024**2
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
