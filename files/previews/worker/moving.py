"""One picture of a film: its cover for lists, some way in, since films begin in the dark."""

from __future__ import annotations

import contextlib
import datetime
from typing import Any, BinaryIO

import drawn
import facts
import places

_FORMATS = (
    ("mov", lambda head: head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}),
    ("matroska", lambda head: head.startswith(b"\x1a\x45\xdf\xa3")),
    ("avi", lambda head: head[:4] == b"RIFF" and head[8:12] == b"AVI "),
    ("mpeg", lambda head: head.startswith((b"\0\0\1\xba", b"\0\0\1\xb3"))),
    ("ogg", lambda head: head.startswith(b"OggS")),
)
"""Named by how they begin, never guessed: lists of other files (HLS, concat) are formats too, and open
what they name."""
_IN = 3.0
_TRIES = 120
"""Pictures that are decoded until one can be shown."""


def draw(file: BinaryIO, ending: str) -> drawn.Drawn:
    """Return one picture of the film in its sizes, and how long it lasts."""
    import av

    head = file.read(64)
    file.seek(0)
    form = next((name for name, begins in _FORMATS if begins(head)), None)
    if form is None:
        raise ValueError
    opened: Any = av.open(file, format=form, metadata_errors="replace", options={"protocol_whitelist": ""})
    with opened as film:
        stream = film.streams.video[0]
        stream.thread_type = "NONE"
        stream.codec_context.thread_count = 1
        drawn.require_few(stream.codec_context.width, stream.codec_context.height)
        seconds = film.duration / 1_000_000 if film.duration else 0.0
        known = _known(film) | ({"seconds": round(seconds)} if 0 < seconds < 10**7 else {})
        with contextlib.suppress(Exception):
            film.seek(int(min(_IN, seconds / 10) * 1_000_000))
        picture = _picture(film, stream)
    marks = places.marks_of_film(file)
    known["marks"] = None if "place" in known and not marks else marks
    return drawn.in_sizes(picture, width=picture.width, height=picture.height, **known)


def _picture(film: Any, stream: Any) -> Any:
    for number, frame in enumerate(film.decode(stream)):
        if number > _TRIES:
            break
        drawn.require_few(frame.width, frame.height)
        longest = max(frame.width, frame.height)
        scale = min(1.0, drawn.SIDES[-1] / longest)
        shown = frame.to_image(width=max(2, round(frame.width * scale)), height=max(2, round(frame.height * scale)))
        return shown.rotate(frame.rotation, expand=True) if frame.rotation % 360 else shown
    raise ValueError


def _known(film: Any) -> dict[str, Any]:
    """What the camera wrote beside the film: the moment (in UTC), its name, the place."""
    noted = {str(key).lower(): facts.words(value) for key, value in film.metadata.items()}
    found: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        moment = datetime.datetime.fromisoformat(noted.get("com.apple.quicktime.creationdate", ""))
        found["taken"], zone = moment.strftime("%Y:%m:%d %H:%M:%S"), moment.strftime("%z")
        found |= {"zone": f"{zone[:3]}:{zone[3:5]}"} if zone else {}
    if "taken" not in found and noted.get("creation_time", "")[:4] > "1970":
        found |= {"taken": noted["creation_time"], "zone": "+00:00"}
    make, model = (noted.get(f"com.apple.quicktime.{name}", "") or noted.get(name, "") for name in ("make", "model"))
    if camera := facts.camera_of(make, model):
        found["camera"] = camera
    for name in ("com.apple.quicktime.location.iso6709", "location"):
        if place := places.point(noted.get(name, "")):
            found.setdefault("place", place)
    return found
