"""What can be done with spaces, a noun a module; callers import them from here."""

from collab.spaces.actions.archiving import archive, may_archive, may_restore, restore
from collab.spaces.actions.copying import copy
from collab.spaces.actions.covering import cover, uncover
from collab.spaces.actions.editing import edit, pin
from collab.spaces.actions.ending import delete, erase_due, keep
from collab.spaces.actions.making import create, create_for, personal_space
from collab.spaces.actions.members import remove_member, set_member, take_charge
from collab.spaces.actions.rooms import follow_house, set_quota

__all__ = [
    "archive", "copy", "cover", "create", "create_for", "delete", "edit", "erase_due", "follow_house", "keep",
    "may_archive", "may_restore", "personal_space", "pin", "remove_member", "restore", "set_member", "set_quota",
    "take_charge", "uncover",
]  # fmt: skip
