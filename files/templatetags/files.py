"""What templates of files ask."""

from django import template

from files import editing

register = template.Library()


@register.simple_tag
def text_endings() -> str:
    """Return the endings of the files that open in the editor."""
    return " ".join(sorted(editing.TEXTS))
