"""Draws one file: bytes in; out come a line of JSON on it, then its pictures, the smallest first.

Words: how (picture, vector, pdf, film, text, office), and the ending of the name. Limits can end it.
Exit codes: 0 drawn; 2 not readable, 3 too many points, both with a line of JSON on places in it; 4 asked for too much
memory.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import drawn
import places

_BY = {
    "picture": "raster", "vector": "vector", "pdf": "paged", "film": "moving", "text": "written", "office": "bundled",
}  # fmt: skip


def main() -> int:
    """Draw, and write what was drawn."""
    how, ending = sys.argv[1], sys.argv[2]
    try:
        made = importlib.import_module(_BY[how]).draw(sys.stdin.buffer, ending)
    except MemoryError:
        return 4
    except Exception as failure:  # whatever a decoder stumbles over: the caller only needs to know that it did
        _tell_marks(how)
        return 3 if isinstance(failure, drawn.TooMany) else 2
    head = json.dumps({**made.facts, "bytes": [len(one) for one in made.pictures]})
    sys.stdout.buffer.write(head.encode("ascii") + b"\n" + b"".join(made.pictures))
    sys.stdout.buffer.flush()
    return 0


def _tell_marks(how: str) -> None:
    """Of what cannot be drawn, say at least how a place is taken out of it: it may be handed out all the same."""
    with contextlib.suppress(Exception):
        sys.stdin.buffer.seek(0)
        if how == "picture":
            found = places.marks(sys.stdin.buffer.read())
        elif how == "film":
            found = places.marks_of_film(sys.stdin.buffer)
        else:
            return
        sys.stdout.buffer.write(json.dumps({"marks": found}).encode("ascii") + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
