"""Small protocols by which apps help each other without knowing each other."""

from __future__ import annotations

from typing import Any, BinaryIO, Protocol


class FileStore(Protocol):
    """Keeps a file for another app (an attachment, an export) in a space, with the space's rights."""

    def attach(self, actor: Any, space_id: int, folder: str, name: str, content: BinaryIO) -> int:
        """Store the content as a new file; returns its node id. Raises a Refusal."""
