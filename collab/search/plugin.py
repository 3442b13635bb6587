"""What the search declares to the house: it reads every change, and works through what waits."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Every, PersonHooks, Plugin, Reader, SpaceHooks
from collab.search import indexing


def forget(person: Any, **_how: Any) -> None:
    """Forget what was indexed of the person's own space; what an heir gets is indexed anew."""
    space = getattr(person, "personal_space", None)
    if space is not None:
        indexing.erase(space)


plugin = Plugin(
    slug="search",
    name=_("Search"),
    icon="search",
    readers=(Reader("search", indexing.handle, patient=True),),
    jobs=(Every(60, "collab.search.tasks.read_texts"), Every(6 * 3600, "collab.search.tasks.look_through")),
    spaces=SpaceHooks(erase=indexing.erase),
    people=PersonHooks(forget=forget),
)
