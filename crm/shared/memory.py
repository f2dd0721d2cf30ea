"""The memory of processes that run for months: few heaps, and what a long task took is given back."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

_M_ARENA_MAX = -8  # of malloc.h


def use_few_heaps() -> None:
    """Let threads share their heaps, where the C library is GNU's: one for each of them leaves a tenth more unused."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def give_back() -> None:
    """Free what a long task left behind and return it to the system."""
    gc.collect()
    trim()


def trim() -> None:
    """Return to the system what is free already, where the C library is GNU's."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
