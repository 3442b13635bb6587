"""What the house keeps beside database and stores: its keys, its name among clients, its logo. One small archive.

The master key of encrypted contents is not among them: a stolen backup would open itself.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import BinaryIO

from collab.lib.secretfile import replace

_SECRETS = ("secret-key", "encryption-key", "push-key", "instance-id")
_FOLDER = "media"
_LARGEST = 64 * 2**20


def pack(data: Path) -> BinaryIO:
    """Return the archive of what there is in the data directory; keys that the environment sets are the operator's."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in (*_SECRETS, _FOLDER):
            if (data / name).exists():
                archive.add(data / name, name)
    packed.seek(0)
    return packed


def unpack(packed: BinaryIO, data: Path) -> None:
    """Put these files in a data directory; only the names that `pack` writes."""
    with tarfile.open(fileobj=io.BytesIO(packed.read(_LARGEST))) as archive:
        for member in archive:
            name = member.name
            file = archive.extractfile(member) if member.isfile() else None
            if file is None or not (name in _SECRETS or name.startswith(f"{_FOLDER}/")) or ".." in name.split("/"):
                continue
            place = data / name
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(place, file.read())
