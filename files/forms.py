"""What people type in files: names."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class _Words:
    label: Text
    button: Text
    name: Text


_WORDS = {
    "folder": _Words(_("Name of the new folder"), _("Create the folder"), _("New folder")),
    "text": _Words(_("Name of the new text file"), _("Create the file"), _("Notes.txt")),
    "note": _Words(_("Name of the new note"), _("Create the note"), _("Note.md")),
    "rename": _Words(_("New name"), _("Rename"), ""),
    "upload": _Words(_("Files to add"), _("Add the files"), ""),
}


@dataclass(frozen=True)
class NameForm:
    """A name for something new in the folder `pk` (`kind` folder, text, note), or for the thing `pk` itself (rename).

    `upload` asks for files instead. `error`: why the last one was refused, in a sentence.
    """

    kind: str
    pk: int
    name: str = ""
    error: str = ""

    @property
    def label(self) -> Text:
        return _WORDS[self.kind].label

    @property
    def button(self) -> Text:
        return _WORDS[self.kind].button

    @property
    def suggestion(self) -> Text:
        """What the field holds at first."""
        return self.name or _WORDS[self.kind].name

    @property
    def action(self) -> str:
        """Where the form is sent."""
        routes = {"rename": "files:rename", "upload": "files:upload"}
        return reverse(routes.get(self.kind, "files:new"), args=[self.pk])
