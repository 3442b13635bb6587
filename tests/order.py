"""In which order files are begun when tests run beside each other: what takes long first, so that the end is short.

A file's tests stay together on one worker (`--dist loadfile`). Begun by the number of its tests, as xdist would, a
file with one test of a minute comes last, and all other workers wait for it.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

_SECONDS = {"visit": 6, "chromium": 6, "_front": 4, "_sockets": 4, "_web": 3, "repository": 3}
"""By fixture, about; any other test takes a quarter of one."""
_LONG = 60


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    weights: Counter[str] = Counter()
    for item in items:
        weights[_file(item)] += _seconds(item)
    items.sort(key=lambda item: (-weights[_file(item)], _file(item)))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _seconds(item: pytest.Item) -> float:
    if item.get_closest_marker("long") or item.get_closest_marker("client"):
        return _LONG
    return max((_SECONDS.get(name, 0.25) for name in getattr(item, "fixturenames", ())), default=0.25)
