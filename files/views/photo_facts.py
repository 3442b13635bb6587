"""What is said beside a picture: when it was taken, with what, how large it is, where."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import NamedTuple

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.lib.sizes import filesize
from files.gallery.finding import Shot
from files.models import Preview


class Facts(NamedTuple):
    """`lines`: (what, value) in their order; `place`: [latitude, longitude] where the camera noted one."""

    lines: list[tuple[str, str]]
    place: list[float] | None


def of(shot: Shot, drawn: Preview | None) -> Facts:
    """Return what is known of a picture; of one that is not drawn yet, what the file itself says."""
    noted = drawn is not None and drawn.taken is not None
    local = timezone.localtime(datetime.fromtimestamp(shot.taken, UTC))
    moment = f"{formats.date_format(local, 'DATE_FORMAT')}, {formats.date_format(local, 'TIME_FORMAT')}"
    lines = [(_("Taken") if noted else _("File of"), moment)]
    if drawn is not None and drawn.state == Preview.State.MADE:
        lines += _camera(drawn)
        size = f"{drawn.width} × {drawn.height}, {filesize(shot.size)}"
        if drawn.seconds:
            lines.append((_("Length"), f"{drawn.seconds // 60}:{drawn.seconds % 60:02}"))
    else:
        size = str(filesize(shot.size))
    lines.append((_("Size"), size))
    return Facts(lines, drawn.facts.get("place") if drawn is not None else None)


def _camera(drawn: Preview) -> list[tuple[str, str]]:
    facts = drawn.facts
    lines = [(_("Camera"), facts["camera"])] if facts.get("camera") else []
    lines += [(_("Lens"), facts["lens"])] if facts.get("lens") else []
    said = []
    if number := facts.get("aperture"):
        said.append(f"f/{number:g}")
    if number := facts.get("exposure"):
        said.append(_exposure(number))
    if number := facts.get("iso"):
        said.append(f"ISO {number:.0f}")
    if number := facts.get("length"):
        said.append(f"{number:g} mm")
    return [*lines, (_("Exposure"), " · ".join(said))] if said else lines


def _exposure(seconds: float) -> str:
    if seconds >= 1:
        return ngettext("%(count)g second", "%(count)g seconds", int(seconds)) % {"count": seconds}
    part = Fraction(seconds).limit_denominator(8000)
    return f"1/{round(1 / seconds)} s" if part.numerator != 1 else f"{part} s"
