"""What the core must know about spaces: how to find one by reference, their nightly end, the room of new ones."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Every, PersonHooks, Plugin, Shareable, Verbs
from collab.rights.right import LADDER
from collab.spaces import exporting, telling
from collab.spaces.house_settings import SETTINGS
from collab.spaces.models import Space


def get_space(space_id: int) -> Space | None:
    """Return the space with its acl, None when it is gone."""
    return Space.objects.select_related("acl").filter(pk=space_id).first()


def many_spaces(ids: list[int]) -> dict[int, Space]:
    """Return the spaces with their acls."""
    return Space.objects.select_related("acl").in_bulk(ids)


plugin = Plugin(
    slug="spaces",
    name=_("Spaces"),
    icon="people",
    settings=SETTINGS,
    shareables=(
        Shareable(
            "space",
            get=get_space,
            title=lambda space: space.name,
            url=lambda space, actor: reverse("shell:space", args=[space.pk]),
            roles=LADDER,
            many=many_spaces,
            sort=lambda space: ("people", _("a space")),
        ),
    ),
    verbs=(Verbs("space", telling.tell, telling.seen, forgets={"edit": ("name", "description", "front")}),),
    jobs=(Every(24 * 3600, "collab.spaces.tasks.tidy"),),
    people=PersonHooks(export=exporting.export),
)
