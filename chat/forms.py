"""What is typed of a channel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.accounts.actions.devices import LASTS, SCOPES
from collab.spaces.models import Space


class ChannelForm(forms.Form):
    """A channel, new or to be changed."""

    title = forms.CharField(label=_("Name"), max_length=80)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=250, required=False,
        help_text=_("One sentence, so that others know what belongs here."),
    )  # fmt: skip
    space = forms.ModelChoiceField(Space.objects.none(), label=_("Space"), empty_label=_("Choose a space"))
    closed = forms.BooleanField(
        label=_("Private"), required=False, help_text=_("Only people you invite find it.")
    )  # fmt: skip
    announcements = forms.BooleanField(
        label=_("Announcements only"), required=False,
        help_text=_("Only moderators post; everyone replies in threads."),
    )  # fmt: skip

    header = forms.CharField(
        label=_("Above the messages"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What everybody should have at hand: links, what is up now. Markdown is understood."),
    )  # fmt: skip
    receipts = forms.BooleanField(
        label=_("Show who has read"), required=False,
        help_text=_("All who are here see how far the others have read."),
    )  # fmt: skip

    def __init__(self, *args: Any, spaces: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if spaces is None:
            del self.fields["space"], self.fields["closed"]
        else:
            del self.fields["receipts"], self.fields["header"]
            field = self.fields["space"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = spaces


class BotForm(forms.Form):
    """A bot, new (with `spaces` to which it may belong) or to be changed."""

    name = forms.CharField(label=_("Name"), max_length=120)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=250, required=False,
        help_text=_("One sentence, for those who meet it in a channel."),
    )  # fmt: skip
    space = forms.ModelChoiceField(
        Space.objects.none(), label=_("Belongs to"), required=False, empty_label=_("me"),
        help_text=_("All who manage the space look after its bots; yours end with your account."),
    )  # fmt: skip

    def __init__(self, *args: Any, spaces: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if spaces is None:
            del self.fields["space"]
        else:
            field = self.fields["space"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = spaces


class TokenForm(forms.Form):
    """A token of a bot: for which program, what it may touch, how long."""

    title = forms.CharField(label=_("Program"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("May use"), choices=list(SCOPES.items()), initial=["chat"], widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label=_("Lasts"), choices=list(LASTS.items()), coerce=int, initial=365)
