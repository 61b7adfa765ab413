"""Freed memory: what arrays took that are gone, which the C library keeps for arrays to come.

glibc keeps freed memory of arrays under 32 MB. A training reads events as many such arrays and goes on with few large
ones, which take new memory: without giving the old back it would need both.
"""

import contextlib
import ctypes


def give_back() -> None:
    """Gives freed memory back to the operating system; does nothing where the C library has no way to."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
