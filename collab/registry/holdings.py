"""How much is a person's own: asked before their account goes, or owns nothing any more."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Holdings:
    """What is a person's own, versions and trash included; `size` in bytes, `entries` of calendars. False: nothing."""

    files: int = 0
    folders: int = 0
    size: int = 0
    entries: int = 0

    def __bool__(self) -> bool:
        return bool(self.files or self.folders or self.size or self.entries)

    def __add__(self, other: Holdings) -> Holdings:
        return Holdings(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def __int__(self) -> int:
        return self.files + self.folders + self.entries
