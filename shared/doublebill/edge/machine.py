"""The machine: the memory that this process may use."""

import os
from collections.abc import Mapping

LAMBDA_MEMORY = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"
"""The variable in which Lambda says the memory of a function, in MB."""


def memory_bytes(set_mb: float = 0.0, environment: Mapping[str, str] = os.environ) -> int:
    """Returns the memory for this process: as set, as Lambda says, or that of the computer."""
    if set_mb:
        return round(set_mb * 1e6)
    if LAMBDA_MEMORY in environment:
        return int(environment[LAMBDA_MEMORY]) * 1024**2
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
