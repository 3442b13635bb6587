"""What the façade of sync clients declares to the house: the pictures of people, as a tree of the DAV door."""

from django.utils.translation import gettext_lazy as _

from collab.ocs.trees import AvatarsTree
from collab.registry.plugin import DavTree, Plugin

plugin = Plugin(slug="ocs", name=_("Devices"), icon="phone", dav=(DavTree("avatars", AvatarsTree),))
