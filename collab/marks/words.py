"""The signs that people put under comments, and what happened to marks in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from collab.registry.plugin import Text

REACTIONS = {
    "👍": gettext_lazy("Thumbs up"),
    "❤️": gettext_lazy("Heart"),
    "🎉": gettext_lazy("Hooray"),
    "😄": gettext_lazy("Laughing"),
    "😮": gettext_lazy("Surprised"),
    "😢": gettext_lazy("Sad"),
    "🙏": gettext_lazy("Thanks"),
    "👀": gettext_lazy("I am looking"),
}
"""Each with its name, which screen readers say."""


def _commented(change: Any) -> str:
    return _("answered a comment on it") if (change.after or {}).get("parent") else _("commented on it")


def _labelled(change: Any) -> str:
    after = change.after or {}
    quoted = pgettext("a name, quoted", "“%(name)s”")
    put, taken = (
        ", ".join(quoted % {"name": name} for name in after.get(side) or ()) for side in ("labels", "removed")
    )
    if put and taken:
        return _("labelled it %(put)s, and took %(taken)s off") % {"put": put, "taken": taken}
    return _("labelled it %(put)s") % {"put": put} if put else _("took the label %(taken)s off it") % {"taken": taken}


def _of_space(text: Any) -> Callable[[Any], str]:
    return lambda change: str(text) % {
        "name": (change.after or {}).get("label", ""), "before": (change.before or {}).get("label", "")
    }  # fmt: skip


def _nothing(_change: Any) -> str:
    return ""


SAYS: Mapping[str, Callable[[Any], Text]] = {
    "comment": _commented,
    "comment-edit": _nothing,
    "comment-delete": _nothing,
    "comment-restore": _nothing,
    "mention": _nothing,  # the comment is told already; those whom it names hear of it themselves
    "resolve": lambda _change: _("resolved a comment on it"),
    "reopen": lambda _change: _("took a comment on it up again"),
    "react": _nothing,
    "label": _labelled,
    "label-make": _of_space(gettext_lazy("made the label “%(name)s”")),
    "label-edit": _of_space(gettext_lazy("changed the label “%(name)s”")),
    "label-merge": _of_space(gettext_lazy("merged the label “%(before)s” into “%(name)s”")),
    "label-delete": _of_space(gettext_lazy("deleted the label “%(name)s”")),
    "label-restore": _of_space(gettext_lazy("brought the label “%(name)s” back")),
}
