"""What people's own data declare to the house: their hourly order, and that archives go with the account."""

from django.utils.translation import gettext_lazy as _

from collab.mydata import exporting
from collab.registry.plugin import Every, PersonHooks, Plugin

plugin = Plugin(
    slug="mydata",
    name=_("My data"),
    icon="download",
    jobs=(Every(3600, "collab.mydata.tasks.tend"),),
    people=PersonHooks(forget=exporting.forget),
    erase=exporting.remove_all,
)
