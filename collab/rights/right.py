"""Rights are bits; roles are names for masks of them, shown to people and never stored."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Right(enum.IntFlag):
    """The first five equal the sharing bitmask of OCS (read, update, create, delete, share)."""

    NONE = 0
    SEE = 1
    EDIT = 2
    ADD = 4
    DELETE = 8
    SHARE = 16
    COMMENT = 32
    RESPOND = 64
    MANAGE = 128
    ALL = 255


LINK_MAX = Right(111)
"""A link may never share further nor manage."""


@dataclass(frozen=True)
class Role:
    """A named mask: `label` in a list of members, `title` as a heading, `gives` explains it in a sentence."""

    slug: str
    mask: Right
    label: str | Promise
    gives: str | Promise


READER = Role("reader", Right(1), _("Can view"), _("see and download"))
COMMENTER = Role("commenter", Right(33), _("Can comment"), _("see and comment"))
CONTRIBUTOR = Role("contributor", Right(37), _("Can add"), _("add, without touching what others made"))
WRITER = Role("writer", Right(39), _("Can write"), _("edit what others made, delete nothing"))
EDITOR = Role("editor", Right(47), _("Can edit"), _("edit and delete"))
MANAGER = Role("manager", Right.ALL, pgettext_lazy("role", "Manages"), _("everything: share, members, settings"))
DROP_BOX = Role("drop-box", Right(4), _("Can drop off"), _("add, see nothing"))
RESPONDENT = Role("respondent", Right(64), _("Can answer"), _("answer, vote, book"))
DISCUSSANT = Role("discussant", Right(97), _("Can answer and comment"), _("answer, and take part in the discussion"))

ROLES = (READER, COMMENTER, CONTRIBUTOR, WRITER, EDITOR, MANAGER, DROP_BOX, RESPONDENT, DISCUSSANT)
LADDER = (READER, COMMENTER, CONTRIBUTOR, WRITER, EDITOR, MANAGER)
BY_SLUG = {role.slug: role for role in ROLES}
_BY_MASK = {role.mask: role for role in ROLES}


def role_of(mask: int) -> Role:
    """Return the role with this mask, or a role of its own that says “special rights”."""
    return _BY_MASK.get(Right(mask)) or Role("custom", Right(mask), _("Special rights"), "")


def best_role(mask: int) -> Role | None:
    """Return the highest role of the ladder that the mask contains, None if not even Reader."""
    held = [role for role in LADDER if role.mask & mask == role.mask]
    return held[-1] if held else _BY_MASK.get(Right(mask))
