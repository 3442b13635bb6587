"""Names and bytes that survive a power cut."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path

_WRITE = 2  # SYNC_FILE_RANGE_WRITE: begin to write what is dirty, and wait for nothing
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk: a rename without this may be lost although the file is not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def begin_writing(descriptor: int, offset: int, length: int) -> None:
    """Have the kernel begin to write these bytes of a file to the disk; they stay in its cache for who reads them next.

    A help, never a promise: only fsync says that they are there. Elsewhere than on Linux it does nothing.
    """
    with contextlib.suppress(AttributeError):
        if _libc is not None:
            _libc.sync_file_range(descriptor, ctypes.c_int64(offset), ctypes.c_int64(length), ctypes.c_uint(_WRITE))
