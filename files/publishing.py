"""What leaves the house by a public link: pictures and films without the place at which they were taken.

The stored bytes stay as they are; a few of them are changed on the way (`files/previews/worker/places.py`), none moves.
A picture whose place cannot be taken out is shown, and its original is not handed out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Forbidden, Unavailable
from collab.registry import house
from collab.registry.plugin import Setting
from files import storage
from files.models import Preview
from files.previews import kinds, orders

Marks = Sequence[Sequence[Any]]
"""[offset, length, hex of what comes there, "" for zeros], by their offsets."""


def place_field() -> forms.Field:
    """Return the field for whether public links leave the place out."""
    return forms.BooleanField(
        label=_("Take the place out of photos that public links hand out"),
        required=False,
        help_text=_("Phones note where a photo was taken. Whoever opens a link gets the photo without it."),
    )


PUBLISHING = (Setting("files.links_without_place", True, place_field, "files"),)


def marks_of(blob_id: int, name: str, *, patient: bool = False) -> Marks:
    """Return what is changed in a file of this name when a public link hands it out: nothing in what is no photo.

    `patient`: wait until it has been looked at, however long that takes. Raises Unavailable while it has not been,
    Forbidden when its place cannot be taken out.
    """
    if not kinds.is_photo(name) or not house.get("files.links_without_place"):
        return ()
    found = orders.ready(blob_id, name, patient=patient) if kinds.how_of(name) else None
    if found is None and kinds.how_of(name) and not patient:
        raise Unavailable(_("This file is being prepared. Try again in a minute."), retry_after=10)
    if found is None or found.state == Preview.State.WAITING or found.marks is None:
        raise Forbidden(
            _("The place at which this was taken cannot be taken out of the file: ask the person who shares it for it.")
        )
    marks: Marks = found.marks
    return marks


def opened(key: str, marks: Marks) -> BinaryIO:
    """Open the bytes for reading, at 0, with these marks made. Raises Unavailable."""
    file = storage.open_blob(key)
    return Marked(file, marks) if marks else file  # type: ignore[return-value] # as much of a file as is read


class Marked:
    """A file read from anywhere, with a few bytes changed."""

    def __init__(self, file: BinaryIO, marks: Marks):
        self._file = file
        self._marks = marks

    def read(self, size: int = -1) -> bytes:
        start = self._file.tell()
        data = self._file.read(size)
        end = start + len(data)
        touched = [mark for mark in self._marks if mark[0] < end and mark[0] + mark[1] > start]
        if not touched:
            return data
        made = bytearray(data)
        for offset, length, there in touched:
            fresh = bytes.fromhex(there) if there else bytes(length)
            first, last = max(offset, start), min(offset + length, end)
            made[first - start : last - start] = fresh[first - offset : last - offset]
        return bytes(made)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Marked:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
