"""The plain classes of the file pages: what is uploaded when, what was dropped."""

from pathlib import Path

import pytest

from tests.under_node import passes


@pytest.mark.parametrize("name", ["upload-queue", "dropped"])
def test_under_node(name):
    passes(Path(__file__).with_name(f"{name}.test.mjs"))
