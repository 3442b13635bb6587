"""What the core must know about marks: their sentences, their part in a space's life, their nightly order."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from collab.marks import exporting, following
from collab.marks.notices import NOTICES
from collab.marks.words import SAYS
from collab.registry.plugin import Every, PersonHooks, Plugin, SpaceHooks


def copy(actor: Any, source: Any, space: Any, *, content: bool = False) -> None:
    """Give the new space the same labels."""
    following.copy_labels(source.pk, space.pk)


def erase(space: Any) -> None:
    """Delete the comments and labels of the space."""
    following.forget_space(space.pk)


plugin = Plugin(
    slug="marks",
    name=_("Comments and labels"),
    icon="chat",
    jobs=(Every(24 * 3600, "collab.marks.tasks.tidy"),),
    people=PersonHooks(export=exporting.export),
    spaces=SpaceHooks(copy=copy, erase=erase),
    says=SAYS,
    notifications=NOTICES,
)
