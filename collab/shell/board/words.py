"""How rights are written in little room: a verb, the sign of a step, and masks that are no role spelled out."""

from __future__ import annotations

from functools import cache

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from collab.rights.right import Right, best_role, role_of

KEYS = ("reader", "contributor", "editor", "manager", "commenter", "writer", "drop-box", "respondent")
"""The roles in the order of their number keys: the four steps first, as the legend shows them."""

VERBS: dict[str, str | Promise] = {
    "reader": pgettext_lazy("right", "View"),
    "commenter": pgettext_lazy("right", "Comment"),
    "contributor": pgettext_lazy("right", "Add"),
    "writer": pgettext_lazy("right", "Write"),
    "editor": pgettext_lazy("right", "Edit"),
    "manager": pgettext_lazy("right", "Manage"),
    "drop-box": pgettext_lazy("right", "Drop off"),
    "respondent": pgettext_lazy("right", "Answer"),
    "custom": pgettext_lazy("right", "Special"),
}
STEPS = {
    "reader": 1, "commenter": 1, "contributor": 2, "respondent": 2, "drop-box": 2, "writer": 3, "editor": 3,
    "manager": 4, "custom": 2,
}  # fmt: skip
LEGEND = ((1, "reader"), (2, "contributor"), (3, "editor"), (4, "manager"))

_BITS = (
    (Right.SEE, pgettext_lazy("right", "view")),
    (Right.COMMENT, pgettext_lazy("right", "comment")),
    (Right.RESPOND, pgettext_lazy("right", "answer")),
    (Right.ADD, pgettext_lazy("right", "add")),
    (Right.EDIT, pgettext_lazy("right", "edit")),
    (Right.DELETE, pgettext_lazy("right", "delete")),
    (Right.SHARE, pgettext_lazy("right", "share")),
    (Right.MANAGE, pgettext_lazy("right", "manage")),
)


def verb(mask: int) -> str:
    """Return what was given, as one verb; “Special” for a mask that is no role."""
    return str(VERBS[role_of(mask).slug]) if mask else pgettext("right", "Nothing")


def widest(mask: int) -> str:
    """Return the verb of the highest role that rights from several places amount to."""
    role = best_role(mask)
    return str(VERBS[role.slug]) if role else verb(mask)


def step(mask: int) -> int:
    """Return the step of the sign, 1 to 4."""
    return STEPS[role_of(mask).slug]


def spelled(mask: int) -> str:
    """Return a role's label, or the rights one by one where they are no role: “Special: view, share”."""
    role = role_of(mask)
    return str(role.label) if role.slug != "custom" else _("Special: %(rights)s") % {"rights": each(mask)}


def whole(mask: int) -> str:
    """Return the label of the highest role in the mask, which may hold more; the rights one by one if none is."""
    role = best_role(mask)
    return str(role.label) if role else spelled(mask)


def each(mask: int) -> str:
    """Return the rights of a mask, one by one."""
    return ", ".join(str(name) for bit, name in _BITS if bit & mask)


def sentence_case(text: str) -> str:
    """Return the text with a capital."""
    return str(capfirst(text))


@cache
def _said(language: str, mask: int, through: bool) -> tuple[str, int]:
    return (widest(mask), 0) if through else (verb(mask), step(mask))


def given(mask: int) -> tuple[str, int]:
    """Return (verb, step) of what was given; kept, since a board asks it for every cell."""
    return _said(get_language() or "", mask, False)


def received(mask: int) -> str:
    """Return the verb of what was received; kept as well."""
    return _said(get_language() or "", mask, True)[0]
