"""The form by which one says what one is at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.profiles import actions
from collab.profiles.actions import LONGEST
from collab.profiles.models import Status
from collab.profiles.statuses import Shown
from collab.rights.actor import Actor

ICONS = ["💬", "📅", "🚌", "⏳", "🏡", "🤒", "🌴", "🍽️", "☕", "📞", "🎓", "🎵", "🏃", "🔧", "✈️", "👶", "🎉", "😴"]


class StatusForm(forms.Form):
    """Whether one is available, a sign and a few words, and until when."""

    kind = forms.ChoiceField(
        label=_("I am"), choices=[choice for choice in Status.Kind.choices if choice[0] != Status.Kind.OFFLINE]
    )
    icon = forms.ChoiceField(label=_("Sign"), required=False)
    message = forms.CharField(
        label=_("In a few words"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    until = forms.ChoiceField(
        label=_("For how long"),
        required=False,
        choices=[
            ("", _("Until I change it")), ("1800", _("Half an hour")), ("3600", _("One hour")),
            ("14400", _("Four hours")), ("day", _("Until tonight")), ("week", _("Until Sunday night")),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = str((self.initial or {}).get("icon", ""))
        signs = [*ICONS, *([kept] if kept and kept not in ICONS else [])]
        choices: Any = [("", _("none")), *((sign, sign) for sign in signs)]
        sent = self.data.get("icon", "") if self.is_bound else ""
        if sent and sent not in signs and actions.is_emoji(sent):
            choices.append((sent, sent))  # one that a phone had set
        self.fields["icon"].choices = choices  # type: ignore[attr-defined]
        self.auto_id = "status-%s"
        self.fields["message"].asks_nothing = True  # type: ignore[attr-defined] # the whole form is

    @staticmethod
    def of(shown: Shown) -> dict[str, Any]:
        """Return what the form shows of a status."""
        kind = shown.kind if shown.kind and shown.kind != Status.Kind.OFFLINE else Status.Kind.ONLINE
        return {"kind": kind, "icon": shown.icon, "message": shown.message}

    def say(self, actor: Actor, before: Shown) -> None:
        """Say it. Words of ours that are still there stay those that everybody reads in their language."""
        told, end = self.cleaned_data, self.end()
        actions.say_kind(actor, told["kind"], end)
        same = (told["message"], told["icon"]) == (before.message, before.icon)
        if same and before.predefined:
            actions.say_predefined(actor, before.predefined, end)
        else:
            actions.say(actor, told["message"], told["icon"], end)

    def end(self) -> datetime | None:
        """Return the moment that was chosen."""
        until = self.cleaned_data["until"]
        if until == "day":
            return actions.midnight()
        if until == "week":
            return actions.midnight(7 - timezone.localtime().weekday())
        return timezone.now() + timedelta(seconds=int(until)) if until else None
