"""How much work something is, told in calls of functions: the same on every machine, however busy that is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def at_most(calls: int) -> Iterator[None]:
    """Fail when the block calls more functions than this, of Python or of C, in this thread.

    As it fails at the end, what never ends is for the runner's patience. A single call that takes long is not seen:
    those (patterns, decoders) are timed, with a bound far away.
    """
    count = 0

    def note(_frame: Any, what: str, _detail: Any) -> None:
        nonlocal count
        count += what in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before)
    assert count <= calls, f"{count:,} calls, where {calls:,} are allowed"
