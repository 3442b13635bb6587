"""The plain parts of the scripts that every page has: who is told what, and who draws when."""

from pathlib import Path

import pytest

from tests.under_node import passes


@pytest.mark.parametrize("name", ["live", "redraw"])
def test_under_node(name):
    passes(Path(__file__).with_name(f"{name}.test.mjs"))
