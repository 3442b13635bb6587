"""Documents of Word, Excel, PowerPoint and OpenDocument, printed by LibreOffice where it is installed.

It reads what strangers sent, and is a large program: it runs as the others do, alone, without network, seeing nothing
but itself and one empty folder, for half a minute at most. Its memory cannot be bounded by addresses, of which it
reserves gigabytes; its processor time and the clock are.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import BinaryIO

from collab.lib import confined
from files.previews import kinds

LIMITS = confined.Limits(memory=8 * 2**30, processor=20, seconds=40, output=64 * 2**20, nice=10, processes=64)
_BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
"""As documents of these kinds begin: anything else would be printed as whatever LibreOffice takes it for."""
_WORKER = Path(__file__).with_name("worker") / "printing.py"


def printed(file: BinaryIO, ending: str, *, most: int) -> BinaryIO | None:
    """Return the document as a PDF, None where it cannot be printed here. Raises OSError."""
    program = kinds.writer()
    if not program or not file.read(8).startswith(_BEGINNINGS):
        return None
    file.seek(0)
    with tempfile.TemporaryDirectory(prefix="collab-print-") as room:
        done = confined.run(_WORKER, [program, ending, room], file, LIMITS, most=most, room=room)
    if done.trouble or done.status != 0 or not done.output.startswith(b"%PDF-"):
        return None
    return io.BytesIO(done.output)
