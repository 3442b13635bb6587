"""A file in a picture: its address where there can be one, the sign of its kind in any case."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from collab.shell.templatetags.shell import icon
from files.entry import Entry
from files.previews import kinds
from files.views import rows

register = template.Library()


@register.simple_tag
def preview_url(entry: Entry, size: str, at: str = "") -> str:
    """Return the address of the picture of a file, "" where there can be none.

    `at`: the address of the file below a public link, for whoever sees it there.
    """
    if entry.is_folder or not entry.size or not kinds.how_of(entry.name):
        return ""
    if at:
        return f"{at}?get=preview&size={size}&v={entry.blob_id}"
    return f"{reverse('files:preview', args=[entry.id, size])}?v={entry.blob_id}"


@register.simple_tag
def kind_icon(entry: Entry) -> SafeString:
    """Return the sign of the kind of file, or of a folder."""
    return icon(rows.icon_of(entry))
