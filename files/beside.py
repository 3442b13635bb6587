"""The name of what was saved on top of something newer: whose it is and when, so that both lie side by side."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collab.lib.text import NAME_BYTES, cut

_NEVER = frozenset('\\/:*?"<>|')
"""What Windows takes in no name: a device there would never fetch the file."""
_MOST_WHO = 60


def name_for(name: str, who: Any, at: datetime) -> str:
    """Return `report (Lucas, 22 Nov 14h03).odt` for what `who` (None: a visitor) saved at that moment.

    In the language of the moment. The hour has no colon: no device may refuse the name.
    """
    letters = (" " if _is_bad(char) else char for char in str(who or _("a visitor")))
    person = " ".join("".join(letters).split()) or _("somebody")
    local = timezone.localtime(at)
    when = formats.date_format(local, pgettext("in a name of a file, Django date format: no colon", "j M G\\hi"))
    said = pgettext("in a name of a file: whose, when", "%(who)s, %(when)s")
    tail = f" ({said % {'who': cut(person, _MOST_WHO).strip(), 'when': when}})"
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = name, "", ""
    end = f"{tail}{dot}{ending}"
    return cut(stem, NAME_BYTES - len(end.encode())).rstrip() + end


def _is_bad(char: str) -> bool:
    return char in _NEVER or unicodedata.category(char)[0] == "C"
