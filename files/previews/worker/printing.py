"""Has LibreOffice print one document: bytes in, a PDF out. Limits can end it: `lib.confined` runs it.

Words: the program, the ending of the document's name, an empty folder for what it needs. Exit codes: 0 printed, 2 not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Print, and write what came out."""
    program, ending, room = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    source = room / f"document.{ending if ending.isalnum() else 'odt'}"
    with source.open("wb") as copied:
        shutil.copyfileobj(sys.stdin.buffer, copied)
    known = {"PATH": os.defpath, "HOME": str(room), "TMPDIR": str(room), "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    subprocess.run(
        [
            program, f"-env:UserInstallation={(room / 'profile').as_uri()}", "--headless", "--norestore", "--nologo",
            "--nolockcheck", "--nodefault", "--convert-to", "pdf", "--outdir", str(room), str(source),
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=known, check=False,
    )  # fmt: skip
    made = room / "document.pdf"
    if not made.is_file():
        return 2
    with made.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
