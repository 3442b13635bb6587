"""What a new space may start from: declared data. What each app puts in is the app's own (`SpaceHooks.furnish`)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import BadInput
from collab.rights.right import READER, Role

Text = str | Promise


@dataclass(frozen=True)
class Template:
    """`front` is the first text of the front page, as Markdown; `everyone`: the role that all members are given."""

    slug: str
    name: Text
    sentence: Text
    icon: str
    front: Text = ""
    everyone: Role | None = None


TEMPLATES = (
    Template("empty", _("Empty"), _("Just the space: you arrange everything yourself."), "grid"),
    Template(
        "commission",
        _("Commission"),
        _("A committee that meets, decides and keeps its minutes."),
        "people",
        _(
            "## What we do\n\nIn two sentences: what this commission is for, and what it decides.\n\n"
            "## When we meet\n\nThe next date, the place, and where the agenda is.\n\n"
            "## Whom to ask\n\nWho leads, and how to reach them."
        ),
    ),
    Template(
        "class",
        _("Class or training group"),
        _("Those who learn and those who teach: programme, materials, work handed in."),
        "star",
        _(
            "## Welcome\n\nWhat we learn here, and with whom.\n\n"
            "## Dates\n\nThe sessions, and the days when work is handed in.\n\n"
            "## Where things are\n\n- **Materials**: what trainers give out\n- **Work handed in**: what everyone brings"
        ),
    ),
    Template(
        "project",
        _("Project"),
        _("Something with a beginning and an end: an event, a stay, works."),
        "tasks",
        _(
            "## The goal\n\nWhat will be there at the end, and on which day.\n\n"
            "## Who does what\n\n- First name: what they take care of\n\n"
            "## Next step\n\nWhat comes next, and until when."
        ),
    ),
    Template(
        "public",
        _("Public-facing"),
        _("What all members should find: everyone can view, your team adds."),
        "globe",
        _(
            "## What you find here\n\nDocuments and pictures that everyone may use and pass on.\n\n"
            "## Something missing?\n\nWho keeps this space up to date, and how to reach them."
        ),
        READER,
    ),
)
BY_SLUG = {template.slug: template for template in TEMPLATES}


def find(slug: str) -> Template:
    """Return the template of that name. Raises BadInput."""
    if slug not in BY_SLUG:
        raise BadInput(_("Choose what the space starts from."))
    return BY_SLUG[slug]
