"""What templates of files ask."""

from django import template

from files import editing
from files.previews import kinds

register = template.Library()


@register.simple_tag
def text_endings() -> str:
    """Return the endings of the files that open in the editor."""
    return " ".join(sorted(editing.TEXTS))


@register.simple_tag
def picture_endings() -> str:
    """Return the endings of the files that may be marked as not for publication."""
    return " ".join(sorted(kinds.PHOTOS))
