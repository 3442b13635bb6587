"""Permission letters, by which sync clients know what they may do (sync.md, 2.3)."""

from __future__ import annotations

from collab.rights.right import Right


def letters(mask: int, *, folder: bool, mount: bool, received: bool, link: bool = False) -> str:
    """Return the letters for a mask.

    A mount's own root is not theirs to delete, rename or move. N and V go wherever the thing may be
    changed: without them a client carries a rename out as delete and upload, and loses the id.
    A public link shows neither S nor M nor R.
    """
    found = ""
    if (received or mount) and not link:
        found += "S"
    if mask & Right.SHARE and not link:
        found += "R"
    if mount and not link:
        found += "M"
    if mask & Right.SEE:
        found += "G"
    if mask & Right.DELETE and not mount:
        found += "D"
    if mask & Right.EDIT and not mount:
        found += "NV"
    if mask & Right.EDIT and not folder:
        found += "W"
    if mask & Right.ADD and folder:
        found += "CK"
    return found
