"""Bytes as people read them."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _


def filesize(count: int | None) -> str:
    """Bytes as people read them, by thousands as disks and most file managers count: “1.2 GB”."""
    if count is None:
        return ""
    units = [_("byte") if abs(count) == 1 else _("bytes"), _("KB"), _("MB"), _("GB"), _("TB"), _("PB")]
    size, step = float(count), 0
    # 999,950 bytes already read as one whole megabyte once rounded to one decimal
    while abs(size) >= (999.95 if step else 1000) and step < len(units) - 1:
        size, step = size / 1000, step + 1
    places = 1 if step and size < 10 else 0
    number = formats.number_format(round(size, places), places, use_l10n=True)
    if places and number.endswith(("0",)):
        number = formats.number_format(round(size), 0)
    return f"{number}\N{NO-BREAK SPACE}{units[step]}"
